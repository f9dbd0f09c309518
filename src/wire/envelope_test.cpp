#include "wire/envelope.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zip.h>

#include <memory>
#include <random>

#include "base/encoding.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::wire {
namespace {

EnvelopeKeys aes() {
  return {Encryption::aes128cbc, Secret("0123456789abcdef"), Secret("fedcba9876543210")};
}

struct Entry {
  std::string name, content, password;
};

std::string make_zip(const std::vector<Entry>& entries) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const Entry& e : entries) {
    const auto index = static_cast<zip_uint64_t>(
        zip_file_add(archive, e.name.c_str(),
                     zip_source_buffer(archive, e.content.data(), e.content.size(), 0), 0));
    if (!e.password.empty())
      zip_file_set_encryption(archive, index, ZIP_EM_AES_256, e.password.c_str());
  }
  EXPECT_EQ(zip_close(archive), 0);
  zip_stat_t stat;
  zip_source_open(target);
  zip_source_stat(target, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

Envelope around(const std::string& zip) {
  Envelope envelope;
  envelope.beian_info = base64_encode(zip);
  envelope.beian_info_hash = base64_encode(crypto::md5(zip));
  return envelope;
}

EnvelopeFault fault(const Envelope& envelope, const EnvelopeKeys& keys = {},
                    const EnvelopeLimits& limits = {}) {
  const auto opened = open_envelope(envelope, keys, limits);
  EXPECT_FALSE(opened);
  return opened ? EnvelopeFault{} : opened.error();
}

RC_GTEST_PROP(Envelope, ComesBackAsItWent, (std::string xml, bool encrypted)) {
  const EnvelopeKeys keys = encrypted ? aes() : EnvelopeKeys{};
  const Envelope sealed = seal_envelope(xml, keys);
  const auto opened = open_envelope(sealed, keys);
  RC_ASSERT(opened.has_value());
  RC_ASSERT(*opened == xml);
  RC_ASSERT(seal_envelope(xml, keys).beian_info == sealed.beian_info);
}

// Markup and pictures in turns, as an upload has them, around the sizes of the pieces.
RC_GTEST_PROP(Envelope, MarkupAndPicturesComeBack, (uint64_t seed)) {
  std::mt19937_64 random(seed);
  std::string xml;
  for (int part = 0; part < 6; ++part) {
    const bool markup = random() % 2 == 0;
    for (size_t n = random() % 40'000; n > 0; --n)
      xml += markup ? "<Fjxx/>"[n % 7] : static_cast<char>('A' + random() % 58);
  }
  const auto opened = open_envelope(seal_envelope(xml, {}), {});
  RC_ASSERT(opened.has_value());
  RC_ASSERT(*opened == xml);
}

TEST(Envelope, TheHashIsOfTheZip) {
  const Envelope plain = seal_envelope("<a/>", {});
  const Envelope encrypted = seal_envelope("<a/>", aes());
  EXPECT_EQ(plain.beian_info_hash, encrypted.beian_info_hash);
  EXPECT_NE(plain.beian_info, encrypted.beian_info);
  EXPECT_EQ(encrypted.encrypt_algorithm, 1);
  const std::string zip = *base64_decode(plain.beian_info);
  EXPECT_EQ(zip.substr(0, 2), "PK");
  EXPECT_EQ(plain.beian_info_hash, base64_encode(crypto::md5(zip)));
}

TEST(Envelope, AnyPlainNameAndNoOther) {
  EXPECT_EQ(*open_envelope(around(make_zip({{"data.xml", "<a/>", ""}})), {}), "<a/>");
  EXPECT_EQ(*open_envelope(around(make_zip({{"empty.xml", "", ""}})), {}), "");
  for (const char* name : {"../x.xml", "/etc/x.xml", "a\\b.xml", "c:x.xml", "..", "dir/"})
    EXPECT_EQ(fault(around(make_zip({{name, "", ""}}))), EnvelopeFault::unzip) << name;
}

TEST(Envelope, ExactlyOneEntryNotEncrypted) {
  EXPECT_EQ(fault(around(make_zip({{"a", "1", ""}, {"b", "2", ""}}))), EnvelopeFault::file_count);
  // A directory with no entry at all is 22 bytes.
  EXPECT_EQ(fault(around(std::string("PK\5\6", 4) + std::string(18, '\0'))),
            EnvelopeFault::file_count);
  EXPECT_EQ(fault(around(make_zip({{"a", "secret", "password"}}))), EnvelopeFault::unzip);
}

TEST(Envelope, NeverUnpacksPastTheLimit) {
  const std::string bomb = make_zip({{"a.xml", std::string(64u << 20, 'x'), ""}});
  EXPECT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(fault(around(bomb)), EnvelopeFault::too_large);
  // The same with a directory that lies: both places of the size say 5.
  std::string liar = bomb;
  const std::string size{'\0', '\0', '\0', '\4'}, five{'\5', '\0', '\0', '\0'};
  size_t lies = 0;
  for (size_t at = liar.find(size); at != liar.npos; at = liar.find(size, at + 1), ++lies)
    liar.replace(at, 4, five);
  ASSERT_GE(lies, 1u);
  EXPECT_FALSE(open_envelope(around(liar), {}));
  EXPECT_EQ(*open_envelope(around(make_zip({{"a", "12345", ""}})), {}, {.max_xml_bytes = 5}),
            "12345");
  EXPECT_EQ(fault(around(make_zip({{"a", "123456", ""}})), {}, {.max_xml_bytes = 5}),
            EnvelopeFault::too_large);
}

TEST(Envelope, TellsWhatIsWrongAsTheProtocolDoes) {
  const Envelope good = seal_envelope("<a/>", {});
  Envelope e = good;
  e.encrypt_algorithm = 2;
  EXPECT_EQ(fault(e), EnvelopeFault::encrypt_algorithm);
  e = good;
  e.hash_algorithm = 1;
  EXPECT_EQ(fault(e), EnvelopeFault::hash_algorithm);
  e = good;
  e.compression_format = 1;
  EXPECT_EQ(fault(e), EnvelopeFault::compression_format);
  e = good;
  e.beian_info_hash = base64_encode(crypto::md5("other"));
  EXPECT_EQ(fault(e), EnvelopeFault::hash);
  e = good;
  e.beian_info.resize(e.beian_info.size() / 2 - 1);  // cut on its way
  EXPECT_EQ(fault(e), EnvelopeFault::hash);
  e = seal_envelope("<a/>", aes());
  EXPECT_EQ(fault(e), EnvelopeFault::decryption);
  EnvelopeKeys wrong = aes();
  wrong.key = Secret("0123456789abcdeX");
  const EnvelopeFault f = fault(e, wrong);
  EXPECT_TRUE(f == EnvelopeFault::decryption || f == EnvelopeFault::hash);
  e.beian_info.pop_back();
  EXPECT_EQ(fault(e, aes()), EnvelopeFault::decryption);
}

TEST(Envelope, BrokenZips) {
  EXPECT_EQ(fault(around("not a zip")), EnvelopeFault::unzip);
  EXPECT_EQ(fault(around("")), EnvelopeFault::file_count);
  const std::string zip = make_zip({{"a.xml", std::string(1000, 'a') + "bcd", ""}});
  for (size_t n = 0; n < zip.size(); ++n)
    EXPECT_FALSE(open_envelope(around(zip.substr(0, n)), {})) << n;
}

RC_GTEST_PROP(Envelope, ABrokenByteNeverBecomesAnotherDocument,
              (std::string xml, size_t at, char c)) {
  std::string zip = *base64_decode(seal_envelope(xml, {}).beian_info);
  zip[at % zip.size()] = c;
  const auto opened = open_envelope(around(zip), {});
  // Only bytes that say nothing of the content (name, time, attributes) may differ.
  // The second pair of parentheses: RC_ASSERT takes its expression apart, and then || evaluates
  // both.
  RC_ASSERT((!opened || *opened == xml));
}

TEST(Envelope, FaultsAreProblems) {
  const Problems problems = to_problems(EnvelopeFault::too_large);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].code, ProblemCode::wire_envelope);
}

TEST(Envelope, PasswordHash) {
  // printf 'secret1234567890abcdefghij' | openssl md5 -binary | base64
  EXPECT_EQ(password_hash(Secret("secret"), "1234567890abcdefghij"), "M1w+dLhD3VpHLJn1YSFoIA==");
  // The password counts in GBK: printf '密码…' | iconv -t GBK | openssl md5 -binary | base64
  EXPECT_EQ(password_hash(Secret("密码"), "1234567890abcdefghij"), "drWHNBTi2HblvX4tafuLGg==");
  EXPECT_THROW(password_hash(Secret("\xF0\xA0\xB0\xA1"), "x"), std::invalid_argument);
}

}  // namespace
}  // namespace beian::wire
