// XML (libxml2), hardened: no DTD, no entities but the five, no network; bounded depth,
// size, and number of elements and of their attributes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace beian::xml {

using Attributes = std::vector<std::pair<std::string, std::string>>;  // local names

// A whole document as a tree, for small documents (SOAP, WSDL, return documents).
struct Node {
  std::string name;  // local name
  std::string ns;    // namespace URI, may be empty
  Attributes attributes;
  std::string text;  // character data directly inside, concatenated
  std::vector<Node> children;

  const Node* child(std::string_view local_name) const;
  std::string_view attribute(std::string_view local_name) const;
};

constexpr size_t kMaxTreeElements = 100'000;

struct Limits {
  size_t max_bytes = 256 * 1024 * 1024;
  int max_depth = 64;
  size_t max_attributes = 64;  // of one element, namespace declarations included
  // An upload of 50 MB that is all addresses and no pictures has some two million. A tree takes
  // much more memory than its text, so it never has more than kMaxTreeElements.
  size_t max_elements = 5'000'000;
  // Bytes of one tag, comment, instruction or CDATA section of a document that comes in pieces:
  // libxml2 keeps each whole.
  size_t max_markup = 4u * 1024 * 1024;
  // Of such a document too: bytes that are not in its encoding become U+FFFD instead of ending the
  // reading.
  bool mark_wrong_bytes = false;
};

// Bytes in the encoding that the document declares (UTF-8, GBK, GB2312, GB18030, UTF-16).
// wire_schema with path and reason (line) when malformed, a DTD is present, or a limit is broken.
Result<Node> parse(std::string_view bytes, const Limits& limits = {});
// The characters are UTF-8 whatever the declaration says: for XML that came inside a string.
Result<Node> parse_characters(std::string_view utf8, const Limits& limits = {});

// Events of one pass over a document, for large ones. Text pieces may be split. A handler that
// returns false stops the reading; read() then answers ok.
struct Events {
  std::function<bool(std::string_view local_name, const Attributes& attributes)> start;
  std::function<bool(std::string_view local_name)> end;
  std::function<bool(std::string_view utf8)> text;
  int* line = nullptr;  // set before each event, from 1
};
Status read(std::string_view bytes, const Events& events, const Limits& limits = {});

// The next bytes of a document, cut anywhere; an empty view at its end. What it gave is used before
// it is asked again. Its problems end the reading and are handed on.
using Source = std::function<Result<std::string_view>()>;
// The same for a document that is not in memory: whatever its size, some hundred kilobytes and
// max_markup are used. The element limits count as well; wrong bytes are told when they are met.
Status read(const Source& source, const Events& events, const Limits& limits = {});

// Character data and attribute values in UTF-8: escapes & < > " and the carriage return; a
// character that XML cannot hold becomes U+FFFD. Long plain runs are copied whole.
void append_escaped(std::string& out, std::string_view utf8);
// The first character that XML 1.0 cannot hold (controls but tab, CR, LF; U+FFFE, U+FFFF): its
// position, npos when there is none.
size_t find_forbidden(std::string_view utf8);

}  // namespace beian::xml
