// ./dev bench import [ENTITIES, default 40000] [ROUNDS, default 3] [sqlite|postgres]: `beian
// registry import` of a library of invented entities, 1.3 services each, as SJTB (GBK) and as CSV;
// beside it the database's own bulk loader with the very same rows, in the same order, into the
// same tables with the same indexes: `COPY` by psql, `.import` by sqlite3 (which checks no foreign
// keys). In turns; medians. Beside the clock the processor's time, that of PostgreSQL's server too:
// a busy machine spoils the clock's ratio, and an import works on several cores.
// A million entities take 3 GB of files and 6 GB of database, PostgreSQL's in memory where
// BEIAN_PG_FOLDER names no folder for it.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/import_filed.hpp"
#include "median.hpp"
#include "registry/filed_csv.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"
#include "testing/process.hpp"
#include "wire/encoder.hpp"
#include "wire/profile.hpp"

namespace {

using namespace beian;
using bench::median;
using registry::test::kOther;
using registry::test::kOwn;
using Time = std::chrono::steady_clock;

template <class Work>
double seconds(const Work& work) {
  const auto start = Time::now();
  work();
  return std::chrono::duration<double>(Time::now() - start).count();
}

// Seconds of the processor: of this process and those that it ran, or of a server with its workers.
double own_cpu() {
  double out = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& t : {usage.ru_utime, usage.ru_stime})
      out += static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  }
  return out;
}
double server_cpu(const std::string& process) {
  if (process.empty()) return 0;
  double ticks = 0;
  // The times stand behind the name, in brackets, and eleven other fields.
  const auto add = [&](const std::string& of, int count) {
    std::ifstream in("/proc/" + of + "/stat");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (text.empty()) return;
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    double one = 0;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    for (int i = 0; i < count && fields >> one; ++i) ticks += one;
  };
  add(process, 4);  // with those that have ended
  std::ifstream children("/proc/" + process + "/task/" + process + "/children");
  for (std::string child; children >> child;) add(child, 2);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

struct Took {
  double clock = 0, own = 0, server = 0;
};
template <class Work>
Took took(const std::string& server, const Work& work) {
  const double own = own_cpu(), other = server_cpu(server);
  Took out;
  out.clock = seconds(work);
  out.own = own_cpu() - own;
  out.server = server_cpu(server) - other;
  return out;
}

// Certificates, phones and names differ from entity to entity, as they do; every third has two
// services, every other access is ours.
Json record(int64_t n) {
  const std::string digits = std::to_string(10'000'000 + n).substr(1);
  registry::test::EntitySample entity;
  entity.id = n;
  entity.number =
      "粤ICP备" + std::to_string((2026 - n / 1'000'000) * 1'000'000 + n % 1'000'000) + "号";
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

registry::Import import_into(const std::string& url, const std::string& file,
                             app::FiledFormat format) {
  const auto database = db::Database::open(url);
  const crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  const SystemClock clock;
  const app::ImportDeps deps{*database, clock, cipher, "", [](int64_t) { return kOwn; }, {}};
  return app::import_filed(deps, file, format).value();
}

// The process of PostgreSQL's server, which must run here; empty for SQLite.
std::string server_of(const testing::TestDatabase& db) {
  if (db.database->dialect() == db::Dialect::sqlite) return "";
  return db.database->read_value([](db::Tx& tx) {
    return tx.query_one("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS process")
        ->text("process");
  });
}

struct Way {
  const char* name;
  app::FiledFormat format;
  std::string file;
  std::vector<Took> all = {};
  double median_of(double Took::*part) const {
    std::vector<double> parts;
    for (const Took& one : all) parts.push_back(one.*part);
    return median(parts);
  }
};

void print(const std::string& backend, int64_t entities, const Way& way, const Way& loader) {
  const double clock = way.median_of(&Took::clock);
  std::printf("%-9s %-8s %9.0f entities/s %6.1f %%   own %6.1f us, server %6.1f us an entity\n",
              backend.c_str(), way.name, static_cast<double>(entities) / clock,
              100 * loader.median_of(&Took::clock) / clock,
              1e6 * way.median_of(&Took::own) / static_cast<double>(entities),
              1e6 * way.median_of(&Took::server) / static_cast<double>(entities));
}

void measure(const std::string& backend, const std::string& folder, int64_t entities, int rounds) {
  Way ways[] = {{"SJTB", app::FiledFormat::sjtb, folder + "/library.xml"},
                {"CSV", app::FiledFormat::csv, folder + "/filed.csv"}};
  Way loads{backend == "sqlite" ? ".import" : "COPY", {}, {}};
  std::unique_ptr<Loader> loader;
  for (int round = 0; round < rounds; ++round) {
    for (auto& way : ways) {
      const auto db = testing::make_database(backend);
      registry::Import done;
      way.all.push_back(
          took(server_of(db), [&] { done = import_into(db.url, way.file, way.format); }));
      if (done.added != entities) throw std::runtime_error("not all of them were imported");
      if (!loader) loader = std::make_unique<Loader>(folder, db.url);
    }
    const auto db = testing::make_database(backend);
    loads.all.push_back(took(server_of(db), [&] { loader->load(db.url); }));
    db.database->read([&](db::Tx& tx) {
      if (tx.query_i64("SELECT COUNT(*) FROM registry_entities") != entities)
        throw std::runtime_error("the loader lost some");
    });
  }
  print(backend, entities, loads, loads);
  for (const auto& way : ways) print(backend, entities, way, loads);
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
    if (argc > 3 && backend != argv[3]) continue;
    std::fflush(stdout);
    // The loaders write beside the tables' files.
    measure(backend, folder.path(), entities, rounds);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%ld MB of memory at most\n", usage.ru_maxrss / 1024);
}
