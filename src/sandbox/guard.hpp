// Who may use the officer's pages and the management interface.
#pragma once

#include "platform/http/router.hpp"
#include "sandbox/context.hpp"

namespace beian::sandbox {

// With a management token set, asks for it: "Authorization: Bearer TOKEN", or for browsers Basic
// with the token as password. Without one, everybody who reaches the server may.
http::Handler guarded(const Context& context, http::Handler handler);

// Refuses a form that another site's page posts (its Origin is not our Host).
http::Handler same_origin(http::Handler handler);

}  // namespace beian::sandbox
