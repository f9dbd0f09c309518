// Which encoding a document is in, and its characters as UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::xml {

// A view of `bytes` when they are UTF-8 or plain ASCII already, else of `storage`, which then holds
// the converted text. Byte-order marks are dropped. wire_schema when the declared encoding is not
// one of ours or the bytes are not in it.
Result<std::string_view> to_utf8(std::string_view bytes, std::string& storage);

}  // namespace beian::xml
