#include "platform/crypto/crypto.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <rapidcheck.h>

#include "base/encoding.hpp"
#include "base/ids.hpp"

namespace beian::crypto {
namespace {

std::string unhex(std::string_view text) {
  return hex_decode(text).value();
}

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(hex_encode(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  // RFC 4231, case 2.
  EXPECT_EQ(hex_encode(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(AesCbc, KnownAnswer) {
  // NIST SP 800-38A, F.2.1, first block; the padding block follows.
  const std::string key = unhex("2b7e151628aed2a6abf7158809cf4f3c");
  const std::string iv = unhex("000102030405060708090a0b0c0d0e0f");
  const std::string plain = unhex("6bc1bee22e409f96e93d7e117393172a");
  const std::string cipher = aes128cbc_encrypt(key, iv, plain);
  EXPECT_EQ(cipher.size(), 32u);
  EXPECT_EQ(hex_encode(cipher).substr(0, 32), "7649abac8119b246cee98e9b12e9197d");
  EXPECT_EQ(aes128cbc_decrypt(key, iv, cipher).value(), plain);
}

TEST(AesCbc, RoundTripOfAnyBytes) {
  EXPECT_TRUE(rc::check([](const std::string& plain) {
    const std::string key = random_bytes(16), iv = random_bytes(16);
    const std::string cipher = aes128cbc_encrypt(key, iv, plain);
    RC_ASSERT((cipher.size() % 16 == 0 && cipher.size() > plain.size()));
    RC_ASSERT(aes128cbc_decrypt(key, iv, cipher).value() == plain);
  }));
}

TEST(AesCbc, WrongKeyOrLengthIsAProblem) {
  const std::string key(16, 'k'), iv(16, 'i');
  const std::string cipher = aes128cbc_encrypt(key, iv, "样例");
  EXPECT_EQ(aes128cbc_decrypt(std::string(16, 'x'), iv, cipher).error().front().code,
            ProblemCode::wire_envelope);
  EXPECT_EQ(aes128cbc_decrypt(key, iv, cipher.substr(1)).error().front().code,
            ProblemCode::wire_envelope);
  EXPECT_FALSE(aes128cbc_decrypt(key, iv, ""));
  EXPECT_THROW(aes128cbc_encrypt("short", iv, "x"), std::invalid_argument);
}

TEST(Seal, AnyChangedBitIsSeen) {
  const std::string key = random_bytes(32);
  const std::string sealed = seal(key, "样例 plain", "context");
  EXPECT_EQ(open(key, sealed, "context").value(), "样例 plain");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open(key, changed, "context")) << i;
  }
  EXPECT_FALSE(open(key, sealed, "other"));
  EXPECT_FALSE(open(random_bytes(32), sealed, "context"));
  EXPECT_FALSE(open(key, sealed.substr(0, 20), "context"));
  EXPECT_FALSE(open(key, "", "context"));
}

TEST(Seal, RoundTripOfAnyBytesWithFreshNonces) {
  EXPECT_TRUE(rc::check([](const std::string& plain, const std::string& context) {
    const std::string key = random_bytes(32);
    const std::string sealed = seal(key, plain, context);
    RC_ASSERT(open(key, sealed, context).value() == plain);
    RC_ASSERT(seal(key, plain, context) != sealed);
  }));
}

TEST(Password, VerifiesItsOwnHashOnly) {
  const std::string encoded = hash_password(Secret("样例口令 2026"));
  EXPECT_TRUE(encoded.starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << encoded;
  EXPECT_EQ(encoded.find('\0'), std::string::npos);
  EXPECT_TRUE(verify_password(encoded, Secret("样例口令 2026")));
  EXPECT_FALSE(verify_password(encoded, Secret("样例口令 2027")));
  EXPECT_FALSE(verify_password("not a hash", Secret("x")));
  EXPECT_FALSE(verify_password("", Secret("")));
}

TEST(Password, TellsItsCost) {
  const std::string encoded = hash_password(Secret("样例口令 2026"), {64, 1});
  EXPECT_TRUE(has_cost(encoded, {64, 1})) << encoded;
  EXPECT_FALSE(has_cost(encoded, {64, 2}));
  EXPECT_FALSE(has_cost(encoded, {6, 1}));
  EXPECT_FALSE(has_cost("", {64, 1}));
}

class MasterKey : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("beian-key-" + random_alphanumeric(10));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "deep" / "master.key").string(); }
  std::filesystem::path folder_;
};

TEST_F(MasterKey, IsMadeOnceAndPrivate) {
  const Secret first = load_or_create_master_key(path());
  EXPECT_EQ(first.reveal().size(), 32u);
  EXPECT_EQ(load_or_create_master_key(path()).reveal(), first.reveal());
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_ / "deep"))
    ++files;
  EXPECT_EQ(files, 1u);
}

TEST_F(MasterKey, ManyStartersGetTheSame) {
  std::vector<std::string> keys(8);
  std::vector<std::jthread> threads;
  for (auto& key : keys)
    threads.emplace_back([&key, this] { key = load_or_create_master_key(path()).reveal(); });
  threads.clear();
  for (const auto& key : keys) EXPECT_EQ(key, keys.front());
}

TEST_F(MasterKey, DamagedIsNeverReplaced) {
  std::filesystem::create_directories(folder_ / "deep");
  std::ofstream(path()) << "short";
  EXPECT_THROW(load_or_create_master_key(path()), std::runtime_error);
  EXPECT_EQ(std::filesystem::file_size(path()), 5u);
  std::ofstream(path(), std::ios::trunc).flush();
  EXPECT_THROW(load_or_create_master_key(path()), std::runtime_error);
}

TEST(ColumnCipher, SealsByContextAndIndexesByValue) {
  const ColumnCipher cipher(Secret(std::string(32, 'm')));
  const std::string sealed = cipher.seal("13800000001", "persons.mobile");
  EXPECT_EQ(cipher.open(sealed, "persons.mobile"), "13800000001");
  EXPECT_THROW(cipher.open(sealed, "persons.name"), std::runtime_error);
  EXPECT_THROW(cipher.open("***", "persons.mobile"), std::runtime_error);
  const std::string index = cipher.blind_index("99999919000101001X", "id");
  EXPECT_EQ(index.size(), 64u);
  EXPECT_EQ(cipher.blind_index(" 99999919000101001x ", "id"), index);
  EXPECT_NE(cipher.blind_index("99999919000101001X", "other"), index);
  const ColumnCipher other(Secret(std::string(32, 'n')));
  EXPECT_NE(other.blind_index("99999919000101001X", "id"), index);
}

}  // namespace
}  // namespace beian::crypto
