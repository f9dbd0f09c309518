// A body in chunks (RFC 9112, 7.1), read as it comes and as strictly as the head.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace beian::gate::server {

class Chunked {
 public:
  // Takes bytes of the body off the front of `bytes`, all of them while it has not ended. What the
  // chunks hold goes to `content`, unless that is null. False: this is no body in chunks.
  bool take(std::string_view& bytes, std::string* content);
  bool ended() const { return state_ == State::ended; }
  uint64_t size() const { return size_; }  // of the content, with the chunk that has just begun

 private:
  enum class State : uint8_t {
    size_first,  // a digit
    size,        // more of them, or what follows
    extension,   // passed over
    size_end,    // LF
    data,
    data_cr,
    data_lf,
    line,      // a trailer's first character, or the CR of the end
    trailer,   // passed over
    line_end,  // LF of a trailer
    last_lf,
    ended,
  };
  bool step(char c);
  bool digit(char c);
  bool size_ended();

  State state_ = State::size_first;
  uint64_t left_ = 0, size_ = 0;
  size_t digits_ = 0;    // of the size that is being read
  size_t overhead_ = 0;  // bytes of extensions and trailers
};

}  // namespace beian::gate::server
