// Writes small seeds, so that the fuzzers begin at what is nearly right: fuzz_seeds FOLDER, the
// folder that holds envelope/, documents/ and soap/. Bytes before the content: see each target.
#include <cstdio>
#include <fstream>
#include <string>

#include "base/encoding.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"
#include "wire/returns.hpp"
#include "wire/samples_for_tests.hpp"
#include "wire/soap.hpp"

using namespace beian;
using namespace beian::wire;

namespace {

std::string folder;

void seed(const std::string& name, char kind, const std::string& content) {
  std::ofstream(folder + "/" + name, std::ios::binary) << kind << content;
}

void documents() {
  char kind = '0';  // '0' % 4 is 0
  for (const char* name : {"miit-3.0", "openbeian-3.1"}) {
    const auto profile = *Profile::named(name);
    for (const char* root : {"UploadData", "DownloadData"}) {
      for (const Element& block : profile->document(root).children) {
        const auto amount = block.name == "JCDM" ? Sampler::Amount::least : Sampler::Amount::random;
        std::string xml;  // the smallest of some
        for (uint64_t n = 0; n < 200; ++n) {
          const std::string one = Sampler(amount, n).text_of(*profile, root, block.name);
          if (one.size() > 600 && (xml.empty() || one.size() < xml.size())) xml = one;
        }
        if (!xml.empty())
          seed("documents/" + std::string(name) + "-" + root + "-" + block.name, kind, "0" + xml);
      }
      ++kind;
    }
  }
}

void envelopes() {
  const EnvelopeKeys keys{Encryption::aes128cbc, Secret("0123456789abcdef"),
                          Secret("fedcba9876543210")};
  const Envelope plain = seal_envelope("<a>1</a>", {});
  seed("envelope/plain", '0', *base64_decode(plain.beian_info));
  seed("envelope/encrypted", '1', *base64_decode(plain.beian_info));
  seed("envelope/cipher", '2', *base64_decode(seal_envelope("<a>1</a>", keys).beian_info));
  seed("envelope/texts", '3', plain.beian_info + "\n" + plain.beian_info_hash);
}

void soap() {
  const std::string wsdl = write_wsdl("upDownLoad", "http://127.0.0.1/", "urn:x", "ispId");
  const auto read = read_wsdl({wsdl});
  const Call call{"isp_download", {{"ispId", "1"}, {"userName", "a"}, {"randVal", "b"}}};
  seed("soap/request", '0', write_request(*read->find("isp_download"), call));
  seed("soap/response", '1', write_response("isp_download", "urn:x", "<return/>"));
  seed("soap/fault", '1', write_fault("Client", "x"));
  seed("soap/wsdl", '2', wsdl);
  Return answer;
  answer.msg_code = 14;
  answer.msg = "x";
  answer.missing_sequences = {3, 4};
  seed("soap/return", '3', write_return(answer));
  answer = {};
  answer.file =
      FileInfo{.envelope = seal_envelope("<a/>", {}), .file_name = "a1", .data_sequence = 7};
  seed("soap/file", '3', write_return(answer));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  folder = argv[1];
  documents();
  envelopes();
  soap();
}
