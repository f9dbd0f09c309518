// A full upload on its way out and in again: seconds and megabytes a second of each step, once for
// a file of 50 MB with five pictures a record, once for 1000 records without. Usage: bench_wire
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"
#include "wire/returns.hpp"
#include "wire/samples_for_tests.hpp"
#include "wire/soap.hpp"

namespace {

using namespace beian;
using namespace beian::wire;

template <class F>
auto timed(const char* name, size_t bytes, F f) {
  const auto start = std::chrono::steady_clock::now();
  auto result = f();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("  %-34s %8.3f s %8.0f MB/s\n", name, took.count(),
              static_cast<double>(bytes) / 1e6 / took.count());
  return result;
}

// The least that V.3.0 allows in a new filing, with this many pictures of 100 KB in base64.
Json record(const Profile& profile, int pictures) {
  Sampler sampler(Sampler::Amount::least);
  Json filing;
  for (const Element& block : profile.document("UploadData").children) {
    if (block.name != "ICP") continue;
    for (const Element& operation : block.children) {
      if (operation.name == "XZBA") filing = sampler.value(operation.children.front());
    }
  }
  for (int i = 0; i < pictures; ++i) {
    Json attachment =
        *parse_json(R"({"format":1,"purpose":1,"content":"","owner":{"kind":1,"id":1}})");
    attachment.set("content", base64_encode(random_bytes(75'000)));
    Json* list = filing.find("attachments");
    if (list == nullptr) list = &filing.set("attachments", Json::array());
    list->push(std::move(attachment));
  }
  return filing;
}

void run(const char* title, int pictures) {
  const auto profile = *Profile::named("miit-3.0");
  const Json filing = record(*profile, pictures);
  UploadBuilder builder(profile, "icp", "new_filings", 1);
  constexpr size_t kFull = 50u * 1024 * 1024;
  std::printf("%s\n", title);
  timed("build (of 50 MB, at most)", pictures > 0 ? kFull : 0, [&] {
    for (;;) {
      const auto added = builder.add(filing);
      if (!added) throw std::runtime_error(added.error().front().field);
      if (*added == UploadBuilder::Added::full) return 0;
    }
  });
  std::printf("  %zu records, %zu bytes\n", builder.records(), builder.bytes());
  const std::string xml = builder.finish();
  const EnvelopeKeys keys{Encryption::aes128cbc, Secret("0123456789abcdef"),
                          Secret("fedcba9876543210")};
  const auto sealed =
      timed("seal (zip, MD5, AES, base64)", xml.size(), [&] { return seal_envelope(xml, keys); });
  const auto wsdl = read_wsdl({write_wsdl("upDownLoad", "http://127.0.0.1/", "urn:x", "ispId")});
  const Call call{"isp_upload", {{"beianInfo", sealed.beian_info}}};
  const auto request = timed("write the SOAP request", xml.size(),
                             [&] { return write_request(*wsdl->find("isp_upload"), call); });
  const auto read =
      timed("read the SOAP request", xml.size(), [&] { return read_request(request); });
  const auto opened = timed("open", xml.size(), [&] { return open_envelope(sealed, keys); });
  const auto model = timed("decode and validate", xml.size(),
                           [&] { return decode(*profile, "UploadData", *opened); });
  const auto again = timed("encode and validate", xml.size(),
                           [&] { return encode(*profile, "UploadData", *model); });
  if (!read || *read->find("beianInfo") != sealed.beian_info || *again != xml)
    throw std::runtime_error("what came back is not what went");
}

}  // namespace

int main() {
  run("five pictures of 100 KB a record", 5);
  run("no pictures", 0);
}
