// What is asked of an app, mini program or quick app beyond what is asked of every service.
#pragma once

#include "orders/validate.hpp"

namespace beian::orders {

// One new or changed service that is no website, at its pointer ("/services/1"): what must be there
// and what does not apply to its kind (required, not_applicable), name (60 characters), remark (20
// to 200), and its "app": contents (codes of the second level), platforms, SDKs, stores
// (bad_app_field, duplicate, code_unknown, bad_format, too_long, too_short). Form and lengths are
// checked by shape.hpp; what has a wrong type counts as absent here.
Problems check_app(const Json& service, const std::string& at, const CodeJudge& judge);

}  // namespace beian::orders
