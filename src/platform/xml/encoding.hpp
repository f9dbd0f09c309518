// Which encoding a document is in, and its characters as UTF-8.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::xml {

// A view of `bytes` when they are UTF-8 or plain ASCII already, else of `storage`, which then holds
// the converted text. Byte-order marks are dropped. wire_schema when the declared encoding is not
// one of ours or the bytes are not in it.
Result<std::string_view> to_utf8(std::string_view bytes, std::string& storage);

// The same for a document that comes in pieces cut anywhere, also inside a character.
class Transcoder {
 public:
  // mark_wrong: bytes that are not in the encoding become U+FFFD, and nothing is refused for them.
  explicit Transcoder(bool mark_wrong = false);
  Transcoder(const Transcoder&) = delete;
  Transcoder& operator=(const Transcoder&) = delete;
  ~Transcoder();

  // Appends what can be told so far; the beginning waits until its declaration is whole.
  Status feed(std::string_view bytes, std::string& out);
  // Nothing comes any more. wire_schema when the last character is cut.
  Status finish(std::string& out);

 private:
  Status begin(std::string& out);
  Status convert(std::string_view bytes, std::string& out, bool last);

  struct Conversion;
  const bool mark_wrong_;
  std::unique_ptr<Conversion> conversion_;  // null until the encoding is known
  std::string kept_;                        // the beginning, later a cut character
};

}  // namespace beian::xml
