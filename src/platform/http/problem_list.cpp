#include "platform/http/problem_list.hpp"

namespace beian::http {

Json problems_json(const Problems& problems, Language language) {
  Json out = Json::array();
  for (const auto& problem : problems) {
    const auto& spec = spec_of(problem.code);
    out.push(Json::object({{"code", spec.name},
                           {"field", problem.field},
                           {"detail", problem_text(problem.code, problem.args, language)},
                           {"advice", advice_text(problem.code, problem.args, language)},
                           {"help", spec.help}}));
  }
  return out;
}

}  // namespace beian::http
