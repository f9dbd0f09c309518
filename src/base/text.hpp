// Text: UTF-8 inside, GBK on the wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace beian::text {

bool is_utf8(std::string_view s);
// Code points, not bytes; limits of the interface count characters. Input must be UTF-8.
size_t length(std::string_view utf8);

// GBK as the interface declares it. bad_encoding when a character has no GBK form (many rare names)
// or the bytes are not GBK; args name the encoding.
Result<std::string> to_gbk(std::string_view utf8);
Result<std::string> from_gbk(std::string_view gbk);
// Like to_gbk, but a character without GBK form becomes an XML character reference (&#x20C21;).
// Only for text that stands in an XML document.
Result<std::string> to_gbk_xml(std::string_view utf8);

std::string_view trim(std::string_view s);  // ASCII blanks and the ideographic space
std::string lower_ascii(std::string_view s);
std::string upper_ascii(std::string_view s);
std::vector<std::string> split(std::string_view s, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool all_digits(std::string_view s);  // false when empty
// Whole string as a decimal number; nullopt otherwise or on overflow.
bool parse_i64(std::string_view s, int64_t& out);
// Constant time in the length of `a`.
bool equal_secret(std::string_view a, std::string_view b);
// Escapes & < > " ' for HTML and XML text and attributes.
std::string escape_markup(std::string_view s);

}  // namespace beian::text
