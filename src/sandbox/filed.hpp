// The library of filed records: what is filed, and how a record enters it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/db/db.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

struct Filed {
  int64_t entity_id = 0;
  std::string number;    // 粤ICP备2026000001号
  std::string password;  // the filing password (备案密码), told once
  Json document;         // BASJ/Baxx: the record as filed, with the authority's ids
};
// Files the record in the caller's transaction. db::UniqueViolation when its certificate or one of
// its domains was filed meanwhile.
Filed file_record(db::Tx& tx, const Record& record, const std::string& officer, TimePoint now);

// The judge's questions, answered by this transaction.
Library library_of(db::Tx& tx, int64_t provider_id);

struct FiledService {
  int64_t provider_id = 0, provider_entity_id = 0, provider_service_id = 0;
  std::string entity_name, entity_number, service_name, service_number;
  std::vector<std::string> domains;
  int64_t first_filed = 0;
};
std::optional<FiledService> filed_by_domain(db::Tx& tx, std::string_view domain);
std::vector<FiledService> filed_by_number(db::Tx& tx,
                                          std::string_view number);  // entity or service
std::vector<FiledService> all_filed(db::Tx& tx);
std::optional<std::string> number_of_certificate(db::Tx& tx, int64_t type, std::string_view number);

enum class PasswordCheck { right, wrong, too_often, unknown_number };
inline constexpr int64_t kPasswordTries = 5;
inline constexpr int64_t kPasswordPauseMs = 24LL * 3600 * 1000;  // after too many
PasswordCheck check_filing_password(db::Tx& tx, std::string_view entity_number,
                                    std::string_view password, int64_t now);

}  // namespace beian::sandbox
