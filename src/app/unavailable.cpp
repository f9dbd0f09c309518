#include "app/unavailable.hpp"

#include <utility>

#include "platform/db/db.hpp"

namespace beian::app {

std::optional<http::Unavailable> map_unavailable(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const db::Unavailable& e) {
    return http::Unavailable(e.what(), 2);
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace beian::app
