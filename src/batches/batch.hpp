// Many orders at once: a spreadsheet or a list of JSON rows becomes a batch, each row of it an
// order.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "orders/context.hpp"

namespace beian::batches {

// How far a batch goes, and where it is: each stage is done for all rows before the next begins.
enum class Stage { check = 1, create = 2, submit = 3 };
std::string_view name_of(Stage stage);
std::optional<Stage> stage_named(std::string_view name);

enum class RowState {
  waiting,        // to be checked
  good,           // nothing found wrong but materials that are still to come
  bad,            // its problems say why; the row makes no order
  created,        // an order, in draft
  not_submitted,  // an order still in draft: its problems say why
  submitted,
};
std::string_view name_of(RowState state);
std::string_view title_of(RowState state);  // 有误
std::optional<RowState> row_state_named(std::string_view name);

struct Row {
  int64_t number = 0;  // from 1, in the order of the file
  int64_t line = 0;    // in the file; of JSON the same as the number
  // As the body of a new order (orders/create.hpp), but its document names only what differs from
  // what the order begins with.
  Json body;
  RowState state = RowState::waiting;
  std::string kind;  // of the order, once checked
  std::string order_id;
  Problems problems;  // pointers into `body`
  Problems missing;   // materials to come, pointers into the order's document under /document
};

struct Batch {
  std::string id;
  std::string account_id;
  std::string actor_id;  // the member who sent it, or let it go on last: whom the orders name
  std::string format;    // csv, xlsx, json
  Stage stage = Stage::check, goal = Stage::check;
  bool done = false;  // the goal is reached
  bool ask = false;   // the authority is asked about each row that gives no kind
  int64_t total = 0;
  TimePoint created, updated;
};

struct Limits {
  size_t rows = 10'000;
  size_t bytes = 16 * 1024 * 1024;
  size_t unfinished = 5;                 // batches of one account
  Millis life{90LL * 24 * 3600 * 1000};  // kept this long after their last step
  Millis slice{1000};                    // work at one go before others get their turn
};

struct Context {
  std::shared_ptr<const orders::Context> orders;
  Limits limits{};

  db::Database& database() const { return *orders->database; }
  TimePoint now() const { return orders->clock.now(); }
};

}  // namespace beian::batches
