// Settings that are changed at run time, by PUT /manage/settings, the officer's page or a scenario:
// {auto_decide_after_ms, maintenance, auto_sms}, each optional.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "sandbox/context.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

Problems setting_problems(const Json& body);
// Keeps them, and what waits already gets its jobs. Nudge after the commit.
Settings change_settings(db::Tx& tx, const Context& context, const Json& body);
Json json_of(const Settings& settings);

}  // namespace beian::sandbox
