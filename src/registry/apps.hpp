// Filed services that are no websites, by what tells them apart.
#pragma once

#include <string>
#include <vector>

#include "china/filing_number.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

// An app, mini program or quick app that is filed now.
struct FiledApp {
  std::string key;  // as asked
  china::ServiceKind kind = china::ServiceKind::app;
  std::string service_number, service_name, entity_number;
  std::string account_id;  // whose entity it is; empty when only synchronised
  // An app with an access here; a mini program or quick app, which needs none, reported from here.
  bool served_here = false;
};
// By keys of china::app_keys; those that are served here first.
std::vector<FiledApp> find_apps(db::Tx& tx, const std::vector<std::string>& keys);

// Does another entity than the one with that certificate have an app, mini program or quick app of
// that name? Only what the registry knows: false proves nothing.
bool app_named_elsewhere(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& name,
                         const std::string& certificate_number);

}  // namespace beian::registry
