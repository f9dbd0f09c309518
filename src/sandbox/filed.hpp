// The library of filed records, written: how a granted record enters, changes and leaves it. All in
// the caller's transaction. And what the status service asks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "china/filing_number.hpp"
#include "platform/db/db.hpp"
#include "sandbox/library.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

struct Filed {
  int64_t entity_id = 0;
  std::string number;    // 粤ICP备2026000001号
  std::string password;  // the filing password (备案密码), told once
};
// A new filing with its services. db::UniqueViolation when its certificate or one of its domains
// was filed meanwhile.
Filed file_record(db::Tx& tx, const Record& record, int64_t now);
// Services of a record (Wz_xx) get the entity's next suffixes; their ids.
std::vector<int64_t> file_services(db::Tx& tx, int64_t entity_id, int64_t provider_id,
                                   const Json& services, int64_t now);
// An access as reported (Jr_xx, or XZJR/Xzxx).
int64_t file_access(db::Tx& tx, int64_t service_id, int64_t provider_id, const Json& access);
// BGBA/Bgxx: entity, the services named, their domains (those not named are dropped) and the
// accesses named.
void change_filed(db::Tx& tx, int64_t provider_id, const Json& record, int64_t now);
// Numbers stay taken; domains, home pages and accesses become free.
void cancel_service(db::Tx& tx, int64_t service_id, int64_t now);
void cancel_entity(db::Tx& tx, int64_t entity_id, int64_t now);
void cancel_access(db::Tx& tx, int64_t access_id);

struct FiledService {
  int64_t provider_id = 0, provider_entity_id = 0, provider_service_id = 0;
  std::string entity_name, entity_number, service_name, service_number;
  std::vector<std::string> domains, app_keys;
  china::ServiceKind kind = china::ServiceKind::website;
  int64_t first_filed = 0;
};
// Apps, mini programs and quick apps by their name, package name or id.
std::vector<FiledService> filed_by_app(db::Tx& tx, std::string_view text);
std::optional<FiledService> filed_by_domain(db::Tx& tx, std::string_view domain);
std::vector<FiledService> filed_by_number(db::Tx& tx,
                                          std::string_view number);  // entity or service
std::optional<std::string> number_of_certificate(db::Tx& tx, int64_t type, std::string_view number);

enum class PasswordCheck { right, wrong, too_often, unknown_number };
inline constexpr int64_t kPasswordTries = 5;
inline constexpr int64_t kPasswordPauseMs = 24LL * 3600 * 1000;  // after too many
PasswordCheck check_filing_password(db::Tx& tx, std::string_view entity_number,
                                    std::string_view password, int64_t now);
// The same by the password's MD5 in hex, as ICPmm carries it; case does not matter.
PasswordCheck check_icp_password(db::Tx& tx, std::string_view entity_number, std::string_view md5,
                                 int64_t now);

}  // namespace beian::sandbox
