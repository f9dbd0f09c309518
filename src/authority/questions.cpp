#include "authority/questions.hpp"

#include "authority/trace.hpp"
#include "china/filing_number.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

// queryConditionType: 0 a domain, 1…11 the certificate type of the same number.
constexpr int kDomainCondition = 0, kLastCertificateCondition = 11;
constexpr int kTooManyChecks = 22;

std::string words_of(const Problems& problems) {
  const auto& problem = problems.front();
  return problem_text(problem.code, problem.args, Language::zh);
}

std::string words_of(const wire::Return& answer) {
  return problem_text(ProblemCode::authority_refused,
                      {{"code", std::to_string(answer.msg_code)}, {"text", answer.msg}},
                      Language::zh);
}

orders::FilingStatus ask(Client& client, TimePoint now, int type, const std::string& condition) {
  orders::FilingStatus out;
  out.asked = now;
  try {
    const auto answer = client.filing_status(type, condition);
    if (!answer) {
      out.reason = words_of(answer.error());
    } else if (answer->msg_code != 0 || !answer->status) {
      out.reason = words_of(*answer);
    } else if (answer->status->filed) {
      out.kind = orders::FilingStatus::Kind::filed;
      out.entity_number = answer->status->entity_number;
      out.service_number = answer->status->service_number;
      out.service_name = answer->status->service_name;
    } else {
      out.kind = orders::FilingStatus::Kind::not_filed;
    }
  } catch (const std::exception& e) {
    log::error("authority.status_query_failed", {{"why", e.what()}});
    out.reason = "查询失败";
  }
  return out;
}

orders::PasswordVerdict limited(const ledger::PasswordLimit& limit, TimePoint now) {
  using Kind = orders::PasswordVerdict::Kind;
  const TimePoint until = from_ms(limit.until);
  return {Kind::limited, limit.told + "；" + china_datetime(until) + " 前不再校验", until, now};
}

orders::PasswordVerdict check(db::Database& database, const LinkConfig& link, Client& client,
                              TimePoint now, const std::string& entity, const Secret& password) {
  using Kind = orders::PasswordVerdict::Kind;
  const auto kept = database.read_value(
      [&](db::Tx& tx) { return ledger::password_limit(tx, link.id, entity, now); });
  if (kept) return limited(*kept, now);
  const auto answer = client.check_password(entity, password);
  if (!answer) return {Kind::unknown, words_of(answer.error()), {}, now};
  if (answer->msg_code == kTooManyChecks) {
    const ledger::PasswordLimit limit{to_ms(now + link.password_pause), words_of(*answer)};
    database.write([&](db::Tx& tx) {
      ledger::ensure_link(tx, link.id);
      ledger::set_password_limit(tx, link.id, entity, limit);
    });
    return limited(limit, now);
  }
  if (answer->msg_code != 0 || !answer->password_right)
    return {Kind::unknown, words_of(*answer), {}, now};
  return {*answer->password_right ? Kind::right : Kind::wrong, {}, {}, now};
}

}  // namespace

orders::FilingStatus ask_domain(Client& client, TimePoint now, const std::string& domain) {
  return ask(client, now, kDomainCondition, domain);
}

orders::FilingStatus ask_certificate(Client& client, TimePoint now, int type,
                                     const std::string& number) {
  if (type >= 1 && type <= kLastCertificateCondition) return ask(client, now, type, number);
  orders::FilingStatus out;
  out.asked = now;
  out.reason = "管局接口不支持按此证件类型查询";
  return out;
}

orders::PasswordVerdict ask_password(db::Database& database, const LinkConfig& link, Client& client,
                                     TimePoint now, const std::string& number,
                                     const Secret& password) {
  using Kind = orders::PasswordVerdict::Kind;
  const auto parsed = china::parse_filing_number(number);
  if (!parsed) return {Kind::unknown, words_of(parsed.error()), {}, now};
  try {
    return check(database, link, client, now, parsed->entity().text(), password);
  } catch (const std::exception& e) {
    log::error("authority.password_check_failed", {{"link", link.id}, {"why", e.what()}});
    return {Kind::unknown, "校验失败", {}, now};
  }
}

}  // namespace beian::authority
