#include "sandbox/notices.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <vector>

#include "base/encoding.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {
namespace {

struct KindName {
  NoticeKind kind;
  std::string_view field, file_prefix;
};
constexpr std::array<KindName, 3> kKinds{{
    {NoticeKind::results, "results", "BAJG"},
    {NoticeKind::filed, "filed", "BASJ"},
    {NoticeKind::sms_verifications, "sms_verifications", "DXHY"},
}};

const KindName& kind_named(std::string_view field) {
  return *std::ranges::find(kKinds, field, &KindName::field);
}

struct Pending {
  int64_t id, record_id;
  std::string kind;
  Json body;
};

// The oldest pending notices of the oldest one's kind. A notice whose record has an older one of
// another kind waits for that.
std::vector<Pending> next_batch(db::Tx& tx, int64_t provider_id, size_t most) {
  const auto rows = tx.query(
      "SELECT id, record_id, kind, body FROM notices WHERE provider_id = :provider"
      " AND download_id IS NULL ORDER BY id LIMIT :limit",
      {{"provider", provider_id}, {"limit", static_cast<int64_t>(most) * 4}});
  std::vector<Pending> batch;
  std::set<int64_t> waiting;
  for (const auto& row : rows) {
    if (batch.size() == most) break;
    const int64_t record = row.i64("record_id");
    const std::string kind = row.text("kind");
    const bool same = batch.empty() || batch.front().kind == kind;
    if (!same || (record != 0 && waiting.contains(record))) {
      waiting.insert(record);
      continue;
    }
    auto body = parse_json(row.text("body"));
    if (!body) throw std::runtime_error("a notice of the sandbox is damaged");
    batch.push_back({row.i64("id"), record, kind, std::move(*body)});
  }
  return batch;
}

void append(Json& into, const Json& items) {
  for (const auto& item : items.items()) into.push(item);
}

// One document of the batch. Of several states of one record's verification the last one counts.
Json merge(const std::vector<Pending>& batch) {
  const std::string& kind = batch.front().kind;
  Json all = Json::array();
  if (kind == "results") {
    Json records = Json::array();
    Json decisions = Json::array();
    for (const auto& notice : batch) {
      append(records, notice.body["records"]);
      append(decisions, notice.body["decisions"]);
    }
    all = Json::object();
    if (records.size() > 0) all.set("records", std::move(records));
    if (decisions.size() > 0) all.set("decisions", std::move(decisions));
  } else {
    std::set<int64_t> last;
    std::vector<const Pending*> kept;
    for (auto notice = batch.rbegin(); notice != batch.rend(); ++notice)
      if (kind == "filed" || last.insert(notice->record_id).second) kept.push_back(&*notice);
    std::ranges::reverse(kept);
    for (const auto* notice : kept) {
      if (kind == "filed")
        all.push(notice->body);
      else
        append(all, notice->body);
    }
  }
  return Json::object({{"icp", Json::object({{kind, std::move(all)}})}});
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

void notify(db::Tx& tx, int64_t provider_id, int64_t record_id, NoticeKind kind, const Json& body,
            int64_t now) {
  tx.exec(
      "INSERT INTO notices (provider_id, record_id, kind, body, created_at)"
      " VALUES (:provider, :record, :kind, :body, :now)",
      {{"provider", provider_id},
       {"record", record_id},
       {"kind", std::ranges::find(kKinds, kind, &KindName::kind)->field},
       {"body", to_string(body)},
       {"now", now}});
}

void notify_outcomes(db::Tx& tx, int64_t provider_id, int64_t record_id,
                     std::optional<int64_t> provider_entity_id, const Outcomes& outcomes,
                     std::string_view remark, int64_t now) {
  Json list = Json::array();
  for (const auto& outcome : outcomes) {
    Json item = Json::object({{"code", outcome.code}});
    if (!outcome.text.empty()) item.set("text", outcome.text);
    list.push(std::move(item));
  }
  Json result = Json::object({{"outcomes", std::move(list)}, {"operation", 1}});
  if (provider_entity_id) result.set("mark", std::to_string(*provider_entity_id));
  if (!remark.empty()) result.set("remark", remark);
  notify(tx, provider_id, record_id, NoticeKind::results,
         Json::object({{"records", Json::array({std::move(result)})}}), now);
}

std::optional<Download> current_download(db::Tx& tx, const Provider& provider, size_t max_notices,
                                         int64_t now) {
  const int64_t id = provider.account.provider_id;
  const auto open = tx.query_one(
      "SELECT id, file_name, document FROM downloads WHERE provider_id = :provider"
      " AND acked_at IS NULL ORDER BY id LIMIT 1",
      {{"provider", id}});
  if (open) {
    auto xml = base64_decode(open->text("document"));
    if (!xml) throw std::runtime_error("a download of the sandbox is damaged");
    return Download{open->i64("id"), open->text("file_name"), std::move(*xml)};
  }
  const auto batch = next_batch(tx, id, max_notices);
  if (batch.empty()) return std::nullopt;
  const auto profile = wire::Profile::named(provider.account.profile);
  if (!profile) throw std::runtime_error("no profile " + provider.account.profile);
  auto xml = wire::encode(**profile, "DownloadData", merge(batch));
  if (!xml) throw std::logic_error("a notice does not fit the profile: " + reasons(xml.error()));

  Download download;
  download.xml = std::move(*xml);
  const auto& kind = kind_named(batch.front().kind);
  // The first notice's id makes the name unique: a notice is packed once.
  download.file_name =
      std::string(kind.file_prefix) + std::to_string(id) + "N" + std::to_string(batch.front().id);
  download.id = tx.query_i64(
      "INSERT INTO downloads (provider_id, file_name, kind, document, created_at)"
      " VALUES (:provider, :name, :kind, :document, :now) RETURNING id",
      {{"provider", id},
       {"name", download.file_name},
       {"kind", kind.field},
       {"document", base64_encode(download.xml)},
       {"now", now}});
  for (const auto& notice : batch)
    tx.exec("UPDATE notices SET download_id = :download WHERE id = :id",
            {{"download", download.id}, {"id", notice.id}});
  return download;
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
