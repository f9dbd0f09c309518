// What a scenario's document may say: shared by judging it and by playing it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "sandbox/scenario.hpp"

namespace beian::sandbox {

enum class ScenarioEvent { call, record, decided, loaded };
std::string_view name_of(ScenarioEvent event);
std::optional<ScenarioEvent> event_of(const Json& when);  // nothing unless it names exactly one

// Minutes of the day: "09:30" is 570, "24:00" is 1440.
std::optional<int> minutes_of(std::string_view text);
// Is the time of day in the span? One that ends before it begins goes over midnight.
bool in_daily_span(const Json& span, TimePoint now);

// What of `when` does not hang on the event: provider, times of day, time since the load.
bool fits(const Json& when, int64_t provider_id, TimePoint loaded, TimePoint now);
bool fits_record(const Json& when, const RecordFacts& facts);

}  // namespace beian::sandbox
