// Personal data (names, identity numbers, phones) cannot be logged or serialised by accident: it
// has no operator<<, no formatter and no conversion; reveal() is the only way out and easy to
// search for.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace beian {

template <class T>
class Personal {
 public:
  Personal() = default;
  explicit Personal(T value) : value_(std::move(value)) {}
  const T& reveal() const { return value_; }
  bool operator==(const Personal&) const = default;

 private:
  T value_;
};

// A password, key or token: like Personal, and wiped when it dies.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) = default;
  ~Secret();
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

// What people may see of it: 张*, 110***********0011, 138****0000.
std::string mask_name(std::string_view utf8);
std::string mask_number(std::string_view s);

}  // namespace beian
