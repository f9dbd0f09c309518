// From settings to what the parts are built with.
#pragma once

#include "app/commands.hpp"
#include "app/provider.hpp"
#include "base/result.hpp"
#include "platform/config/settings.hpp"

namespace beian::app {

// File, environment and command line; sets what the whole process goes by: the log level and what
// hashing a password costs.
Result<config::Settings> read_settings(const CommonOptions& common);
// Prints every problem of the settings to standard error.
void complain(const Problems& problems);

ProviderOptions provider_options(const config::Settings& settings);
// For a start of the provider: with what administrators keep in its database, and with the settings
// in force, to be shown.
Result<ProviderOptions> start_options(const CommonOptions& common);

}  // namespace beian::app
