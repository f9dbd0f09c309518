// ./dev bench query: questions of the public over HTTP, clients, server and database on this
// machine: one domain a call, lists of 10,000 names, organisations by the beginning of their names,
// and the JSON of other tools; beside an empty handler on the same server.
//
//   bench_query [--names N] [--seconds S] [--backend sqlite|postgres]     (both without --backend)
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/http/client.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server.hpp"
#include "registry/api.hpp"
#include "registry/public_query.hpp"
#include "testing/database.hpp"

namespace {

using namespace beian;
using Clock = std::chrono::steady_clock;

struct Arguments {
  int64_t names = 500'000, seconds = 3;
  std::string backend;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Invented entities with a website and a domain each, made by the database itself.
void fill(db::Database& database, int64_t count) {
  const std::string each =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) ";
  database.write([&](db::Tx& tx) {
    const db::Params params = {{"count", count}};
    tx.exec(each +
                "INSERT INTO registry_entities (province, authority_id, account_id, "
                "filing_number, display_name, nature, certificate_type, certificate_index, "
                "document, fingerprint, recorded, changed) SELECT 440000, i, '', "
                "'粤ICP备2026' || (100000 + i) || '号', '样例' || (i % 1000) || '科技' || i || "
                "'有限公司', 4, 1, 'index-' || i, '', '', 0, 0 FROM n",
            params);
    tx.exec(each +
                "INSERT INTO registry_services (province, authority_id, entity_id, "
                "filing_number, name, document, fingerprint, recorded, changed) SELECT 440000, i, "
                "i, '粤ICP备2026' || (100000 + i) || '号-1', '样例网站', '', '', 0, 0 FROM n",
            params);
    tx.exec(each +
                "INSERT INTO registry_domains (province, authority_id, service_id, name, "
                "cancelled, changed) SELECT 440000, i, i, 'yangli-' || i || '-example.cn', 0, 0 "
                "FROM n",
            params);
    registry::mark_whole(tx, {440000}, TimePoint{});
  });
  database.write([](db::Tx& tx) { tx.exec("ANALYZE"); });
}

struct Rate {
  double calls = 0, p50 = 0, p99 = 0;  // a second, ms, ms
};
// Each connection asks again as soon as it is answered.
Rate measure(int64_t seconds, size_t connections,
             const std::function<http::ClientRequest(uint64_t)>& question) {
  std::vector<std::vector<double>> took(connections);
  std::vector<std::thread> threads;
  const auto start = Clock::now();
  for (size_t c = 0; c < connections; ++c) {
    threads.emplace_back([&, c] {
      for (uint64_t n = c; seconds_since(start) < static_cast<double>(seconds); n += connections) {
        const auto request = question(n * 2654435761U);
        const auto before = Clock::now();
        const auto answer = http::send(request);
        took[c].push_back(seconds_since(before) * 1000);
        if (!answer || answer->status != 200) {
          std::fprintf(stderr, "%s: %s\n", request.url.c_str(),
                       answer ? answer->body.substr(0, 300).c_str() : "no answer");
          std::exit(1);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const double passed = seconds_since(start);
  std::vector<double> all;
  for (const auto& part : took) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return {static_cast<double>(all.size()) / passed, all[all.size() / 2],
          all[all.size() * 99 / 100]};
}

void print(const char* what, const Rate& rate, double per_call = 1) {
  std::printf("  %-22s %9.0f /s   p50 %7.2f ms   p99 %7.2f ms\n", what, rate.calls * per_call,
              rate.p50, rate.p99);
  std::fflush(stdout);
}

void run(const Arguments& arguments, const std::string& backend) {
  testing::TestDatabase db = testing::make_database(backend);
  const auto start = Clock::now();
  fill(*db.database, arguments.names);
  std::printf("%s, %lld names (made in %.1f s)\n", backend.c_str(),
              static_cast<long long>(arguments.names), seconds_since(start));
  const SystemClock clock;
  http::Router router;
  router.add(registry::public_routes(db.database, clock));
  router.add({{"GET", "/empty", http::kPublic, "",
               [](const http::Request&) { return http::Response::json(Json::object()); }}});
  http::Server server({}, [&](const http::Request& request) { return router.handle(request); });
  const std::string api = server.origin() + "/api/v1/public/filings";
  const auto number = [&](uint64_t n) {  // every other one is not there
    return static_cast<int64_t>(n % static_cast<uint64_t>(2 * arguments.names));
  };
  const auto domain = [&](uint64_t n) {
    return "yangli-" + std::to_string(number(n)) + "-example.cn";
  };
  const auto get = [](std::string url) { return http::ClientRequest{.url = std::move(url)}; };

  print("empty handler",
        measure(arguments.seconds, 8, [&](uint64_t) { return get(server.origin() + "/empty"); }));
  print("one domain", measure(arguments.seconds, 8,
                              [&](uint64_t n) { return get(api + "?domain=www." + domain(n)); }));
  print("one as other tools", measure(arguments.seconds, 8, [&](uint64_t n) {
          return get(server.origin() + "/query/web?search=" + domain(n));
        }));
  print("names that begin so", measure(arguments.seconds, 8, [&](uint64_t n) {
          return get(api + "?name=" + percent_encode("样例" + std::to_string(n % 1000) + "科技"));
        }));
  constexpr int kList = 10'000;
  std::vector<std::string> lists;
  for (uint64_t l = 0; l < 8; ++l) {
    Json names = Json::array();
    for (uint64_t i = 0; i < kList; ++i) names.push(domain((l * kList + i) * 2654435761U));
    lists.push_back(to_string(Json::object({{"names", std::move(names)}})));
  }
  print("names in lists",
        measure(arguments.seconds, 2,
                [&](uint64_t n) {
                  return http::ClientRequest{
                      .method = "POST", .url = api + "/lookup", .body = lists[n % lists.size()]};
                }),
        kList);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--backend") == 0) arguments.backend = argv[i + 1];
    if (std::strcmp(argv[i], "--names") == 0) text::parse_i64(argv[i + 1], arguments.names);
    if (std::strcmp(argv[i], "--seconds") == 0) text::parse_i64(argv[i + 1], arguments.seconds);
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  for (const auto& backend : testing::backends())
    if (arguments.backend.empty() || arguments.backend == backend) run(arguments, backend);
  return 0;
}
