// `beian rules check|explain|page`.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>

#include "app/commands.hpp"
#include "app/rules_routes.hpp"
#include "base/text.hpp"
#include "rules/cases.hpp"
#include "rules/explain.hpp"

namespace beian::app {
namespace {

constexpr int kDone = 0, kRefused = 1, kUsage = 2;

void print(const Problems& problems) {
  for (const auto& p : problems)
    std::fprintf(stderr, "%s: %s\n", p.field.c_str(),
                 problem_text(p.code, p.args, Language::zh).c_str());
}

// "440000", "广东省", "广东"
int64_t province_of(const rules::RuleSet& set, const std::string& words) {
  int64_t code = 0;
  if (text::parse_i64(words, code)) return code;
  for (const auto& [province, book] : set.books())
    if (!words.empty() && book.name.starts_with(words)) return province;
  return -1;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Files of a folder that stay open as long as their texts are looked at.
struct Folder {
  std::vector<std::string> names, texts;
  std::vector<rules::RuleSet::File> files() const {
    std::vector<rules::RuleSet::File> out;
    out.reserve(names.size());
    for (size_t i = 0; i < names.size(); ++i) out.push_back({names[i], texts[i]});
    return out;
  }
};

Folder json_files_of(const std::filesystem::path& path, bool (*wanted)(std::string_view),
                     std::error_code& error) {
  Folder out;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || !wanted(name)) continue;
    out.names.push_back(name);
    out.texts.push_back(content_of(entry.path()));
  }
  return out;
}

int told(const rules::RuleSet& set, const rules::CaseReport& report) {
  for (const auto& failure : report.failures)
    std::fprintf(stderr, "cases/%s/cases/%zu: %s（%s）：%s / %s\n", failure.of->file.c_str(),
                 failure.of->index, failure.of->kind.c_str(), failure.of->why.c_str(),
                 failure.expected.c_str(), failure.got.c_str());
  for (const auto& kind : report.kinds_without)
    std::fprintf(stderr, "kinds.json/%s：缺少通过或不通过的用例\n", kind.c_str());
  for (const auto* rule : report.rules_without)
    std::fprintf(stderr, "%lld %s：没有用例\n", static_cast<long long>(rule->province),
                 rule->kind->id.c_str());
  size_t provincial = 0;
  for (const auto& [province, book] : set.books())
    if (province != 0) provincial += book.rules.size();
  std::printf("%zu 种规则，全国 %zu 条，%zu 个省份 %zu 条；用例 %zu 个通过、%zu 个不通过\n",
              set.kinds().size(), set.national().rules.size(), set.books().size() - 1, provincial,
              report.passing, report.failing);
  const bool whole =
      report.failures.empty() && report.kinds_without.empty() && report.rules_without.empty();
  return whole ? kDone : kRefused;
}

// The rules, what the evaluators make of them, and their cases.
int check(const Result<rules::RuleSet>& set, std::span<const rules::RuleSet::File> case_files) {
  if (!set) {
    print(set.error());
    return kRefused;
  }
  if (const auto problems = rules::check_evaluators(*set); !problems.empty()) {
    print(problems);
    return kRefused;
  }
  const auto cases = rules::read_cases(*set, case_files);
  if (!cases) {
    print(cases.error());
    return kRefused;
  }
  return told(*set, rules::run_cases(rules::Engine(*set), *cases));
}

}  // namespace

int rules_check(const std::string& folder) {
  if (folder.empty()) {
    const auto& engine = rules::Engine::builtin();
    const auto cases = rules::read_cases(engine.set(), rules::builtin_case_files());
    if (cases) return told(engine.set(), rules::run_cases(engine, *cases));
    print(cases.error());
    return kRefused;
  }
  const std::filesystem::path path(folder);
  std::error_code error, none;
  const Folder books = json_files_of(path, rules::RuleSet::is_book, error);
  if (error) {
    std::fprintf(stderr, "beian: %s: %s\n", folder.c_str(), error.message().c_str());
    return kUsage;
  }
  // A folder without cases is told as rules without cases.
  const Folder cases = json_files_of(
      path / "cases", [](std::string_view) { return true; }, none);
  const std::string kinds = content_of(path / "kinds.json");
  return check(rules::RuleSet::read(kinds, books.files()), cases.files());
}

int rules_explain(const RulesOptions& options) {
  const auto& set = rules::RuleSet::builtin();
  const rules::Case wanted{province_of(set, options.province), options.nature, options.kind,
                           options.service};
  if (const auto problems = rules::check(set, wanted); !problems.empty()) {
    print(problems);
    return kUsage;
  }
  const Json standard = standard_materials(wanted);
  std::string out;
  if (options.json) {
    Json told = rules::requirements(set, wanted);
    told.set("standard_materials", standard);
    out = to_pretty_string(told);
  } else {
    out = "各省都要的材料\n";
    for (const Json& one : standard.items()) out += "- " + one["title"].as_string() + "\n";
    out += "\n" + rules::explain(set, wanted);
  }
  std::fputs(out.c_str(), stdout);
  return kDone;
}

int rules_page(const std::string& province) {
  const auto& set = rules::RuleSet::builtin();
  const int64_t code = province_of(set, province);
  if (code < 0 || set.book(code) == nullptr) {
    std::fprintf(stderr, "beian: no rules of %s\n", province.c_str());
    return kUsage;
  }
  std::fputs(rules::page(set, code).c_str(), stdout);
  return kDone;
}

}  // namespace beian::app
