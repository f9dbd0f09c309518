// HTTP face of resources and authorization codes.
#pragma once

#include <memory>
#include <vector>

#include "platform/http/router.hpp"
#include "resources/context.hpp"

namespace beian::resources {

class ResourcesApi {
 public:
  ResourcesApi(std::shared_ptr<db::Database> database, const Clock& clock,
               const crypto::ColumnCipher& cipher, Limits limits);
  // /api/v1/resources… and /api/v1/filing-codes…
  std::vector<http::Route> routes();
  const Context& context() const { return *context_; }
  std::shared_ptr<const Context> shared_context() const { return context_; }

 private:
  std::shared_ptr<const Context> context_;
};

}  // namespace beian::resources
