#include "resources/faults.hpp"

namespace beian::resources {

Problems unfit_faults(const Context& context, const Resource& resource, const std::string& field) {
  Problems out;
  for (auto& reason : unfit(resource, context.limits, context.today()))
    out.push_back({ProblemCode::resource_unfit, field, {{"reason", std::move(reason)}}});
  return out;
}

Problem state_fault(const Code& code, std::string field) {
  switch (code.state) {
    case CodeState::in_filing:
      return {ProblemCode::filing_code_taken, std::move(field), {}};
    case CodeState::used:
      return {ProblemCode::filing_code_used, std::move(field), {}};
    case CodeState::voided:
      return {ProblemCode::filing_code_void, std::move(field), {{"reason", "已作废"}}};
    case CodeState::unused:
    case CodeState::granted:
      break;
  }
  throw std::logic_error("a free code has no fault");
}

}  // namespace beian::resources
