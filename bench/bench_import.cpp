// ./dev bench import [ENTITIES, default 40000] [ROUNDS, default 3]: `beian registry import` of a
// library of invented entities, 1.3 services each, as SJTB (GBK) and as CSV; beside it the
// database's own bulk loader with the very same rows, in the same order, into the same tables with
// the same indexes: `COPY` by psql, `.import` by sqlite3 (which checks no foreign keys). In turns;
// medians.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/import_filed.hpp"
#include "registry/filed_csv.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"
#include "testing/process.hpp"
#include "wire/encoder.hpp"
#include "wire/profile.hpp"

namespace {

using namespace beian;
using registry::test::kOther;
using registry::test::kOwn;
using Time = std::chrono::steady_clock;

template <class Work>
double seconds(const Work& work) {
  const auto start = Time::now();
  work();
  return std::chrono::duration<double>(Time::now() - start).count();
}

double median(std::vector<double> all) {
  std::ranges::sort(all);
  return all[all.size() / 2];
}

// Certificates, phones and names differ from entity to entity, as they do; every third has two
// services, every other access is ours.
Json record(int64_t n) {
  const std::string digits = std::to_string(10'000'000 + n).substr(1);
  registry::test::EntitySample entity;
  entity.id = n;
  entity.number = "粤ICP备" + std::to_string(2026'000'000 + n % 1'000'000) + "号";
  entity.name = "样例科技" + digits + "有限公司";
  entity.certificate = "91990000MA" + digits + "X";
  std::vector<registry::test::ServiceSample> services;
  for (int64_t s = 0; s < (n % 3 == 0 ? 2 : 1); ++s) {
    const int64_t id = 2 * n + s;
    services.push_back({id,
                        entity.number + "-" + std::to_string(s + 1),
                        {{id, "yangli-" + std::to_string(id) + "-example.cn"}},
                        {{id, id % 2 == 0 ? kOwn : kOther}}});
  }
  Json out = registry::test::record_of(entity, services);
  Json& filed = *out.find("entity");
  filed.set("reporting_type", 1);
  filed.set("first_filed", "2026-11-01 10:00:00");
  filed.set("last_changed", "2026-11-01 10:00:00");
  const auto give = [&](Json& manager, int64_t id) {
    manager.set("mobile", "1" + std::to_string(30'0000'0000 + id));
    manager.set("email", "p" + std::to_string(id) + "@yangli-example.cn");
    manager.set("certificate_number", "99999919000101" + std::to_string(1000 + id % 9000));
  };
  give(*filed.find("manager"), 3 * n);
  for (auto& service : out.find("services")->items())
    give(*service.find("manager"), 3 * n + service["authority_service_id"].as_int() % 2 + 1);
  return out;
}

void write_files(const std::string& xml, const std::string& csv, int64_t entities) {
  const auto profile = *wire::Profile::named("miit-3.0");
  const auto& root = profile->document("DownloadData");
  const auto child = [](const wire::Element& of, std::string_view name) -> const wire::Element& {
    return *std::ranges::find(of.children, name, &wire::Element::name);
  };
  const auto& element = child(child(child(root, "SJTB"), "ICP"), "Baxx");
  std::ofstream library(xml, std::ios::binary), lines(csv, std::ios::binary);
  std::string text;
  wire::Encoder::open_document(text, root, profile->version());
  library << text << "<SJTB><ICP>";
  lines << registry::filed_csv_header();
  for (int64_t n = 1; n <= entities; ++n) {
    const Json json = record(n);
    text.clear();
    wire::Encoder encoder(text);
    encoder.element(element, json, "");
    if (const auto problems = encoder.take_problems(); !problems.empty())
      throw std::runtime_error("the sample does not fit: " + problems.front().field);
    library << text;
    lines << registry::filed_csv_lines(json).value();
  }
  library << "</ICP></SJTB></DownloadData>";
}

struct Table {
  const char *name, *columns;
};
constexpr Table kTables[] = {
    {"registry_entities",
     "province,authority_id,account_id,filing_number,display_name,nature,certificate_type,"
     "certificate_index,document,fingerprint,recorded,changed,cancelled,reviewed"},
    {"registry_services",
     "province,authority_id,entity_id,filing_number,name,document,fingerprint,recorded,changed,"
     "cancelled,kind,reported_here"},
    {"registry_domains", "province,authority_id,service_id,name,cancelled,changed"},
    {"registry_accesses",
     "province,authority_id,service_id,provider_id,here,document,cancelled,changed"},
    {"registry_contacts", "province,entity_id,service_id,kind,value_index"},
    {"registry_changes", "number,domain,what,filing_number,at,chain"},
};

void must(const std::vector<std::string>& command) {
  if (testing::run(command).exit_code != 0) throw std::runtime_error(command[0] + " failed");
}

// The bulk loader of a database: its rows out once, in again as often as wanted.
class Loader {
 public:
  Loader(std::string folder, const std::string& from) : folder_(std::move(folder)) {
    each(from, [&](const Table& table, const std::string& file) {
      return sqlite(from) ? std::vector<std::string>{".mode csv", ".output " + file,
                                                     std::string("SELECT ") + table.columns +
                                                         " FROM " + table.name + " ORDER BY rowid"}
                          : std::vector<std::string>{std::string("\\copy ") + table.name + " (" +
                                                     table.columns + ") TO " + file};
    });
  }
  void load(const std::string& into) {
    each(into, [&](const Table& table, const std::string& file) {
      return sqlite(into)
                 ? std::vector<std::string>{std::string(".import --csv ") + file + " " + table.name}
                 : std::vector<std::string>{std::string("\\copy ") + table.name + " (" +
                                            table.columns + ") FROM " + file};
    });
  }

 private:
  static bool sqlite(const std::string& url) { return url.starts_with("sqlite:"); }
  // Table after table, one process for all.
  template <class F>
  void each(const std::string& url, const F& statements) {
    std::vector<std::string> command =
        sqlite(url) ? std::vector<std::string>{"sqlite3", "-batch", url.substr(7)}
                    : std::vector<std::string>{"psql", "-q", "-v", "ON_ERROR_STOP=1", url};
    for (const Table& table : kTables)
      for (auto& statement : statements(table, folder_ + "/" + table.name)) {
        if (!sqlite(url)) command.emplace_back("-c");
        command.push_back(std::move(statement));
      }
    must(command);
  }
  std::string folder_;
};

registry::Import import_into(db::Database& database, const std::string& file,
                             app::FiledFormat format) {
  const crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  const SystemClock clock;
  const app::ImportDeps deps{database, clock, cipher, "", [](int64_t) { return kOwn; }, {}};
  return app::import_filed(deps, file, format).value();
}

void measure(const std::string& backend, const std::string& folder, int64_t entities, int rounds) {
  struct Way {
    const char* name;
    app::FiledFormat format;
    std::string file;
    std::vector<double> took = {};
  };
  Way ways[] = {{"SJTB", app::FiledFormat::sjtb, folder + "/library.xml"},
                {"CSV", app::FiledFormat::csv, folder + "/filed.csv"}};
  std::vector<double> loads;
  std::unique_ptr<Loader> loader;
  for (int round = 0; round < rounds; ++round) {
    for (auto& way : ways) {
      const auto db = testing::make_database(backend);
      registry::Import done;
      way.took.push_back(seconds([&] { done = import_into(*db.database, way.file, way.format); }));
      if (done.added != entities) throw std::runtime_error("not all of them were imported");
      if (!loader) loader = std::make_unique<Loader>(folder, db.url);
    }
    const auto db = testing::make_database(backend);
    loads.push_back(seconds([&] { loader->load(db.url); }));
    db.database->read([&](db::Tx& tx) {
      if (tx.query_i64("SELECT COUNT(*) FROM registry_entities") != entities)
        throw std::runtime_error("the loader lost some");
    });
  }
  const auto per_second = [&](double took) { return static_cast<double>(entities) / took; };
  const double load = median(loads);
  std::printf("%-9s %-8s %9.0f entities/s\n", backend.c_str(),
              backend == "sqlite" ? ".import" : "COPY", per_second(load));
  for (const auto& way : ways)
    std::printf("%-9s %-8s %9.0f entities/s  %5.1f %% of it\n", backend.c_str(), way.name,
                per_second(median(way.took)), 100 * load / median(way.took));
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t entities = argc > 1 ? std::atoll(argv[1]) : 40'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  const testing::TempFolder folder;
  write_files(folder.path("library.xml"), folder.path("filed.csv"), entities);
  std::printf("%lld entities, SJTB %.0f MB, CSV %.0f MB\n", static_cast<long long>(entities),
              static_cast<double>(std::filesystem::file_size(folder.path("library.xml"))) / 1e6,
              static_cast<double>(std::filesystem::file_size(folder.path("filed.csv"))) / 1e6);
  for (const auto& one :
       {std::pair{"library.xml", app::FiledFormat::sjtb}, {"filed.csv", app::FiledFormat::csv}}) {
    int64_t read = 0;
    const double took = seconds([&] {
      if (!app::read_filed(folder.path(one.first), one.second,
                           [&](const app::FileRecord&) { return ++read > 0; }))
        throw std::runtime_error("cannot be read");
    });
    std::printf("%s alone is read at %.0f entities/s\n", one.first,
                static_cast<double>(read) / took);
  }
  for (const auto& backend : testing::backends()) {
    std::fflush(stdout);
    // The loaders write beside the tables' files.
    measure(backend, folder.path(), entities, rounds);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%ld MB of memory at most\n", usage.ru_maxrss / 1024);
}
