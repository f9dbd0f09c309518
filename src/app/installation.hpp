// An installation that is there already, for commands beside the running system. Nothing is made or
// migrated: in a wrong folder a new key would seal what the right one can never open.
#pragma once

#include <functional>
#include <memory>

#include "app/configure.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::app {

struct Installation {
  config::Settings settings;
  ProviderOptions options;  // of the settings
  std::shared_ptr<db::Database> database;
  Secret master_key;
  crypto::ColumnCipher cipher;
};

// Runs `work` and returns its code; wrong settings are told and end with 2, an installation that is
// not there, or older than this program, with 1.
int with_installation(const CommonOptions& common,
                      const std::function<int(const Installation&)>& work);

}  // namespace beian::app
