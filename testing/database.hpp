// A fresh, migrated database for each test: SQLite always, PostgreSQL when BEIAN_TEST_POSTGRES
// holds the URL of a server where databases may be made (tests/with_postgres.sh starts one).
//
//   class OrdersStore : public ::testing::TestWithParam<std::string> {
//     testing::TestDatabase db_ = testing::make_database(GetParam());
//   };
//   INSTANTIATE_TEST_SUITE_P(Backends, OrdersStore, ::testing::ValuesIn(testing::backends()));
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/db/db.hpp"

namespace beian::testing {

// "sqlite", and "postgres" when there is a server.
std::vector<std::string> backends();

// A folder of its own under the system's temporary one; removed with everything in it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

struct TestDatabase {
  std::shared_ptr<db::Database> database;
  std::string url;  // to open it once more, e.g. as another process would

  TestDatabase() = default;
  TestDatabase(TestDatabase&&) = default;
  TestDatabase& operator=(TestDatabase&&) = delete;
  ~TestDatabase();  // closes and drops it

  std::shared_ptr<void> storage;  // drops it when it dies, after `database`
};

// With the migrations of the family: "" the provider's, "sandbox-" the sandbox's.
TestDatabase make_database(const std::string& backend, std::string_view migration_family = "");
// Without any migration.
TestDatabase make_empty_database(const std::string& backend);

}  // namespace beian::testing
