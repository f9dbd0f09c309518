// The head of an answer as bytes. Private to platform/http.
#pragma once

#include <string>
#include <string_view>

#include "platform/http/http.hpp"

namespace beian::http {

struct HeadContext {
  std::string_view reason;      // reason phrase of the status
  std::string_view request_id;  // may be empty
  bool http10 = false;
  bool close = false;    // the connection ends after this answer
  bool goes_on = false;  // how long the body becomes is not known: it ends with the connection
};

// Status line, the response's headers (control characters become blanks, so nothing can be slipped
// in), the defaults that it lacks, and the empty line.
std::string response_head(const Response& response, const HeadContext& context);

// 1xx, 204 and 304 have no body, whatever the handler put there.
bool has_body(int status);

}  // namespace beian::http
