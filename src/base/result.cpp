#include "base/result.hpp"

namespace beian {

void append_under(Problems& into, std::string_view prefix, Problems part) {
  for (auto& problem : part) {
    problem.field.insert(0, prefix);
    into.push_back(std::move(problem));
  }
}

}  // namespace beian
