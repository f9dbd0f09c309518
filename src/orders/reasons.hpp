// Findings that the provider's reviewers write often: an administrator words them, a reviewer puts
// them into a finding and changes them there.
#pragma once

#include "orders/context.hpp"
#include "platform/http/router.hpp"

namespace beian::orders {

// [{"id", "place", "text", "changed"}] by id. place, the kind of field: any, name, certificate,
// address, phone, email, domain, content, access, material.
Json reasons_json(db::Tx& tx);

// Creates or replaces the one with that id, from {"place", "text"}; leaves a trace
// (account_events). required, wrong_type, unknown_field; bad_format at /id; code_unknown at /place;
// too_long at /text.
struct PutReason {
  Json reason;
  bool created = false;
};
Result<PutReason> put_reason(const Context& context, const http::Caller& caller,
                             const std::string& remote, const std::string& id, const Json& body);
// not_found.
Status remove_reason(const Context& context, const http::Caller& caller, const std::string& remote,
                     const std::string& id);

}  // namespace beian::orders
