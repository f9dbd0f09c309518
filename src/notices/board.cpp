#include "notices/board.hpp"

#include "accounts/body.hpp"
#include "accounts/store.hpp"
#include "base/day.hpp"
#include "base/text.hpp"

namespace beian::notices {
namespace {

constexpr size_t kLongestId = 48, kLongestTitle = 100, kLongestText = 2000;

Json json_of(const db::Row& row) {
  const std::string until = row.text("until_day");
  return Json::object({{"id", row.text("id")},
                       {"title", row.text("title")},
                       {"text", row.text("text")},
                       {"title_en", row.text("title_en")},
                       {"text_en", row.text("text_en")},
                       {"since", row.text("since_day")},
                       {"until", until.empty() ? Json() : Json(until)},
                       {"created", to_rfc3339(from_ms(row.i64("created")))},
                       {"changed", to_rfc3339(from_ms(row.i64("changed")))}});
}

std::optional<Json> find(db::Tx& tx, const std::string& id) {
  const auto row = tx.query_one("SELECT * FROM announcements WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return json_of(*row);
}

struct Given {
  std::string title, text, title_en, text_en, since, until;
};

Result<Given> read(const std::string& id, const Json& body, TimePoint now) {
  accounts::Body in(body);
  in.check_id(id, kLongestId);
  Given out{in.text("title"),
            in.text("text"),
            in.optional_text("title_en").value_or(""),
            in.optional_text("text_en").value_or(""),
            in.optional_text("since").value_or(china_date(now)),
            in.optional_text("until").value_or("")};
  const auto limit = [&](std::string& value, const char* field, size_t most) {
    value = text::trim(value);
    if (text::length(value) > most)
      in.add(ProblemCode::too_long, field, {{"max", std::to_string(most)}});
  };
  limit(out.title, "/title", kLongestTitle);
  limit(out.title_en, "/title_en", kLongestTitle);
  limit(out.text, "/text", kLongestText);
  limit(out.text_en, "/text_en", kLongestText);
  const auto since = parse_day(out.since);
  if (!since) in.add(ProblemCode::bad_format, "/since");
  if (!out.until.empty()) {
    const auto until = parse_day(out.until);
    if (!until)
      in.add(ProblemCode::bad_format, "/until");
    else if (since && *until < *since)
      in.add(ProblemCode::out_of_range, "/until", {{"min", out.since}, {"max", "9999-12-31"}});
  }
  if (const auto sound = in.finish(); !sound) return fail(sound);
  return out;
}

void trace(db::Tx& tx, TimePoint now, const http::Caller& caller, const std::string& remote,
           const char* event, const Json& announcement) {
  accounts::store::add_event(tx, now,
                             {event, caller.account_id, caller.account_id, remote, announcement});
}

}  // namespace

Json board(db::Tx& tx, TimePoint now, Language language) {
  Json out = Json::array();
  for (const auto& row :
       tx.query("SELECT * FROM announcements WHERE since_day <= :today AND "
                "(until_day = '' OR until_day >= :today) ORDER BY since_day DESC, changed DESC, id",
                {{"today", china_date(now)}})) {
    const auto in = [&](const std::string& name) {
      const std::string english = row.text(name + "_en");
      return language == Language::en && !english.empty() ? english : row.text(name);
    };
    out.push(Json::object({{"id", row.text("id")},
                           {"title", in("title")},
                           {"text", in("text")},
                           {"since", row.text("since_day")},
                           {"changed", to_rfc3339(from_ms(row.i64("changed")))}}));
  }
  return out;
}

Json announcements(db::Tx& tx) {
  Json out = Json::array();
  for (const auto& row : tx.query("SELECT * FROM announcements ORDER BY since_day DESC, id"))
    out.push(json_of(row));
  return out;
}

Result<PutAnnouncement> put_announcement(const Context& context, const http::Caller& caller,
                                         const std::string& remote, const std::string& id,
                                         const Json& body) {
  const TimePoint now = context.clock.now();
  const auto given = read(id, body, now);
  if (!given) return fail(given);
  return context.database->write_result([&](db::Tx& tx) -> Result<PutAnnouncement> {
    PutAnnouncement out;
    out.created = !find(tx, id);
    tx.exec(
        "INSERT INTO announcements (id, title, text, title_en, text_en, since_day, until_day, "
        "account_id, created, changed) VALUES (:id, :title, :text, :title_en, :text_en, :since, "
        ":until, :account, :now, :now) ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
        "text = excluded.text, title_en = excluded.title_en, text_en = excluded.text_en, "
        "since_day = excluded.since_day, until_day = excluded.until_day, "
        "account_id = excluded.account_id, changed = excluded.changed",
        {{"id", id},
         {"title", given->title},
         {"text", given->text},
         {"title_en", given->title_en},
         {"text_en", given->text_en},
         {"since", given->since},
         {"until", given->until},
         {"account", caller.account_id},
         {"now", to_ms(now)}});
    out.announcement = *find(tx, id);
    trace(tx, now, caller, remote, out.created ? "announcement_made" : "announcement_changed",
          out.announcement);
    return out;
  });
}

Status remove_announcement(const Context& context, const http::Caller& caller,
                           const std::string& remote, const std::string& id) {
  return context.database->write_result([&](db::Tx& tx) -> Status {
    const auto before = find(tx, id);
    if (!before || tx.exec("DELETE FROM announcements WHERE id = :id", {{"id", id}}) == 0)
      return fail(ProblemCode::not_found);
    trace(tx, context.clock.now(), caller, remote, "announcement_removed", *before);
    return {};
  });
}

}  // namespace beian::notices
