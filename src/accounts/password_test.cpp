// How passwords are kept; what one must be is tested with the API.
#include "accounts/password.hpp"

#include <gtest/gtest.h>

namespace beian::accounts {
namespace {

TEST(PasswordCost, CountsForPasswordsSetFromNowOn) {
  const Secret password("correct horse");
  const std::string before = hash_password(password);
  set_password_cost({.memory_kib = 64, .passes = 1});
  const std::string after = hash_password(password);
  set_password_cost({});
  EXPECT_TRUE(before.starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << before;
  EXPECT_TRUE(after.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << after;
  EXPECT_TRUE(crypto::verify_password(before, password));
  EXPECT_TRUE(crypto::verify_password(after, password));
}

}  // namespace
}  // namespace beian::accounts
