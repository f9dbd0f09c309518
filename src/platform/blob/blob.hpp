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

// Bytes on their way in, for what need not be whole in memory. Given up without commit: nothing is
// left.
class Writer {
 public:
  virtual ~Writer() = default;
  // Throws std::system_error when the disk refuses.
  virtual void write(std::string_view bytes) = 0;
  // As Store::put of all that was written. Once.
  virtual std::string commit() = 0;
};

class Reader {
 public:
  virtual ~Reader() = default;
  // The next piece, empty at the end; valid until the next call. A piece is what was put, in its
  // place: throws Damaged before it gives anything else.
  virtual std::string_view next() = 0;
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
  // The same, piece by piece; each serves one thread, and not longer than the store lives.
  virtual std::unique_ptr<Writer> writer() = 0;
  virtual Result<std::unique_ptr<Reader>> reader(std::string_view reference) = 0;
  virtual bool exists(std::string_view reference) = 0;
  // Nothing happens when it is not there.
  virtual void remove(std::string_view reference) = 0;
};

// Makes the folder when needed. Several processes may share it.
std::unique_ptr<Store> open_directory(const std::string& directory, const Secret& master_key);

}  // namespace beian::blob
