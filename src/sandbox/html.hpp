// Server-rendered pages: plain HTML, no script. Whatever was reported is escaped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/http/http.hpp"

namespace beian::sandbox {

std::string esc(std::string_view text);  // text and attribute values

// A whole page with the sandbox's head and links.
http::Response page(std::string_view title, const std::string& body, int status = 200);

// <tr><th>name</th><td>value</td></tr>; the value is escaped.
std::string row(std::string_view name, std::string_view value);
std::string input(std::string_view label, std::string_view name, std::string_view value = {},
                  std::string_view attributes = {});
// A table of cells that are HTML already.
std::string table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows);
std::string link(std::string_view href, std::string_view text);
// A form of one button that posts these fields.
std::string button(std::string_view action, std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& fields = {});
std::string notice(bool good, std::string_view text);

// A posted form (application/x-www-form-urlencoded); empty for a field that is not there.
class Form {
 public:
  explicit Form(std::string_view body);
  const std::string& operator[](std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;  // of a field given several times

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace beian::sandbox
