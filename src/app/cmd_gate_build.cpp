// gate build: a snapshot from the registry, an authority's libraries, and lists.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/gate_sources.hpp"
#include "app/progress.hpp"
#include "gate/builder.hpp"
#include "gate/list.hpp"
#include "platform/db/migrate.hpp"
#include "registry/feed.hpp"

namespace beian::app {

namespace {

// The published list; false, and told, when it cannot be read.
bool read_suffixes(const std::string& path, std::optional<gate::Suffixes>& out) {
  if (path.empty()) return true;
  std::ifstream in(path, std::ios::binary);
  const auto list = gate::Suffixes::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  if (!list) {
    complain({{ProblemCode::file_unreadable, "", {{"path", path}, {"reason", "no suffix list"}}}});
    return false;
  }
  out = *list;
  return true;
}

Json to_json(const gate::BuildReport& built, const gate::ListReport& read) {
  Json bad = Json::array();
  for (const gate::BadLine& one : read.bad)
    bad.push(Json::object({{"source", one.source},
                           {"line", static_cast<int64_t>(one.line)},
                           {"reason", one.reason},
                           {"text", one.text}}));
  const auto number = [](uint64_t n) { return Json(static_cast<int64_t>(n)); };
  return Json::object({{"entries", number(built.entries)},
                       {"replaced", number(built.replaced)},
                       {"refused", number(read.refused)},
                       {"bad_lines", std::move(bad)},
                       {"unnumbered", number(read.unnumbered)},
                       {"file_bytes", number(built.file_bytes)},
                       {"name_bytes", number(built.name_bytes)}});
}

void append(gate::ListReport& all, const gate::ListReport& one) {
  all.lines += one.lines;
  all.taken += one.taken;
  all.refused += one.refused;
  if (all.unnumbered == 0) all.first_unnumbered = one.first_unnumbered;
  all.unnumbered += one.unnumbered;
  for (const gate::BadLine& bad : one.bad) {
    if (all.bad.size() < gate::ListReport::kMostBad) all.bad.push_back(bad);
  }
}

void print_line(std::FILE* out, const gate::BadLine& one) {
  std::string where = one.source;
  if (one.line != 0) where += (where.empty() ? "line " : " line ") + std::to_string(one.line);
  std::fprintf(out, "%s: %s: %s\n", where.c_str(), one.reason.c_str(), one.text.c_str());
}

void print_bad(std::FILE* out, const gate::ListReport& read) {
  if (read.unnumbered > 0) {
    print_line(out, read.first_unnumbered);
    std::fprintf(out, "%llu names without their filing number, which cannot be read\n",
                 static_cast<unsigned long long>(read.unnumbered));
  }
  for (const gate::BadLine& one : read.bad) print_line(out, one);
  if (read.refused > read.bad.size())
    std::fprintf(out, "and %llu more\n",
                 static_cast<unsigned long long>(read.refused - read.bad.size()));
}

// What one build does, source after source; what comes later takes the place of what came before.
class Build {
 public:
  explicit Build(const GateOptions& options) : options_(options) {
    made_.created = static_cast<uint64_t>(
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  }

  // Each answers whether to go on; else `code` is how the command ends.
  bool begin() {
    if (!read_suffixes(options_.suffix_list, suffixes_)) return end(2);
    if (suffixes_) made_.suffixes = &*suffixes_;
    return true;
  }
  bool from_registry(const CommonOptions& common) {
    if (!options_.from_registry) return true;
    const auto settings = read_settings(common);
    if (!settings) {
      complain(settings.error());
      return end(2);
    }
    const auto database = db::Database::open(database_url(provider_options(*settings)));
    // A gate goes on from here with the journal, where nothing but the registry's names is in it;
    // what came from elsewhere goes when the gate fetches all names.
    const bool alone = options_.libraries.empty() && options_.inputs.empty();
    // The names and their place in the journal are of one moment.
    database->read([&](db::Tx& tx) {
      builder_.reset();
      const registry::FeedPlace place = registry::feed_end(tx);
      made_.sequence = static_cast<uint64_t>(place.number);
      made_.chain = alone ? place.chain : 0;
      builder_.emplace(options_.file, made_);
      read_ = add_registry(tx, *builder_, [&] { progress_.step(); });
    });
    return true;
  }
  bool from_libraries() {
    if (options_.libraries.empty()) return true;
    const auto read = add_libraries(options_.libraries, options_.own_provider, builder(),
                                    [&] { progress_.step(); });
    if (!read) {
      complain(read.error());
      return end(1);
    }
    append(read_, *read);
    return true;
  }
  bool from_list(const std::string& input) {
    std::vector<char> buffer(1u << 20);
    std::ifstream file;
    file.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    file.open(input == "-" ? "/dev/stdin" : input, std::ios::binary);
    if (!file) {
      complain({{ProblemCode::file_unreadable, "", {{"path", input}, {"reason", "open"}}}});
      return end(2);
    }
    auto read = gate::read_list(file, [&](const gate::Entry& entry) {
      progress_.step();
      return builder().add(entry);
    });
    for (gate::BadLine& one : read.bad) one.source = input;
    append(read_, read);
    // An input that broke off must not become half a snapshot.
    if (file.bad()) {
      complain({{ProblemCode::file_unreadable, "", {{"path", input}, {"reason", "read"}}}});
      return end(1);
    }
    // Nor must a list with a slip in its first line, or of something else, empty a gate.
    if (read.unread || (read.taken == 0 && read.refused > 0)) return refused();
    return true;
  }
  bool strict() { return !options_.strict || read_.refused == 0 || refused(); }
  bool refused() {
    print_bad(stderr, read_);
    std::fprintf(stderr, "%llu lines refused, nothing written\n",
                 static_cast<unsigned long long>(read_.refused));
    return end(1);
  }
  void finish() {
    const gate::BuildReport built = builder().finish();
    if (options_.json) {
      std::printf("%s\n", to_string(to_json(built, read_)).c_str());
      return;
    }
    print_bad(stdout, read_);
    std::printf("%llu entries, %llu replaced, %llu lines refused, %llu bytes\n",
                static_cast<unsigned long long>(built.entries),
                static_cast<unsigned long long>(built.replaced),
                static_cast<unsigned long long>(read_.refused),
                static_cast<unsigned long long>(built.file_bytes));
  }
  int code() const { return code_; }

 private:
  bool end(int code) {
    code_ = code;
    return false;
  }
  gate::Builder& builder() {
    if (!builder_) builder_.emplace(options_.file, made_);
    return *builder_;
  }

  const GateOptions& options_;
  std::optional<gate::Suffixes> suffixes_;
  gate::BuildOptions made_;
  std::optional<gate::Builder> builder_;
  gate::ListReport read_;
  Progress progress_{"names"};
  int code_ = 0;
};

}  // namespace

int gate_build(const CommonOptions& common, const GateOptions& options) {
  Build build(options);
  bool good = build.begin() && build.from_registry(common) && build.from_libraries();
  for (const std::string& input : options.inputs) good = good && build.from_list(input);
  if (good && build.strict()) build.finish();
  return build.code();
}

}  // namespace beian::app
