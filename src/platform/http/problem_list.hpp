// Problems inside an answer that is none itself: findings, a line of an import.
#pragma once

#include "base/json.hpp"
#include "base/problem_codes.hpp"
#include "base/result.hpp"

namespace beian::http {

// [{"code","field","detail","advice","help"}], as in the errors of a problem response.
Json problems_json(const Problems& problems, Language language);

}  // namespace beian::http
