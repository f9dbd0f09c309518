// ./dev bench batch [ROWS, default 10000]: a spreadsheet read, kept and checked, all rows by
// validation and rules, on SQLite and, where BEIAN_TEST_POSTGRES names a server, on PostgreSQL. One
// thread; beside the wall time the processor's time of this process (a server of PostgreSQL has its
// own). The aim: 10,000 rows checked in under 10 s.
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "batches/intake.hpp"
#include "batches/run.hpp"
#include "batches/sheet_for_test.hpp"
#include "china/credit_code.hpp"
#include "china/identity_card.hpp"
#include "domains/facts.hpp"
#include "platform/blob/blob.hpp"
#include "platform/sheet/sheet.hpp"
#include "testing/database.hpp"

namespace {

using namespace beian;
using Time = std::chrono::steady_clock;

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Took {
  double wall = 0, processor = 0;
};
template <class Work>
Took measured(Work work) {
  const auto start = Time::now();
  const double processor = processor_seconds();
  work();
  return {std::chrono::duration<double>(Time::now() - start).count(),
          processor_seconds() - processor};
}

std::string padded(int n, size_t width) {
  std::string s = std::to_string(n);
  return std::string(width - std::min(width, s.size()), '0') + s;
}

// 样例: invented, born on 1 January 1900.
Json person(const char* name, int n) {
  const std::string first17 = "44010619000101" + padded(n % 1000, 3);
  return Json::object({{"name", name},
                       {"office_phone", "020-88880000"},
                       {"mobile", "138" + padded(n, 8)},
                       {"emergency_mobile", "139" + padded(n, 8)},
                       {"email", "p" + std::to_string(n) + "@yangli-example.cn"},
                       {"certificate_type", 2},
                       {"certificate_number", first17 + china::identity_check_character(first17)}});
}

Json body(int n) {
  const std::string organisation = "MA" + padded(n, 6);
  const std::string first17 =
      "91440106" + organisation + china::organisation_check_character(organisation);
  const std::string domain = "yangli-" + std::to_string(n) + "-example.cn";
  Json entity = Json::object(
      {{"name", "样例科技" + std::to_string(n) + "有限公司"},
       {"nature", 4},
       {"investor", "样例投资有限公司"},
       {"location", Json::object({{"province", 440000},
                                  {"city", 440100},
                                  {"county", 440106},
                                  {"address", "样例大道1号样例大厦101室"}})},
       {"certificate", Json::object({{"type", 1},
                                     {"number", first17 + china::credit_check_character(first17)},
                                     {"address", "广东省广州市天河区样例大道1号"}})},
       {"manager", person("样例甲", 2 * n)}});
  Json access = Json::object(
      {{"locations", Json::array({1})},
       {"methods", Json::array({1})},
       {"addresses",
        Json::array({Json::object({{"from", "203.0.113.10"}, {"to", "203.0.113.10"}})})}});
  Json service = Json::object({{"kind", "website"},
                               {"name", "样例企业官方网站"},
                               {"domains", Json::array({domain})},
                               {"home_url", "www." + domain},
                               {"contents", Json::array({8})},
                               {"languages", Json::array({1})},
                               {"accesses", Json::array({std::move(access)})},
                               {"manager", person("样例乙", 2 * n + 1)}});
  // Every tenth row has something wrong.
  if (n % 10 == 0) service.find("manager")->set("mobile", "12345");
  return Json::object(
      {{"document", Json::object({{"entity", std::move(entity)},
                                  {"services", Json::array({std::move(service)})}})}});
}

std::string csv_file(int rows) {
  std::string out = csv::line_of(batches::test::header_of(Language::zh));
  for (int n = 1; n <= rows; ++n) out += csv::line_of(batches::test::cells_of(body(n)));
  return out;
}

std::string xlsx_file(int rows) {
  int n = 0;
  return sheet::write_xlsx({{"备案信息",
                             batches::test::header_of(Language::zh),
                             {},
                             [&](std::vector<std::string>& cells) {
                               if (++n > rows) return false;
                               cells = batches::test::cells_of(body(n));
                               return true;
                             }}});
}

class NoAuthority : public orders::FilingStatusSource,
                    public orders::FilingPasswordSource,
                    public orders::AuthorityDirectory {
 public:
  orders::FilingStatus domain(const std::string&, const std::string&) override { return {}; }
  orders::FilingStatus certificate(const std::string&, int, const std::string&) override {
    return {};
  }
  bool offered(const std::string&) override { return false; }
  orders::PasswordVerdict password(const std::string&, const std::string&, const Secret&) override {
    return {};
  }
  std::string for_province(int64_t) override { return "guangdong"; }
  bool takes_apps(const std::string&) override { return true; }
};

void print(const char* what, const Took& took) {
  std::printf("  %-36s %7.2f s   processor %7.2f s\n", what, took.wall, took.processor);
}

void measure(const std::string& backend, const std::vector<batches::Row>& rows) {
  const auto database = testing::make_database(backend);
  const testing::TempFolder folder;
  const Secret key(std::string(32, 'k'));
  const crypto::ColumnCipher cipher(key);
  const SystemClock clock;
  const auto blobs = blob::open_directory(folder.path("blobs"), key);
  NoAuthority authority;
  orders::Options options;
  options.domains =
      std::make_shared<domains::Context>(domains::Context{database.database, clock, cipher, {}});
  const auto orders = std::make_shared<orders::Context>(
      database.database, *blobs, clock, cipher, authority, authority, authority, options, nullptr);
  const batches::Context context{orders, {}};
  std::string id;
  batches::Batch wish;
  wish.format = "csv";
  print("taken in",
        measured([&] { id = batches::take(context, "a1", wish, rows, "", "").value().batch.id; }));
  print("checked", measured([&] {
          while (batches::work(context, id)) {
          }
        }));
  const auto counts = database.database->read_value(
      [&](db::Tx& tx) { return batches::Store(cipher).counts(tx, id); });
  for (const auto& [state, n] : counts)
    std::printf("  %-36s %7lld\n", std::string(batches::name_of(state)).c_str(),
                static_cast<long long>(n));
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const std::string csv = csv_file(count), xlsx = xlsx_file(count);
  std::printf("%d rows; %.1f MB as CSV, %.1f MB as XLSX\n", count,
              static_cast<double>(csv.size()) / 1e6, static_cast<double>(xlsx.size()) / 1e6);
  std::vector<batches::Row> rows;
  batches::Limits limits;
  limits.rows = static_cast<size_t>(count);
  limits.bytes = 1'000'000'000;
  print("CSV read",
        measured([&] { rows = batches::read_rows(batches::Format::csv, csv, limits).value(); }));
  print("XLSX read",
        measured([&] { rows = batches::read_rows(batches::Format::xlsx, xlsx, limits).value(); }));
  for (const auto& backend : testing::backends()) {
    std::printf("%s\n", backend.c_str());
    measure(backend, rows);
  }
  return 0;
}
