// Accounts of providers, as they are managed.
#pragma once

#include "base/json.hpp"
#include "sandbox/context.hpp"

namespace beian::sandbox {

// {"provider_id", "user_name", "password", "profile", "encryption", "key", "iv", "province",
// "enabled", "businesses"}; all problems at once.
Result<ProviderAccount> read_provider_account(const Json& json);
// See Sandbox::put_provider.
Status store_provider(const Context& context, const ProviderAccount& account);

}  // namespace beian::sandbox
