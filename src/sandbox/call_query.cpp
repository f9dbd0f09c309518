// isp_querybeianstatus and isp_verifybamm: questions to the library.
#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/filing_number.hpp"
#include "sandbox/calls.hpp"
#include "sandbox/filed.hpp"
#include "sandbox/judge.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kByDomain = 0;
constexpr int64_t kLastCertificateType = 12;  // 0 to 11 by the interface, 12 in the field

}  // namespace

wire::Return query_status(const Context& context, const wire::Call& call) {
  int64_t type = -1;
  const std::string condition(text::trim(*call.find("queryCondition")));
  if (!text::parse_i64(text::trim(*call.find("queryConditionType")), type) || type < kByDomain ||
      type > kLastCertificateType)
    return answer(999, "没有这种查询条件类型");
  if (text::length(condition) < 4 || text::length(condition) > 255)
    return answer(999, "查询条件应为 4 到 255 个字符");

  wire::StatusInfo status;
  status.condition_type = static_cast<int>(type);
  status.condition = condition;
  if (type == kByDomain) {
    const auto name = china::normalise_domain(condition);
    if (!name) return answer(999, "查询条件不是域名");
    context.database->read([&](db::Tx& tx) {
      const auto filed = filed_by_domain(tx, *name);
      status.filed = filed.has_value();
      if (!filed) return;
      status.service_name = filed->service_name;
      status.entity_number = filed->entity_number;
      status.service_number = filed->service_number;
    });
  } else {
    context.database->read([&](db::Tx& tx) {
      const auto number = number_of_certificate(tx, type, certificate_key(condition));
      status.filed = number.has_value();
      status.entity_number = number.value_or("");
    });
  }
  wire::Return result = answer(0);
  result.status = std::move(status);
  return result;
}

wire::Return verify_password(const Context& context, const wire::Call& call) {
  const auto number = china::parse_filing_number(*call.find("baxh"));
  if (!number) return answer(999, "备案号格式不正确");
  PasswordCheck check = PasswordCheck::unknown_number;
  context.database->write([&](db::Tx& tx) {
    check = check_filing_password(tx, number->entity().text(), *call.find("bamm"),
                                  to_ms(context.clock.now()));
  });
  if (check == PasswordCheck::too_often) return answer(22, std::to_string(kPasswordTries) + " 次");
  if (check == PasswordCheck::unknown_number) return answer(999, "没有这个备案号");
  wire::Return result = answer(0);
  result.password_right = check == PasswordCheck::right;
  return result;
}

}  // namespace beian::sandbox
