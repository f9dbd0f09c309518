// Content-addressed bytes, encrypted at rest: each file has its own key, wrapped by the master key.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/personal.hpp"
#include "base/result.hpp"

namespace beian::blob {

// The file is there but is not what was put: cut, changed, or sealed with another master key.
class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Thread-safe.
class Store {
 public:
  virtual ~Store() = default;
  // Durable (written, fsynced, renamed) when it returns the reference: the hex HMAC-SHA-256 of the
  // bytes under a key of the installation. Putting the same bytes again is cheap and changes
  // nothing. Throws std::system_error when the disk refuses.
  virtual std::string put(std::string_view bytes) = 0;
  // not_found, also when it is no reference at all. Throws Damaged or std::system_error.
  virtual Result<std::string> get(std::string_view reference) = 0;
  virtual bool exists(std::string_view reference) = 0;
  // Nothing happens when it is not there.
  virtual void remove(std::string_view reference) = 0;
};

// Makes the folder when needed. Several processes may share it.
std::unique_ptr<Store> open_directory(const std::string& directory, const Secret& master_key);

}  // namespace beian::blob
