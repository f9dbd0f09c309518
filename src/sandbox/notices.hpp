// What a provider has to be told (BAJG, BASJ, SMS tasks): notices are written with the change that
// they tell about; isp_download packs them into files, one open file at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "platform/db/db.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

enum class NoticeKind { results, filed, sms_verifications };

// Fields of DownloadData.icp; `record_id` 0 when it is about no record.
void notify(db::Tx& tx, int64_t provider_id, int64_t record_id, NoticeKind kind, const Json& body,
            int64_t now);
// A processing result (BAJG/Jg_xx) of a new filing. The mark is the provider's entity id.
void notify_outcomes(db::Tx& tx, int64_t provider_id, int64_t record_id,
                     std::optional<int64_t> provider_entity_id, const Outcomes& outcomes,
                     std::string_view remark, int64_t now);

struct Download {
  int64_t id = 0;
  std::string file_name;  // letters and digits
  std::string xml;        // GBK bytes
};
// The provider's open file, or a new one of the oldest pending notices of one kind. The caller
// holds lock_provider. What is about one record never overtakes something older about it.
std::optional<Download> current_download(db::Tx& tx, const Provider& provider, size_t max_notices,
                                         int64_t now);
bool more_waiting(db::Tx& tx, int64_t provider_id);  // beside the open file

enum class Ack { done, repeated, unknown };
Ack acknowledge(db::Tx& tx, int64_t provider_id, std::string_view file_name, int64_t now);

}  // namespace beian::sandbox
