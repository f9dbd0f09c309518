// Everything about one reported record that an officer sees: its fields, what is filed beside it,
// its pictures.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/http/http.hpp"
#include "sandbox/context.hpp"
#include "sandbox/record_view.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

struct RecordSheet {
  bool compared = false;          // `reported` tells what the library has, too
  std::vector<ViewRow> reported;  // empty for an operation that is none
  std::vector<ViewRow> filed;     // the entity's whole filing, where it is told in another form
};
RecordSheet sheet_of(const Context& context, const Record& record);

// Of the attached pictures, in their order. They stay in the uploaded file.
std::vector<int64_t> attachment_purposes(const Context& context, const Record& record);

// The record of the route's {id}.
std::optional<Record> asked_record(const Context& context, const http::Request& request);
// The picture of the route's {id} and {index}: bytes that no browser takes for anything else.
std::optional<http::Response> attachment_picture(const Context& context,
                                                 const http::Request& request);

}  // namespace beian::sandbox
