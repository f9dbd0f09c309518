// `beian rules check|explain|page`.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/commands.hpp"
#include "base/text.hpp"
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

int count(const rules::RuleSet& set) {
  size_t provincial = 0;
  for (const auto& [province, book] : set.books())
    if (province != 0) provincial += book.rules.size();
  std::printf("%zu 种规则，全国 %zu 条，%zu 个省份 %zu 条\n", set.kinds().size(),
              set.national().rules.size(), set.books().size() - 1, provincial);
  return kDone;
}

}  // namespace

int rules_check(const std::string& folder) {
  if (folder.empty()) return count(rules::RuleSet::builtin());
  std::vector<std::string> texts;
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name == "kinds.json") continue;
    names.push_back(name);
    texts.push_back(content_of(entry.path()));
  }
  if (error) {
    std::fprintf(stderr, "beian: %s: %s\n", folder.c_str(), error.message().c_str());
    return kUsage;
  }
  std::vector<rules::RuleSet::File> files;
  files.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) files.push_back({names[i], texts[i]});
  const auto set =
      rules::RuleSet::read(content_of(std::filesystem::path(folder) / "kinds.json"), files);
  if (set) return count(*set);
  print(set.error());
  return kRefused;
}

int rules_explain(const RulesOptions& options) {
  const auto& set = rules::RuleSet::builtin();
  const rules::Case wanted{province_of(set, options.province), options.nature, options.kind,
                           options.service};
  if (const auto problems = rules::check(set, wanted); !problems.empty()) {
    print(problems);
    return kUsage;
  }
  const std::string out = options.json ? to_pretty_string(rules::requirements(set, wanted))
                                       : rules::explain(set, wanted);
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
