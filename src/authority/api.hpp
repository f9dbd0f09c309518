// What officers see and do: links, ledger, and the few things that need a person's hand.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "authority/link_config.hpp"
#include "base/clock.hpp"
#include "orders/ports.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::authority {

struct ApiDeps {
  std::shared_ptr<db::Database> database;
  blob::Store& blobs;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  std::vector<LinkConfig> links;
  std::function<void()> nudge;
  orders::FilingStatusSource* status = nullptr;
  orders::FilingPasswordSource* passwords = nullptr;
};

std::vector<http::Route> api_routes(std::shared_ptr<const ApiDeps> deps);
// Parts of it.
std::vector<http::Route> ledger_routes(const std::shared_ptr<const ApiDeps>& deps);
std::vector<http::Route> question_routes(const std::shared_ptr<const ApiDeps>& deps);
std::vector<http::Route> sms_routes(const std::shared_ptr<const ApiDeps>& deps);
std::vector<http::Route> submission_routes(const std::shared_ptr<const ApiDeps>& deps);

}  // namespace beian::authority
