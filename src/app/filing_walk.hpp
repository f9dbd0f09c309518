// One website's first filing from the first request to the number, played through the public HTTP
// APIs of both sides: applicant and reviewer at the provider, the persons' telephones and the
// officer at the sandbox authority. `beian demo --once`, the crash test and `./dev bench orders`
// use it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "app/api_user.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::app {

struct WalkOptions {
  std::string provider;   // "http://127.0.0.1:8080"
  std::string authority;  // "http://127.0.0.1:8090"
  std::string applicant_name;
  std::string reviewer_name;
  Secret password;                             // of both sample accounts
  std::chrono::milliseconds patience{60'000};  // for each wait
};

struct WalkStep {
  std::string name;    // Chinese
  std::string detail;  // Chinese
  std::chrono::microseconds took;
};
using OnStep = std::function<void(const WalkStep&)>;

struct WalkResult {
  std::string order_id;
  std::string filing_number;   // entity number
  std::string service_number;  // of the first service
  Json access;                 // the access answer for the scenario's host
};

// `scenario` is a file of data/demo. Ends at the first problem.
Result<WalkResult> walk_first_filing(const WalkOptions& options, const Json& scenario,
                                     const OnStep& on_step);

// The pieces, for tests and benchmarks that act at their own pace.
// Uploads what materials the draft still lacks and submits it.
Status complete_order(ApiUser& applicant, const std::string& order_id, const Json& scenario);
Status pass_review(ApiUser& reviewer, const std::string& order_id);
Status verify_persons(const std::string& authority, const Json& scenario,
                      std::chrono::milliseconds patience);
Status approve_at_authority(const std::string& authority, const std::string& entity_name,
                            std::chrono::milliseconds patience);

// The n-th variation of a scenario: another invented company, persons, domain and telephones, all
// numbers valid.
Json variation(const Json& scenario, int n);

}  // namespace beian::app
