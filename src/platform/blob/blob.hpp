// Content-addressed bytes, encrypted at rest: each file has its own key, wrapped by the master key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/personal.hpp"
#include "base/result.hpp"

namespace beian::blob {

class Store {
 public:
  virtual ~Store() = default;
  // Durable (written, fsynced, renamed) when it returns the reference: the hex HMAC-SHA-256 of the
  // bytes under a key of the installation. Putting the same bytes again is cheap and changes
  // nothing. Throws std::system_error when the disk refuses.
  virtual std::string put(std::string_view bytes) = 0;
  // not_found, or a thrown error when the file was damaged.
  virtual Result<std::string> get(std::string_view reference) = 0;
  virtual bool exists(std::string_view reference) = 0;
  virtual void remove(std::string_view reference) = 0;
};

std::unique_ptr<Store> open_directory(const std::string& directory, const Secret& master_key);

}  // namespace beian::blob
