// The data file as it travels: zip, MD5, AES-128-CBC, base64 (interface V.3.0, "The data file").
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/personal.hpp"
#include "wire/unzip.hpp"

namespace beian::wire {

enum class Encryption { none = 0, aes128cbc = 1 };

struct EnvelopeKeys {
  Encryption encryption = Encryption::none;
  Secret key;  // 16 characters, assigned by the authority
  Secret iv;   // 16 characters
};

struct Envelope {
  std::string beian_info;       // base64
  std::string beian_info_hash;  // base64 of MD5 of the zip bytes
  int encrypt_algorithm = 0, hash_algorithm = 0, compression_format = 0;
};

// One entry "beianinfo.xml". Same input, same output (a fixed entry time), so that a file sent
// again after a crash is the same file.
Envelope seal_envelope(std::string_view xml, const EnvelopeKeys& keys);

// The XML bytes. Exactly one entry, of any plain name; never unpacks more than the limit. The
// envelope says whether it is encrypted; the hash is of the zip in both cases.
std::expected<std::string, EnvelopeFault> open_envelope(const Envelope& envelope,
                                                        const EnvelopeKeys& keys,
                                                        const EnvelopeLimits& limits = {});
// The same without unpacking: the XML comes piece by piece, for documents of any size.
std::expected<Unzip, EnvelopeFault> open_envelope_stream(const Envelope& envelope,
                                                         const EnvelopeKeys& keys,
                                                         const EnvelopeLimits& limits = {});

// pwdHash of a call: base64(MD5(GBK bytes of password + randVal)). Throws std::invalid_argument
// when the password has no GBK form: the authority cannot have assigned it.
std::string password_hash(const Secret& password, std::string_view rand_val);

}  // namespace beian::wire
