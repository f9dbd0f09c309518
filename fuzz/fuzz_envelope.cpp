// The zip as it comes from the other side, with the right hash around it, plain and encrypted; and
// the envelope's texts themselves. Whole and in pieces the same comes out, and never too much.
#include "base/encoding.hpp"
#include "check.hpp"
#include "platform/crypto/crypto.hpp"
#include "wire/envelope.hpp"

using namespace beian;
using namespace beian::wire;

namespace {

constexpr EnvelopeLimits kLimits{.max_xml_bytes = 1u << 20, .max_ratio = 100};

void open(const Envelope& envelope, const EnvelopeKeys& keys) {
  const auto whole = open_envelope(envelope, keys, kLimits);
  fuzz::must(!whole || whole->size() <= kLimits.max_xml_bytes, "the limit of the size");
  auto stream = open_envelope_stream(envelope, keys, kLimits);
  std::string pieces;
  while (stream) {
    const auto piece = stream->next();
    if (!piece) {
      stream = std::unexpected(piece.error());
      break;
    }
    if (piece->empty()) break;
    pieces += *piece;
  }
  fuzz::must(stream.has_value() == whole.has_value(), "whole and pieces agree");
  fuzz::must(!whole || *whole == pieces, "whole and pieces are the same");
  if (whole)
    fuzz::must(*open_envelope(seal_envelope(*whole, keys), keys) == *whole, "it comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size == 0) return 0;
  const EnvelopeKeys keys{Encryption::aes128cbc, Secret("0123456789abcdef"),
                          Secret("fedcba9876543210")};
  const std::string bytes(fuzz::view(data + 1, size - 1));
  Envelope envelope;
  switch (data[0] % 4) {
    case 0:
      envelope.beian_info = base64_encode(bytes);
      envelope.beian_info_hash = base64_encode(crypto::md5(bytes));
      open(envelope, {});
      break;
    case 1:
      envelope.beian_info =
          base64_encode(crypto::aes128cbc_encrypt(keys.key.reveal(), keys.iv.reveal(), bytes));
      envelope.beian_info_hash = base64_encode(crypto::md5(bytes));
      envelope.encrypt_algorithm = 1;
      open(envelope, keys);
      break;
    case 2:  // the cipher text itself
      envelope.beian_info = base64_encode(bytes);
      envelope.beian_info_hash = base64_encode(crypto::md5(bytes));
      envelope.encrypt_algorithm = 1;
      open(envelope, keys);
      break;
    default: {
      const size_t half = bytes.find('\n');
      envelope.beian_info = bytes.substr(0, half);
      if (half != bytes.npos) envelope.beian_info_hash = bytes.substr(half + 1);
      open(envelope, {});
    }
  }
  return 0;
}
