// POST /api/v1/sheets: a table that a page shows, as a spreadsheet. Nothing is kept.
#pragma once

#include <vector>

#include "platform/http/router.hpp"

namespace beian::app {

// Body: {"name": of the file and the sheet, without its ending, "rows": [[text, number, boolean or
// null …]…], the first its header}. At most 50,000 rows of 64 cells; the problems of the form.
std::vector<http::Route> sheet_routes();

}  // namespace beian::app
