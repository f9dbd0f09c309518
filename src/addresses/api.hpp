// HTTP face of the addresses, for officers.
#pragma once

#include <memory>
#include <vector>

#include "addresses/addresses.hpp"
#include "platform/http/router.hpp"

namespace beian::addresses {

class AddressesApi {
 public:
  AddressesApi(std::shared_ptr<db::Database> database, const Clock& clock,
               const crypto::ColumnCipher& cipher, std::vector<Link> links,
               std::function<void()> nudge);
  // /api/v1/addresses/…
  std::vector<http::Route> routes();

 private:
  std::shared_ptr<const Context> context_;
};

}  // namespace beian::addresses
