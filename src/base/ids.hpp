// Identifiers that people and URLs carry: 26 characters, sortable by time (ULID, Crockford base
// 32).
#pragma once

#include <string>

#include "base/clock.hpp"

namespace beian {

// Bytes from the operating system's generator.
std::string random_bytes(size_t n);
// n characters of [0-9A-Za-z], e.g. the randVal of the interface.
std::string random_alphanumeric(size_t n);
std::string new_id(TimePoint now);

}  // namespace beian
