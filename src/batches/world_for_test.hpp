// The room behind a router, beside room orders.
#pragma once

#include "batches/api.hpp"
#include "batches/run.hpp"
#include "batches/sheet_for_test.hpp"
#include "orders/world_for_test.hpp"

namespace beian::batches {

class BatchesWorld : public orders::OrdersWorld {
 protected:
  BatchesWorld() {
    router_.add(api.routes());
    api.on_jobs(worker);
  }

  static Json body(int n) { return Json::object({{"document", orders::sample_document(n)}}); }
  static std::vector<Json> bodies(int from, int n) {
    std::vector<Json> out;
    for (int i = from; i < from + n; ++i) out.push_back(body(i));
    return out;
  }
  http::Response post(const std::string& bytes, const std::string& query = "",
                      const std::string& type = "text/csv", const std::string& key = "",
                      const std::string& account = "a1") {
    http::Headers headers = {{"Content-Type", type}};
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return send("POST", "/api/v1/batches" + query, account, bytes, headers);
  }
  http::Response get(const std::string& path, const std::string& account = "a1",
                     http::Headers headers = {}) {
    return send("GET", "/api/v1/batches" + path, account, "", std::move(headers));
  }
  // Taken and worked off; its id.
  std::string run(const std::string& bytes, const std::string& query = "",
                  const std::string& type = "text/csv") {
    const auto made = post(bytes, query, type);
    EXPECT_EQ(made.status, 202) << made.body;
    worker.run_due();
    return json(made)["id"].as_string();
  }
  Json rows(const std::string& id) { return json(get("/" + id + "/rows?limit=200"))["rows"]; }
  std::vector<std::string> states(const std::string& id) {
    std::vector<std::string> out;
    const Json list = rows(id);
    for (const auto& row : list.items()) out.push_back(row["state"].as_string());
    return out;
  }
  // "code@field column" of a row, in the order told.
  static std::vector<std::string> told(const Json& row, std::string_view list = "problems") {
    std::vector<std::string> out;
    for (const auto& problem : row[list].items())
      out.push_back(problem["code"].as_string() + "@" + problem["field"].as_string() +
                    (problem.find("column") ? " " + problem["column"].as_string() : ""));
    return out;
  }
  int64_t orders_made() {
    return db_.database->read_value(
        [](db::Tx& tx) { return tx.query_i64("SELECT COUNT(*) AS n FROM orders"); });
  }

  BatchesApi api{api_.context()};
  jobs::Worker worker{db_.database, clock_};
};

}  // namespace beian::batches
