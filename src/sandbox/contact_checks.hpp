// Small checks of the texts in a record, as an authority reads them. Fields that may hold several
// values separate them with semicolons (interface V.3.0).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace beian::sandbox {

bool valid_mobiles(std::string_view text);        // 11 digits of the mainland each
bool valid_office_phones(std::string_view text);  // digits and hyphens
bool valid_emails(std::string_view text);
bool valid_qq(std::string_view text);  // 5 to 12 digits
// The first of several, where messages go.
std::string first_mobile(std::string_view text);

// The host of a home page address with or without scheme, in A-labels; empty when malformed.
std::string host_of_url(std::string_view url);

// Do the bytes begin as the format says (1 jpg, 2 png)? An unknown format fits any picture.
bool has_magic(std::string_view bytes, int64_t format);

}  // namespace beian::sandbox
