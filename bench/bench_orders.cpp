// ./dev bench orders: complete filings a second with six materials each, both sides and the
// clients on this machine; then the API's latency under 50 connections, beside an empty handler's.
//
//   bench_orders [--filings N] [--backend sqlite|postgres] [--seconds S]
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "base/text.hpp"
#include "platform/http/server.hpp"
#include "two_sides.hpp"

namespace {

using namespace beian;
using Clock = std::chrono::steady_clock;

struct Arguments {
  int filings = 300;
  int seconds = 5;
  std::string backend = "sqlite";
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Benchmarks end at the first answer that is not the expected one.
template <class T>
T must(Result<T> result, const char* what) {
  if (!result) {
    std::fprintf(stderr, "%s: %s\n", what, app::describe(result.error()).c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Draft {
  app::ApiUser user;
  Json scenario;
  std::string order;
};

std::vector<Draft> make_drafts(const tests::TwoSides& sides, const Json& scenario, int from,
                               int n) {
  std::vector<Draft> drafts;
  for (int i = from; i < from + n; ++i)
    drafts.push_back({app::ApiUser(sides.provider_url()), app::variation(scenario, i), ""});
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (size_t i; (i = next++) < drafts.size();) {
        const std::string name = "bench-" + std::to_string(from + static_cast<int>(i));
        must(drafts[i].user.register_account(name, sides.password()), "register");
        must(drafts[i].user.sign_in(name, sides.password()), "sign in");
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return drafts;
}

void create(Draft& draft) {
  const Json made = must(
      draft.user.post("/api/v1/orders",
                      Json::object({{"kind", "first"}, {"document", draft.scenario["document"]}})),
      "create");
  draft.order = made["id"].as_string();
}

void wait_completed(Draft& draft) {
  while (true) {
    const Json order = must(draft.user.get("/api/v1/orders/" + draft.order), "read");
    const std::string& state = order["state"].as_string();
    if (state == "completed") return;
    if (state.ends_with("_rejected")) {
      std::fprintf(stderr, "%s %s\n", state.c_str(), to_string(order["findings"]).c_str());
      std::exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// Wall time from the first create to the last completed order.
void filings_per_second(const tests::TwoSides& sides, const Json& scenario, int filings) {
  auto drafts = make_drafts(sides, scenario, 1, filings);
  std::vector<app::ApiUser> reviewers;
  for (int t = 0; t < 6; ++t) {
    reviewers.emplace_back(sides.provider_url());
    must(reviewers.back().sign_in(tests::TwoSides::kReviewer, sides.password()), "reviewer");
  }
  std::atomic<size_t> next{0};
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (auto& reviewer : reviewers) {
    threads.emplace_back([&] {
      for (size_t i; (i = next++) < drafts.size();) {
        create(drafts[i]);
        must(app::complete_order(drafts[i].user, drafts[i].order, drafts[i].scenario), "complete");
        must(app::pass_review(reviewer, drafts[i].order), "review");
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const double handed_in = seconds_since(start);
  for (auto& draft : drafts) wait_completed(draft);
  const double total = seconds_since(start);
  std::printf(
      "filings             %8.1f /s   (%d with six materials each; handed in after %.1f s, "
      "all completed after %.1f s)\n",
      filings / total, filings, handed_in, total);
}

// 50 connections, each asking again as soon as it is answered.
void latency(const char* name, int seconds, const std::function<void(size_t)>& ask) {
  constexpr size_t kConnections = 50;
  std::vector<std::vector<double>> took(kConnections);
  std::vector<std::thread> threads;
  const auto start = Clock::now();
  for (size_t c = 0; c < kConnections; ++c) {
    threads.emplace_back([&, c] {
      while (seconds_since(start) < seconds) {
        const auto before = Clock::now();
        ask(c);
        took[c].push_back(seconds_since(before) * 1000);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<double> all;
  for (const auto& part : took) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  const auto at = [&](double share) {
    return all[static_cast<size_t>(share * static_cast<double>(all.size() - 1))];
  };
  std::printf("%-18s  %8.0f /s   p50 %7.2f ms   p95 %7.2f ms   p99 %7.2f ms\n", name,
              static_cast<double>(all.size()) / seconds, at(0.5), at(0.95), at(0.99));
}

void api_latency(const tests::TwoSides& sides, const Json& scenario, int seconds) {
  auto drafts = make_drafts(sides, scenario, 100'001, 50);
  std::vector<int64_t> versions;
  for (auto& draft : drafts) {
    create(draft);
    versions.push_back(
        must(draft.user.get("/api/v1/orders/" + draft.order), "read")["version"].as_int());
  }
  latency("reading an order", seconds,
          [&](size_t c) { must(drafts[c].user.get("/api/v1/orders/" + drafts[c].order), "read"); });
  latency("saving an order", seconds, [&](size_t c) {
    const Json saved = must(
        drafts[c].user.put(
            "/api/v1/orders/" + drafts[c].order,
            Json::object({{"version", versions[c]}, {"document", drafts[c].scenario["document"]}})),
        "save");
    versions[c] = saved["version"].as_int();
  });
  http::Server empty({}, [](const http::Request&) { return http::Response::json(Json::object()); });
  std::vector<app::ApiUser> users(50, app::ApiUser(empty.origin()));
  latency("empty handler", seconds, [&](size_t c) { must(users[c].get("/"), "empty"); });
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    int64_t n = 0;
    if (std::strcmp(argv[i], "--backend") == 0) arguments.backend = argv[i + 1];
    if (!text::parse_i64(argv[i + 1], n)) continue;
    if (std::strcmp(argv[i], "--filings") == 0) arguments.filings = static_cast<int>(n);
    if (std::strcmp(argv[i], "--seconds") == 0) arguments.seconds = static_cast<int>(n);
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  const Json scenario = parse_json(embedded::file("data/demo/first-website.json")).value();
  tests::TwoSides sides(
      {.backend = arguments.backend, .auto_sms = true, .auto_decide_after_ms = 0});
  sides.start_authority();
  sides.start_provider();
  std::printf("backend %s, both sides and the clients on this machine\n",
              arguments.backend.c_str());
  filings_per_second(sides, scenario, arguments.filings);
  api_latency(sides, scenario, arguments.seconds);
  return 0;
}
