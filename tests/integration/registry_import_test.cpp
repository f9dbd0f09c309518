// `beian registry import`, killed in the middle and started again: nothing twice, nothing lost.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/clock.hpp"
#include "registry/public_query.hpp"
#include "testing/database.hpp"
#include "testing/poll.hpp"
#include "testing/process.hpp"

namespace beian::tests {
namespace {

constexpr int64_t kEntities = 1'200;
constexpr int64_t kBad = 500;

// The line of `bad` has no number of a service.
void write_csv(const std::string& path, int64_t bad = kBad) {
  std::ofstream out(path, std::ios::binary);
  out << "province,entity_id,entity_number,entity_name,certificate_type,certificate_number,"
         "service_id,service_name,domains,accesses\n";
  for (int64_t n = 1; n <= kEntities; ++n) {
    const std::string id = std::to_string(n);
    out << "440000," << id << ",粤ICP备2026" << 100000 + n << "号,样例公司" << id
        << ",1,91990000MA0" << id << "X," << (n == bad ? "x" : id) << ",样例网站," << id
        << ":yangli-" << id << "-example.cn," << id << ':' << 900001 + n % 2 << '\n';
  }
}

class RegistryImport : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path("data"));
    std::ofstream(folder_.path("data/master.key")) << std::string(32, 'k');
  }
  std::vector<std::string> command(const std::string& file) const {
    return {BEIAN_PROGRAM, "registry", "import",         file,     "--data", folder_.path("data"),
            "--database",  db_.url,    "--own-provider", "900001", "--json", "--batch",
            "50"};
  }
  int64_t ask(const std::string& sql) {
    return db_.database->read_value([&](db::Tx& tx) { return tx.query_i64(sql); });
  }
  testing::TempFolder folder_;
  testing::TestDatabase db_ = testing::make_database(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Backends, RegistryImport, ::testing::ValuesIn(testing::backends()));

TEST_P(RegistryImport, GoesOnWhereItWasKilled) {
  const std::string file = folder_.path("filed.csv");
  write_csv(file);
  const auto done = [&] { return ask("SELECT COALESCE(MAX(next), 0) FROM registry_imports"); };
  int kills = 0;
  for (const int64_t at : {100, 700}) {
    testing::Process import(command(file), folder_.path("log"));
    ASSERT_TRUE(testing::eventually([&] { return done() >= at; }, std::chrono::seconds(60)));
    kills += import.running() ? 1 : 0;
    import.kill_now();
    EXPECT_EQ(done(), ask("SELECT COUNT(*) FROM registry_entities") + (done() >= kBad ? 1 : 0));
  }
  EXPECT_GT(kills, 0);
  const auto last = testing::run(command(file));
  EXPECT_EQ(last.exit_code, 1);  // one was refused
  EXPECT_EQ(last.output,
            R"({"file":")" + file +
                R"(","read":1200,"added":1199,"changed":0,"unchanged":0,"refused":1})" + "\n");
  for (const std::string table : {"entities", "services", "domains", "accesses", "changes"})
    EXPECT_EQ(ask("SELECT COUNT(*) FROM registry_" + table), kEntities - 1) << table;
  EXPECT_EQ(ask("SELECT last_number FROM registry_journal"), kEntities - 1);
  EXPECT_EQ(ask("SELECT COUNT(DISTINCT domain) FROM registry_changes"), kEntities - 1);
  EXPECT_EQ(ask("SELECT COUNT(*) FROM registry_import_refused"), 0);
  std::ifstream refused(file + ".refused.csv", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(refused), {});
  EXPECT_NE(text.find(file + ",500,501,"), std::string::npos) << text;
  EXPECT_NE(text.find("91990000MA0500X,x,"), std::string::npos) << text;
}

// What the officer states counts when all of it is there, and not before.
TEST_P(RegistryImport, AWholeLibraryTellsWhatIsNotFiled) {
  const std::string file = folder_.path("filed.csv");
  write_csv(file);
  const auto with = [&](const std::string& whole) {
    auto words = command(file);
    words.insert(words.end(), {"--whole", whole});
    return words;
  };
  const auto standing = [&](const std::string& name) {
    return db_.database->read_value([&](db::Tx& tx) {
      const auto answers = registry::is_filed(tx, registry::whole_provinces(tx), {name});
      return std::string(name_of(answers.front().known));
    });
  };
  EXPECT_EQ(testing::run(with("440305")).exit_code, 2);
  EXPECT_EQ(ask("SELECT COUNT(*) FROM registry_imports"), 0) << "told before anything is done";
  {
    testing::Process import(with("440000"), folder_.path("log"));
    ASSERT_TRUE(testing::eventually(
        [&] { return ask("SELECT COALESCE(MAX(next), 0) FROM registry_imports") >= 100; },
        std::chrono::seconds(60)));
    import.kill_now();
  }
  EXPECT_EQ(standing("nobody-example.cn"), "unknown") << "a part";
  const auto refused = testing::run(with("440000"));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.output.find("{\"whole\":[]}\n"), std::string::npos) << refused.output;
  EXPECT_EQ(standing("yangli-500-example.cn"), "unknown") << "it is in the file, but was refused";

  write_csv(file, 0);
  EXPECT_EQ(testing::run(command(file)).exit_code, 0);
  EXPECT_EQ(standing("nobody-example.cn"), "unknown") << "nobody stated that it is the whole";
  // As of the file, however late it is imported again.
  const int64_t written = 1'790'000'000'123;
  std::filesystem::last_write_time(
      file, std::chrono::file_clock::from_sys(std::chrono::sys_time(Millis{written})));
  const auto done = testing::run(with("440000,310000"));
  EXPECT_EQ(done.exit_code, 1) << "nothing of Shanghai is here";
  EXPECT_NE(done.output.find("{\"whole\":[440000],\"as_of\":\""), std::string::npos) << done.output;
  EXPECT_NE(done.output.find("\"nothing_of\":[310000]}"), std::string::npos) << done.output;
  EXPECT_EQ(standing("nobody-example.cn"), "unknown") << "it may be filed in Shanghai";
  EXPECT_EQ(standing("粤ICP备2026999999号"), "not_filed");
  EXPECT_EQ(standing("沪ICP备2026999999号"), "unknown");
  EXPECT_EQ(standing("yangli-500-example.cn"), "filed");
  EXPECT_EQ(ask("SELECT as_of FROM registry_whole"), written);
  EXPECT_EQ(testing::run(with("440000")).exit_code, 0);
}

}  // namespace
}  // namespace beian::tests
