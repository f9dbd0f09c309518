// Domain names: one normal form (lower-case A-labels), the independent domain by the public suffix
// list, and which filed names cover a host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace beian::china {

// "WWW.Example.CN." -> "www.example.cn", "例子.中国" -> "xn--fsqu00a.xn--fiqs8s" (UTS 46,
// non-transitional). bad_domain with the reason in Chinese: empty, an address with http or path, an
// IP address, a port, an empty or too long label (63), too long as a whole (253), characters other
// than letters, digits and hyphens, hyphens at the ends, an impossible international name, only one
// label, a top level of digits.
Result<std::string> normalise_domain(std::string_view text);

// For people: "xn--fsqu00a.xn--fiqs8s" -> "例子.中国". The text itself when it is no valid A-label.
std::string display_domain(std::string_view normalised);

// The following take a normalised name.

// The part that is registered and filed: one label more than its public suffix, by the ICANN
// section of the list (a name under github.io or another private suffix belongs to that service, so
// its independent domain is github.io). domain_without_suffix when the name is a suffix itself or
// its top level is not in the list.
Result<std::string> independent_domain(std::string_view name);

// An order files independent domains: domain_not_independent names the right one, too_long when the
// interface cannot carry it (128 characters). Under gov.cn and 政务 every level files, so any name
// under those passes.
Result<std::string> check_independent_domain(std::string_view text);  // normalises first

// gov.cn, 政务.cn, 政务: there a filed name does not cover what is below it.
bool is_government_domain(std::string_view name);

// The names whose filing would let `host` be served, the narrowest first: the host, its parents,
// down to the independent domain; a government name only itself. Empty when it has no public
// suffix.
std::vector<std::string> covering_domains(std::string_view host);

}  // namespace beian::china
