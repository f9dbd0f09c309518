// Places and dates in the records of IP and domain filings.
#pragma once

#include <string_view>

#include "sandbox/judge_parts.hpp"

namespace beian::sandbox {

// {province, city, county} of an IP record, each optional: 2024, 2025, 2026 for a code that is none
// of its level, 2011 for codes that do not lie in each other.
void judge_place(Judge& judge, const Json& record, std::string_view where);

// Does the city lie in the province? Both known.
bool is_place(int64_t province, int64_t city);

bool is_date(std::string_view text);  // "2026-11-25", of the calendar

}  // namespace beian::sandbox
