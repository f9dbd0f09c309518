#include "authority/ledger_view.hpp"

#include <algorithm>

#include "base/day.hpp"
#include "base/text.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kPage = 50, kMostRows = 500;

Json time_json(int64_t ms) {
  return ms > 0 ? Json(to_rfc3339(from_ms(ms))) : Json();
}

std::string upload_id(int64_t number) {
  return "u" + std::to_string(number);
}
std::string download_id(int64_t number) {
  return "d" + std::to_string(number);
}

// A day names its first moment in Beijing.
std::optional<int64_t> time_of(const std::string& text, bool end) {
  if (const auto exact = parse_rfc3339(text)) return to_ms(*exact);
  const auto day = parse_day(text);
  if (!day) return std::nullopt;
  return to_ms(TimePoint(*day) - kBeijing + (end ? std::chrono::hours{24} : std::chrono::hours{0}));
}

// "u12,d7", or one of them.
bool read_cursor(const std::string& text, LedgerQuery& query) {
  for (const auto& part : text::split(text, ',')) {
    if (part == "u0" || part == "d0") continue;
    const auto id = parse_ledger_id(part);
    if (!id || id->number < 1) return false;
    (id->direction == 'u' ? query.before_upload : query.before_download) = id->number;
  }
  return true;
}

class QueryReader {
 public:
  explicit QueryReader(const std::function<std::string(std::string_view)>& value) : value_(value) {}

  std::string text(std::string_view name) const { return value_(name); }
  int64_t number(std::string_view name, int64_t otherwise, int64_t most) {
    const std::string given = value_(name);
    int64_t out = otherwise;
    if (given.empty()) return out;
    if (!text::parse_i64(given, out) || out < 1 || out > most)
      problems.push_back({ProblemCode::out_of_range,
                          "/" + std::string(name),
                          {{"min", "1"}, {"max", std::to_string(most)}}});
    return out;
  }
  int64_t time(std::string_view name, bool end) {
    const std::string given = value_(name);
    if (given.empty()) return 0;
    const auto out = time_of(given, end);
    if (!out) bad(name);
    return out.value_or(0);
  }
  void bad(std::string_view name) {
    problems.push_back({ProblemCode::bad_format, "/" + std::string(name), {}});
  }

  Problems problems;

 private:
  const std::function<std::string(std::string_view)>& value_;
};

Result<Json> upload_entry(db::Tx& tx, int64_t number) {
  const auto upload = ledger::find_upload(tx, number);
  if (!upload) return fail(ProblemCode::not_found);
  Json out = upload_json(*upload);
  Json records = Json::array();
  for (const auto& r : ledger::records_of(tx, number)) {
    Json one = Json::object();
    one.set("order", r.order_id);
    one.set("id", r.id);
    one.set("submission", r.submission ? Json(*r.submission) : Json());
    if (auto ids = parse_json(r.ids)) one.set("ids", std::move(*ids));
    records.push(std::move(one));
  }
  out.set("record_list", std::move(records));
  out.set("trace", trace_list(ledger::traces_of_upload(tx, number)));
  return out;
}

Result<Json> download_entry(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t number) {
  const auto download = ledger::find_download(tx, number);
  if (!download) return fail(ProblemCode::not_found);
  Json out = download_json(*download);
  Json results = Json::array();
  for (const auto& r : ledger::results_of(tx, cipher, number)) {
    Json one = Json::object();
    one.set("item", r.item);
    one.set("kind", r.kind);
    one.set("provider_entity_id", r.provider_entity_id ? Json(*r.provider_entity_id) : Json());
    one.set("order", r.order_id);
    one.set("submission", r.submission ? Json(*r.submission) : Json());
    one.set("effect", r.effect);
    one.set("note", r.note);
    results.push(std::move(one));
  }
  out.set("results", std::move(results));
  out.set("trace", trace_list(ledger::traces_of_download(tx, number)));
  return out;
}

}  // namespace

Result<LedgerId> parse_ledger_id(std::string_view text) {
  LedgerId id;
  if (text.size() < 2 || (text[0] != 'u' && text[0] != 'd') || !text::all_digits(text.substr(1)) ||
      !text::parse_i64(text.substr(1), id.number))
    return fail(ProblemCode::not_found);
  id.direction = text[0];
  return id;
}

Json upload_json(const ledger::Upload& u) {
  Json out = Json::object();
  out.set("id", upload_id(u.number));
  out.set("direction", "up");
  out.set("link", u.link);
  out.set("sequence", u.sequence);
  out.set("state", u.state);
  out.set("file_name", u.file_name);
  out.set("records", u.records);
  out.set("xml_bytes", u.xml_bytes);
  out.set("hash", u.hash);
  out.set("attempts", u.attempts);
  out.set("refusals", u.refusals);
  out.set("resent", u.resent);
  out.set("created", time_json(u.created));
  out.set("sent", time_json(u.sent));
  out.set("answered", time_json(u.answered));
  out.set("resend_asked", time_json(u.resend_asked));
  out.set("bytes_removed", time_json(u.bytes_removed));
  if (u.answer_code) {
    out.set("answer_code", *u.answer_code);
    out.set("answer_text", u.answer_text);
  }
  return out;
}

Json download_json(const ledger::Download& d) {
  Json out = Json::object();
  out.set("id", download_id(d.number));
  out.set("direction", "down");
  out.set("link", d.link);
  out.set("state", d.applied ? "applied" : "received");
  out.set("file_name", d.file_name);
  out.set("digest", d.digest);
  out.set("opened", d.opened);
  out.set("bytes", d.bytes);
  out.set("times_received", d.times_received);
  out.set("received", time_json(d.received));
  out.set("acked", time_json(d.acked));
  out.set("ack_tries", d.ack_tries);
  out.set("ack_given_up", time_json(d.ack_given_up));
  out.set("applied", time_json(d.applied_at));
  out.set("items", d.items);
  out.set("flagged", d.flagged);
  out.set("problem", d.problem);
  out.set("bytes_removed", time_json(d.bytes_removed));
  return out;
}

Json trace_list(const std::vector<ledger::Trace>& traces) {
  Json out = Json::array();
  for (const auto& t : traces) {
    Json one = Json::object({{"at", time_json(t.at)}, {"what", t.what}});
    one.set("code", t.code ? Json(*t.code) : Json());
    one.set("text", t.text);
    one.set("actor", t.actor);
    out.push(std::move(one));
  }
  return out;
}

Result<LedgerQuery> read_ledger_query(const std::function<std::string(std::string_view)>& value) {
  QueryReader in(value);
  LedgerQuery query;
  query.direction = in.text("direction");
  if (!query.direction.empty() && query.direction != "up" && query.direction != "down")
    in.bad("direction");
  auto& filter = query.filter;
  filter.link = in.text("link");
  filter.order = in.text("order");
  filter.state = in.text("state");
  filter.file = in.text("file");
  filter.text = in.text("text");
  filter.sequence = in.number("sequence", 0, INT32_MAX);
  filter.limit = static_cast<size_t>(in.number("limit", kPage, kMostRows));
  filter.since = in.time("since", false);
  filter.until = in.time("until", true);
  if (const auto before = in.text("before"); !before.empty() && !read_cursor(before, query))
    in.bad("before");
  if (!in.problems.empty()) return std::unexpected(std::move(in.problems));
  return query;
}

Json ledger_page(db::Tx& tx, const LedgerQuery& query) {
  std::vector<ledger::Upload> uploads;
  std::vector<ledger::Download> downloads;
  auto filter = query.filter;
  filter.before = query.before_upload;
  if (query.direction != "down") uploads = ledger::list_uploads(tx, filter);
  filter.before = query.before_download;
  if (query.direction != "up") downloads = ledger::list_downloads(tx, filter);

  Json entries = Json::array();
  size_t up = 0, down = 0;
  while (entries.size() < filter.limit && (up < uploads.size() || down < downloads.size())) {
    const bool upload_next =
        down == downloads.size() ||
        (up < uploads.size() && uploads[up].created >= downloads[down].received);
    entries.push(upload_next ? upload_json(uploads[up++]) : download_json(downloads[down++]));
  }
  const bool full = entries.size() == filter.limit;
  const std::string next =
      upload_id(up > 0 ? uploads[up - 1].number : query.before_upload) + "," +
      download_id(down > 0 ? downloads[down - 1].number : query.before_download);
  Json out = Json::object();
  out.set("entries", std::move(entries));
  out.set("next", full ? Json(next) : Json());
  return out;
}

Result<Json> ledger_entry(db::Tx& tx, const crypto::ColumnCipher& cipher, const LedgerId& id) {
  return id.direction == 'u' ? upload_entry(tx, id.number) : download_entry(tx, cipher, id.number);
}

Result<LedgerBytes> read_ledger_bytes(db::Database& database, blob::Store& blobs, TimePoint now,
                                      const LedgerId& id, bool sealed, const std::string& actor) {
  LedgerBytes out;
  std::string blob;
  ledger::Trace trace;
  database.read([&](db::Tx& tx) {
    blob.clear();
    if (id.direction == 'u') {
      const auto u = ledger::find_upload(tx, id.number);
      if (!u || u->bytes_removed > 0) return;
      blob = sealed ? u->envelope_blob : u->xml_blob;
      out.link = u->link;
      out.name = u->file_name;
      out.xml = !sealed;
      trace.upload = id.number;
    } else if (const auto d = ledger::find_download(tx, id.number);
               d && !sealed && d->bytes_removed == 0) {
      blob = d->blob;
      out.link = d->link;
      out.name = download_id(d->number);  // the authority's own name may hold anything
      out.xml = d->opened;
      trace.download = id.number;
    }
  });
  if (blob.empty()) return fail(ProblemCode::not_found);
  auto bytes = blobs.get(blob);
  if (!bytes) return fail(bytes);
  out.bytes = std::move(*bytes);
  trace.link = out.link;
  trace.at = to_ms(now);
  trace.what = "bytes_read";
  trace.actor = actor;
  database.write([&](db::Tx& tx) { ledger::note(tx, trace); });
  return out;
}

}  // namespace beian::authority
