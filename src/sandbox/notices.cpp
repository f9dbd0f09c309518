#include "sandbox/notices.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "sandbox/synchronise.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {
namespace {

constexpr std::array<KindRow, 15> kKinds{{
    {NoticeKind::results, "results", "icp/results", "BAJG", "ICP 备案结果", Merge::lists},
    {NoticeKind::filed, "filed", "icp/filed", "BASJ", "ICP 备案数据", Merge::list},
    {NoticeKind::cancelled, "cancelled", "icp/cancelled", "ZXSJ", "注销数据", Merge::list},
    {NoticeKind::blacklist, "blacklist", "icp/blacklist", "HMDLB", "黑名单", Merge::lists},
    {NoticeKind::illegal_accesses, "illegal_accesses", "icp/illegal_accesses", "FFJRHMD",
     "非法接入黑名单", Merge::list},
    {NoticeKind::unfiled_sites, "unfiled_sites", "icp/unfiled_sites", "WBAWZLB", "未备案网站列表",
     Merge::list},
    {NoticeKind::verification_tasks, "verification_tasks", "icp/verification_tasks", "HSRW",
     "核实任务", Merge::list},
    {NoticeKind::check_results, "check_results", "icp/check_results", "HCJG", "ICP 核查结果",
     Merge::lists},
    {NoticeKind::rectifications, "rectifications", "icp/notices", "XGTZ", "整改通知", Merge::list},
    {NoticeKind::sms_verifications, "sms_verifications", "icp/sms_verifications", "DXHY",
     "短信核验", Merge::newest},
    {NoticeKind::ip_results, "ip_results", "ip/results", "IPBAJG", "IP 备案结果", Merge::lists},
    {NoticeKind::ip_check_results, "ip_check_results", "ip/check_results", "IPHCJG", "IP 核查结果",
     Merge::lists},
    {NoticeKind::domain_results, "domain_results", "domain_names/results", "YMBAJG", "域名备案结果",
     Merge::list},
    {NoticeKind::base_codes, "base_codes", "base_codes", "JCDM", "基础代码", Merge::alone},
    {NoticeKind::synchronisation, "synchronisation", "synchronisation", "SJTB", "数据同步",
     Merge::alone},
}};

// Of the bodies in one file, so that a file of pictures stays below the interface's 50 MB.
constexpr size_t kMostBytes = 20u * 1024 * 1024;

struct Pending {
  int64_t id, record_id;
  const KindRow* kind;
  Json body;
};

Pending pending_of(const db::Row& row) {
  const std::string name = row.text("kind");
  const KindRow* kind = kind_named(name);
  auto body = parse_json(row.text("body"));
  if (kind == nullptr || !body) throw std::runtime_error("a notice of the sandbox is damaged");
  return {row.i64("id"), row.i64("record_id"), kind, std::move(*body)};
}

// The oldest pending notices of the oldest one's kind. A notice whose record has an older one of
// another kind waits for that.
std::vector<Pending> next_batch(db::Tx& tx, int64_t provider_id, size_t most) {
  const auto rows = tx.query(
      "SELECT id, record_id, kind, body FROM notices WHERE provider_id = :provider"
      " AND download_id IS NULL ORDER BY id LIMIT :limit",
      {{"provider", provider_id}, {"limit", static_cast<int64_t>(most) * 4}});
  std::vector<Pending> batch;
  std::set<int64_t> waiting;
  size_t bytes = 0;
  for (const auto& row : rows) {
    const int64_t record = row.i64("record_id");
    const bool same = batch.empty() || batch.front().kind->name == row.text("kind");
    if (!same || (record != 0 && waiting.contains(record))) {
      waiting.insert(record);
      continue;
    }
    bytes += row.text("body").size();
    if (!batch.empty() && bytes > kMostBytes) break;
    batch.push_back(pending_of(row));
    if (batch.size() == most || batch.front().kind->merge == Merge::alone) break;
  }
  return batch;
}

void append(Json& into, const Json& body) {
  if (!body.is_array()) return into.push(body);
  for (const auto& item : body.items()) into.push(item);
}

void append_lists(Json& into, const Json& lists) {
  for (const auto& [name, items] : lists.members()) {
    if (into.find(name) == nullptr) into.set(name, Json::array());
    append(*into.find(name), items);
  }
}

// One body of all of them.
Json joined(const std::vector<Pending>& batch) {
  const Merge merge = batch.front().kind->merge;
  if (merge == Merge::alone) return batch.front().body;
  if (merge == Merge::lists) {
    Json all = Json::object();
    for (const auto& notice : batch) append_lists(all, notice.body);
    return all;
  }
  std::set<int64_t> last;
  std::vector<const Pending*> kept;
  for (auto notice = batch.rbegin(); notice != batch.rend(); ++notice)
    if (merge == Merge::list || last.insert(notice->record_id).second) kept.push_back(&*notice);
  Json all = Json::array();
  for (auto notice = kept.rbegin(); notice != kept.rend(); ++notice) append(all, (*notice)->body);
  return all;
}

const wire::Element* below(const wire::Element& group, std::string_view field) {
  for (const auto& child : group.children) {
    if (child.field == field) return &child;
    if (!child.field.empty()) continue;
    if (const auto* found = below(child, field)) return found;
  }
  return nullptr;
}

// An account that changed its profile may have notices that the new one has no words for.
void drop_unspeakable(db::Tx& tx, const wire::Profile& profile, int64_t provider_id) {
  for (const auto& kind : kKinds)
    if (!profile_has(profile, kind))
      tx.exec(
          "UPDATE notices SET download_id = 0 WHERE provider_id = :provider AND kind = :kind"
          " AND download_id IS NULL",
          {{"provider", provider_id}, {"kind", kind.name}});
}

std::string reasons(const Problems& problems) {
  std::string all;
  for (const auto& problem : problems) {
    all += problem.field + " " + problem_text(problem.code, problem.args, Language::en) + "; ";
    if (all.size() > 500) break;
  }
  return all;
}

}  // namespace

std::span<const KindRow> notice_kinds() {
  return kKinds;
}

const KindRow& row_of(NoticeKind kind) {
  return *std::ranges::find(kKinds, kind, &KindRow::kind);
}

const KindRow* kind_named(std::string_view name) {
  const auto* found = std::ranges::find(kKinds, name, &KindRow::name);
  return found == kKinds.end() ? nullptr : found;
}

bool profile_has(const wire::Profile& profile, const KindRow& kind) {
  const wire::Element* here = &profile.document("DownloadData");
  for (const auto& part : text::split(kind.path, '/'))
    if (here = below(*here, part); here == nullptr) return false;
  return true;
}

Json document_of(const KindRow& kind, Json joined) {
  const auto parts = text::split(kind.path, '/');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    joined = Json::object({{*part, std::move(joined)}});
  return joined;
}

void notify(db::Tx& tx, int64_t provider_id, int64_t record_id, NoticeKind kind, const Json& body,
            int64_t now) {
  tx.exec(
      "INSERT INTO notices (provider_id, record_id, kind, body, created_at)"
      " VALUES (:provider, :record, :kind, :body, :now)",
      {{"provider", provider_id},
       {"record", record_id},
       {"kind", row_of(kind).name},
       {"body", to_string(body)},
       {"now", now}});
}

void notify_outcomes(db::Tx& tx, int64_t provider_id, int64_t record_id, int64_t operation,
                     std::string_view mark, const Outcomes& outcomes, std::string_view remark,
                     int64_t now) {
  Json list = Json::array();
  for (const auto& outcome : outcomes) {
    Json item = Json::object({{"code", outcome.code}});
    if (!outcome.text.empty()) item.set("text", outcome.text);
    list.push(std::move(item));
  }
  Json result = Json::object({{"outcomes", std::move(list)}, {"operation", operation}});
  if (!mark.empty()) result.set("mark", mark);
  if (!remark.empty()) result.set("remark", remark);
  notify(tx, provider_id, record_id, NoticeKind::results,
         Json::object({{"records", Json::array({std::move(result)})}}), now);
}

namespace {

constexpr std::string_view kOpenFile =
    "SELECT id, file_name, document, blob FROM downloads WHERE provider_id = :provider"
    " AND acked_at IS NULL ORDER BY id LIMIT 1";

// The first notice's id makes the name unique: a notice is packed once, a part of the library once
// for each of its files.
int64_t insert_download(db::Tx& tx, int64_t provider_id, const KindRow& kind, int64_t notice_id,
                        int64_t file, std::string_view document, std::string_view blob, int64_t now,
                        std::string& name) {
  name =
      std::string(kind.file_prefix) + std::to_string(provider_id) + "N" + std::to_string(notice_id);
  if (file > 0) name += "P" + std::to_string(file);
  return tx.query_i64(
      "INSERT INTO downloads (provider_id, file_name, kind, document, blob, created_at)"
      " VALUES (:provider, :name, :kind, :document, :blob, :now) RETURNING id",
      {{"provider", provider_id},
       {"name", name},
       {"kind", kind.name},
       {"document", document},
       {"blob", blob},
       {"now", now}});
}

void close_notice(db::Tx& tx, int64_t id, int64_t download_id) {
  tx.exec("UPDATE notices SET download_id = :download WHERE id = :id",
          {{"download", download_id}, {"id", id}});
}

}  // namespace

std::optional<Download> current_download(db::Tx& tx, const Provider& provider, size_t max_notices,
                                         int64_t now) {
  const int64_t id = provider.account.provider_id;
  if (const auto open = tx.query_one(kOpenFile, {{"provider", id}})) {
    auto xml = base64_decode(open->text("document"));
    if (!xml) throw std::runtime_error("a download of the sandbox is damaged");
    return Download{open->i64("id"), open->text("file_name"), std::move(*xml), open->text("blob")};
  }
  const auto profile = wire::Profile::named(provider.account.profile);
  if (!profile) throw std::runtime_error("no profile " + provider.account.profile);
  drop_unspeakable(tx, **profile, id);
  const auto batch = next_batch(tx, id, max_notices);
  if (batch.empty() || is_library_part(batch.front().body)) return std::nullopt;
  const KindRow& kind = *batch.front().kind;
  auto xml = wire::encode(**profile, "DownloadData", document_of(kind, joined(batch)));
  if (!xml) throw std::logic_error("a notice does not fit the profile: " + reasons(xml.error()));

  Download download;
  download.xml = std::move(*xml);
  download.id = insert_download(tx, id, kind, batch.front().id, 0, base64_encode(download.xml), {},
                                now, download.file_name);
  for (const auto& notice : batch) close_notice(tx, notice.id, download.id);
  return download;
}

std::optional<LibraryTurn> library_turn(db::Tx& tx, int64_t provider_id) {
  if (tx.query_one(kOpenFile, {{"provider", provider_id}})) return std::nullopt;
  const auto batch = next_batch(tx, provider_id, 1);
  if (batch.empty() || !is_library_part(batch.front().body)) return std::nullopt;
  return LibraryTurn{batch.front().id, batch.front().body};
}

void keep_library_file(db::Tx& tx, int64_t provider_id, const LibraryTurn& turn,
                       const std::string& blob, const std::optional<Json>& next, int64_t now) {
  int64_t download = 0;
  std::string name;
  if (!blob.empty())
    download = insert_download(tx, provider_id, row_of(NoticeKind::synchronisation), turn.notice_id,
                               turn.part["file"].as_int(1), {}, blob, now, name);
  if (next && download != 0)
    tx.exec("UPDATE notices SET body = :body WHERE id = :id",
            {{"body", to_string(*next)}, {"id", turn.notice_id}});
  else
    close_notice(tx, turn.notice_id, download);
}

bool more_waiting(db::Tx& tx, int64_t provider_id) {
  return tx
      .query_one(
          "SELECT 1 AS one FROM notices WHERE provider_id = :provider"
          " AND download_id IS NULL LIMIT 1",
          {{"provider", provider_id}})
      .has_value();
}

Ack acknowledge(db::Tx& tx, int64_t provider_id, std::string_view file_name, int64_t now) {
  if (tx.exec("UPDATE downloads SET acked_at = :now WHERE provider_id = :provider"
              " AND file_name = :name AND acked_at IS NULL",
              {{"now", now}, {"provider", provider_id}, {"name", file_name}}) > 0)
    return Ack::done;
  const auto known =
      tx.query_one("SELECT id FROM downloads WHERE provider_id = :provider AND file_name = :name",
                   {{"provider", provider_id}, {"name", file_name}});
  return known ? Ack::repeated : Ack::unknown;
}

}  // namespace beian::sandbox
