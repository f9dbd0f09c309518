// The notice board: what administrators announce to everybody, for a time.
#pragma once

#include "accounts/accounts.hpp"
#include "base/problem_codes.hpp"
#include "notices/tell.hpp"
#include "platform/http/router.hpp"

namespace beian::notices {

// Shown today, newest first: [{"id", "title", "text", "since", "changed"}]. In English where it is
// written in it.
Json board(db::Tx& tx, TimePoint now, Language language);
// All, newest first: [{"id", "title", "text", "title_en", "text_en", "since", "until": day or null,
// "created", "changed"}].
Json announcements(db::Tx& tx);

// Creates or replaces the one with that id, from {"title", "text", "title_en"?, "text_en"?,
// "since"?: a Beijing day, today, "until"?: the last day}. Leaves a trace (account_events).
// required, wrong_type, unknown_field, too_long; bad_format at /id, /since, /until; out_of_range at
// /until when it is before `since`.
struct PutAnnouncement {
  Json announcement;
  bool created = false;
};
Result<PutAnnouncement> put_announcement(const Context& context, const http::Caller& caller,
                                         const std::string& remote, const std::string& id,
                                         const Json& body);
// not_found.
Status remove_announcement(const Context& context, const http::Caller& caller,
                           const std::string& remote, const std::string& id);

// GET /api/v1/announcements; GET /api/v1/admin/announcements, PUT and DELETE …/{id}.
std::vector<http::Route> board_routes(const std::shared_ptr<const Context>& context);

}  // namespace beian::notices
