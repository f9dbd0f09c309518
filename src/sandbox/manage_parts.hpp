// What the handlers of /manage share.
#pragma once

#include <functional>
#include <initializer_list>
#include <string_view>

#include "base/json.hpp"
#include "platform/http/router.hpp"
#include "sandbox/context.hpp"

namespace beian::sandbox {

// Every object takes only the fields that it knows.
Problems unknown_fields(const Json& body, std::initializer_list<std::string_view> known);

// The body, or the response that says why not.
using BodyHandler = std::function<Result<Json>(const Context&, const Json& body)>;
// Guarded; reads the body, answers what the work returns (201 by default) and wakes the worker.
http::Handler with_body(const Context& context, BodyHandler work, int status = 201);
// Guarded; a JSON answer made of one snapshot. `provider` is ?provider_id=, 0 without.
using ReadHandler = std::function<Json(db::Tx& tx, int64_t provider)>;
http::Handler reading(const Context& context, ReadHandler work);

}  // namespace beian::sandbox
