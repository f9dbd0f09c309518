// What a name is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/facts.hpp"

namespace beian::rules {

int64_t chinese_count(std::string_view name);    // CJK ideographs
bool only_ascii_letters(std::string_view name);  // one or more, and blanks
// Latin letters, at least so many in a row: pinyin or English.
bool has_ascii_word(std::string_view name, size_t letters = 2);
bool has_emoji(std::string_view name);
// The first character that is no letter, digit, ideograph, bracket, hyphen, middle dot or blank.
std::string symbol_in(std::string_view name);
// Reads like a domain or an address, or is one of the service's own domains.
bool like_domain(std::string_view name, const Service& service);
// A province or city named in the text (广东, 深圳市); empty: none.
std::string region_in(std::string_view name);
// A region's name and nothing but 网, 在线, 信息港 and the like.
bool is_portal(std::string_view name, std::string_view region);
// Could one be a short form of the other? Two ideographs in common, in their order; names without
// two ideographs are left to people.
bool related(std::string_view name, std::string_view entity);

}  // namespace beian::rules
