// registry: filed records in and out in great numbers, and a snapshot beside them.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "accounts/accounts.hpp"
#include "app/commands.hpp"
#include "app/current_snapshot.hpp"
#include "app/export_filed.hpp"
#include "app/import_filed.hpp"
#include "app/installation.hpp"
#include "app/progress.hpp"
#include "app/verify_snapshot.hpp"
#include "app/whole_import.hpp"
#include "base/csv.hpp"
#include "base/descriptor.hpp"
#include "china/regions.hpp"

namespace beian::app {

namespace {

long long number(int64_t n) {
  return static_cast<long long>(n);
}

// A new file of personal data: for the owner alone. What cannot be made is told when it is opened.
void make_private(const std::string& path) {
  open_file(path, O_CREAT | O_WRONLY, 0600);
}

// By province, as the links say; without any, the one that was given.
std::function<int64_t(int64_t)> own_provider(const config::Settings& settings, int64_t given) {
  constexpr int64_t kPerProvince = 10'000;
  std::map<int64_t, int64_t> by_province;
  for (const auto& link : settings.authorities)
    for (const int64_t code : link.provinces)
      by_province[code / kPerProvince * kPerProvince] = link.provider_id;
  return [given, by_province = std::move(by_province)](int64_t province) {
    if (given != 0) return given;
    const auto found = by_province.find(province);
    return found == by_province.end() ? 0 : found->second;
  };
}

// ---- import

// What was refused, for whoever mends it: made when there is something.
class RefusedFile {
 public:
  explicit RefusedFile(std::string path) : path_(std::move(path)) {}
  void add(const std::string& file, const registry::Refused& one) {
    if (!out_.is_open()) {
      make_private(path_);
      out_.open(path_, std::ios::binary | std::ios::trunc);
      out_ << csv::line_of({"file", "record", "line", "place", "reason", "content"});
    }
    out_ << csv::line_of({file, std::to_string(one.record), std::to_string(one.line), one.place,
                          one.reason, one.content});
  }
  // False: it could not be written.
  bool close() {
    if (!out_.is_open()) return true;
    out_.close();
    return !out_.fail();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::ofstream out_;
};

Json to_json(const std::string& file, const registry::Import& done) {
  return Json::object({{"file", file},
                       {"read", done.read},
                       {"added", done.added},
                       {"changed", done.changed},
                       {"unchanged", done.unchanged},
                       {"refused", done.refused}});
}

void print(const std::string& file, const registry::Import& done) {
  std::printf("%s：读取 %lld 条，新增 %lld，变更 %lld，未变 %lld，拒绝 %lld\n", file.c_str(),
              number(done.read), number(done.added), number(done.changed), number(done.unchanged),
              number(done.refused));
}

Result<FiledFormat> wanted_format(const RegistryOptions& options, const std::string& path) {
  if (options.format == "sjtb") return FiledFormat::sjtb;
  if (options.format == "csv") return FiledFormat::csv;
  return format_of(path);
}

Result<std::string> account_id(db::Database& database, const std::string& name) {
  if (name.empty()) return std::string();
  const auto found = database.read_value(
      [&](db::Tx& tx) { return accounts::account_named(tx, name, "--account"); });
  if (!found) return fail(found);
  return found->id;
}

std::string province_names(const std::vector<int64_t>& codes) {
  std::string out;
  for (const int64_t code : codes) {
    if (!out.empty()) out += "、";
    out += china::full_name(code);
  }
  return out;
}

Json codes_json(const std::vector<int64_t>& codes) {
  Json out = Json::array();
  for (const int64_t code : codes) out.push(code);
  return out;
}

// Exit code. `as_of`: when the oldest of the files was written, or the first was begun.
int tell_whole(const MarkedWhole& marked, TimePoint as_of, bool json) {
  if (json) {
    std::printf("%s\n", to_string(Json::object({{"whole", codes_json(marked.marked)},
                                                {"as_of", to_rfc3339(as_of)},
                                                {"nothing_of", codes_json(marked.empty)}}))
                            .c_str());
  } else {
    if (!marked.marked.empty())
      std::printf("全库已导入：%s。自 %s 起，库中没有的即未备案\n",
                  province_names(marked.marked).c_str(), china_datetime(as_of).c_str());
    if (!marked.empty.empty())
      std::printf("没有标记为全库（库中没有该地任何主体）：%s\n",
                  province_names(marked.empty).c_str());
  }
  return marked.empty.empty() ? 0 : 1;
}

// What a file says is no newer than the file: imported every night, an old one stays old.
TimePoint written_at(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return TimePoint::max();
  return from_ms(file.st_mtim.tv_sec * 1000 + file.st_mtim.tv_nsec / 1'000'000);
}

int import_all(const Installation& here, const RegistryOptions& options) {
  const auto provinces =
      options.whole.empty() ? Result<std::vector<int64_t>>() : stated_provinces(options.whole);
  if (!provinces) {
    complain(provinces.error());
    return 2;
  }
  const auto account = account_id(*here.database, options.account);
  if (!account) {
    complain(account.error());
    return 2;
  }
  if (options.own_provider == 0 && here.settings.authorities.empty()) {
    complain({{ProblemCode::required, "--own-provider", {}}});
    return 2;
  }
  const SystemClock clock;
  RefusedFile refused(options.refused.empty() ? options.files.front() + ".refused.csv"
                                              : options.refused);
  bool good = true;
  TimePoint begun = TimePoint::max();
  for (const auto& path : options.files) {
    const auto format = wanted_format(options, path);
    if (!format) {
      complain(format.error());
      return 2;
    }
    Progress progress("records");
    ImportDeps deps{*here.database,
                    clock,
                    here.cipher,
                    *account,
                    own_provider(here.settings, options.own_provider),
                    {}};
    deps.terms = *account + " " + std::to_string(options.own_provider);
    deps.anew = options.anew;
    deps.batch = options.batch;
    deps.progress = [&](const registry::Import& so_far) {
      progress.at(static_cast<uint64_t>(so_far.read));
    };
    deps.refused = [&](const registry::Refused& one) { refused.add(path, one); };
    const auto done = import_filed(deps, path, *format);
    if (!done) {
      complain(done.error());
      good = false;
      continue;
    }
    good = good && done->refused == 0;
    begun = std::min({begun, done->started, written_at(path)});
    if (options.json)
      std::printf("%s\n", to_string(to_json(path, *done)).c_str());
    else
      print(path, *done);
  }
  if (!refused.close())
    complain({{ProblemCode::file_unreadable, "", {{"path", refused.path()}, {"reason", "write"}}}});
  else if (!good && !options.json)
    std::printf("拒绝的记录（如有）见 %s\n", refused.path().c_str());
  if (provinces->empty()) return good ? 0 : 1;
  // With a record missing, its names would be denied.
  if (good)
    return tell_whole(mark_imported_whole(*here.database, *provinces, begun), begun, options.json);
  if (options.json)
    std::printf("%s\n", to_string(Json::object({{"whole", Json::array()}})).c_str());
  else
    std::printf("没有标记为全库：有记录没有导入。补齐后再导入一次\n");
  return 1;
}

}  // namespace

int registry_import(const CommonOptions& common, const RegistryOptions& options) {
  return with_installation(common,
                           [&](const Installation& here) { return import_all(here, options); });
}

int registry_export(const CommonOptions& common, const RegistryOptions& options) {
  return with_installation(common, [&](const Installation& here) {
    if (!options.output.empty()) make_private(options.output);
    std::FILE* out = options.output.empty() ? stdout : std::fopen(options.output.c_str(), "wb");
    if (out == nullptr) {
      complain(
          {{ProblemCode::file_unreadable, "", {{"path", options.output}, {"reason", "open"}}}});
      return 2;
    }
    bool written = true;
    Progress progress("records");
    const auto write = [&](std::string_view part) {
      progress.step();
      written = std::fwrite(part.data(), 1, part.size(), out) == part.size() && written;
      return written;
    };
    const auto done = here.database->read_value([&](db::Tx& tx) {
      return options.format == "sjtb" ? export_library(tx, here.cipher, options.profile, write)
                                      : export_csv(tx, here.cipher, write);
    });
    written = (out == stdout ? std::fflush(out) : std::fclose(out)) == 0 && written;
    if (!done) {
      complain(done.error());
      return 2;
    }
    if (!written) {
      complain(
          {{ProblemCode::file_unreadable, "", {{"path", options.output}, {"reason", "write"}}}});
      return 1;
    }
    std::fprintf(
        stderr,
        "%lld 条；未导出：没有互联网信息服务的主体 %lld，没有域名或接入的服务 %lld，格式容不下的 "
        "%lld\n",
        number(done->records), number(done->left_out.entities), number(done->left_out.services),
        number(done->unfit));
    if (done->records == 0 && options.format == "sjtb" && !options.output.empty())
      std::remove(options.output.c_str());
    return done->unfit > 0 || (done->records == 0 && options.format == "sjtb") ? 1 : 0;
  });
}

int registry_verify(const CommonOptions& common, const RegistryOptions& options) {
  const auto snapshot = current_snapshot(options.files.front());
  if (!snapshot) return 2;
  return with_installation(common, [&](const Installation& here) {
    Progress progress("names");
    const auto tell = [&](const char* what, const std::string& name, const std::string& registry,
                          const std::string& gate) {
      if (options.json)
        std::printf("%s\n", to_string(Json::object({{"difference", what},
                                                    {"domain", name},
                                                    {"registry", registry},
                                                    {"snapshot", gate}}))
                                .c_str());
      else
        std::printf("%s\t%s\t%s\t%s\n", what, name.c_str(), registry.c_str(), gate.c_str());
    };
    const auto report = here.database->read_value(
        [&](db::Tx& tx) { return verify_snapshot(tx, *snapshot, tell, [&] { progress.step(); }); });
    if (!report) {
      complain(report.error());
      return 2;
    }
    std::fprintf(stderr,
                 "%llu names in the registry at change %llu, %llu in the snapshot at change %llu: "
                 "%llu missing, %llu different, %llu extra, %llu from lists\n",
                 static_cast<unsigned long long>(report->names),
                 static_cast<unsigned long long>(report->sequence),
                 static_cast<unsigned long long>(snapshot->entries()),
                 static_cast<unsigned long long>(snapshot->sequence()),
                 static_cast<unsigned long long>(report->missing),
                 static_cast<unsigned long long>(report->different),
                 static_cast<unsigned long long>(report->extra),
                 static_cast<unsigned long long>(report->lists));
    return report->missing + report->different + report->extra > 0 ? 1 : 0;
  });
}

}  // namespace beian::app
