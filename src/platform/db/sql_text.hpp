// Reading SQL text just far enough: what is a literal or comment, and what is not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace beian::db {

// The text cut at its :name parameters, which are numbered in the order of first appearance. A name
// inside a literal, a quoted identifier or a comment is no name, nor is a cast (::text).
struct ParameterizedSql {
  std::vector<std::string> pieces;  // one more than uses
  std::vector<size_t> uses;         // the parameter between two pieces, as an index into names
  std::vector<std::string> names;

  // With $1, $2…, and with the word NULL for those whose `kinds` letter is 'n': PostgreSQL finds no
  // type for a parameter in ":x IS NULL", but a plain NULL fits everywhere.
  std::string text(std::string_view kinds) const;
};
ParameterizedSql cut_at_parameters(std::string_view sql);

// Statements end with a ';' as the last thing of a line (blanks and a -- comment may follow)
// outside of literals and comments; a ';' within a line, as in a trigger's body, does not end one.
// Comments alone are no statement.
std::vector<std::string> split_statements(std::string_view sql);

}  // namespace beian::db
