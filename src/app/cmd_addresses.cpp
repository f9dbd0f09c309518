// beian addresses: IP address records in and out of files, and what stands in the way of a report.
#include <cstdio>
#include <fstream>

#include "addresses/import.hpp"
#include "addresses/report.hpp"
#include "addresses/view.hpp"
#include "app/commands.hpp"
#include "app/installation.hpp"

namespace beian::app {

namespace {

// Findings printed to people; --json has all.
constexpr size_t kShown = 200;

template <class Work>
int with_addresses(const CommonOptions& common, Work work) {
  return with_installation(common, [&](const Installation& here) {
    const SystemClock clock;
    std::vector<addresses::Link> links;
    links.reserve(here.options.links.size());
    for (const auto& link : here.options.links) links.push_back({link.id, link.provider_id});
    return work(addresses::Context{here.database, clock, here.cipher, links, {}});
  });
}

// Empty text: none.
Result<std::optional<addresses::Block>> block_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto block = addresses::block_named(text);
  if (!block) return fail(ProblemCode::code_unknown, "--block", {{"code", text}});
  return block;
}

void print_report(const addresses::ImportReport& report) {
  for (const auto& one : report.problems)
    std::printf("第 %lld 行 %s：%s\n", static_cast<long long>(one.line), one.column.c_str(),
                problem_text(one.problem.code, one.problem.args, Language::zh).c_str());
  if (report.bad > 0 && report.problems.size() >= addresses::kMostLineProblems)
    std::printf("……其余问题从略\n");
  std::printf("%lld 行：新增 %lld，变更 %lld，未变 %lld，有问题 %lld；%s\n",
              static_cast<long long>(report.lines), static_cast<long long>(report.created),
              static_cast<long long>(report.changed), static_cast<long long>(report.unchanged),
              static_cast<long long>(report.bad), report.applied ? "已写入" : "没有写入");
}

}  // namespace

int addresses_import(const CommonOptions& common, const AddressesOptions& given) {
  const auto block = block_of(given.block);
  if (!block) {
    complain(block.error());
    return 2;
  }
  std::ifstream in(given.file, std::ios::binary);
  if (!in) {
    complain({{ProblemCode::file_unreadable, "", {{"path", given.file}, {"reason", "open"}}}});
    return 2;
  }
  return with_addresses(common, [&](const addresses::Context& context) {
    addresses::ImportOptions options;
    options.link = given.authority;
    options.block = *block;
    options.dry_run = given.dry_run;
    options.good_lines = given.good_lines;
    options.actor = "command";
    if (!given.json)
      options.progress = [](int64_t lines) {
        std::fprintf(stderr, "%lld 行\n", static_cast<long long>(lines));
      };
    const auto report = addresses::import_csv(context, in, options);
    if (!report) {
      complain(report.error());
      return 2;
    }
    if (given.json)
      std::printf("%s\n", to_string(addresses::report_json(*report, Language::zh)).c_str());
    else
      print_report(*report);
    return report->bad > 0 ? 1 : 0;
  });
}

int addresses_export(const CommonOptions& common, const AddressesOptions& given) {
  const auto block = block_of(given.block);
  if (!block) {
    complain(block.error());
    return 2;
  }
  return with_addresses(common, [&](const addresses::Context& context) {
    std::FILE* out = given.file.empty() ? stdout : std::fopen(given.file.c_str(), "wb");
    if (out == nullptr) {
      complain({{ProblemCode::file_unreadable, "", {{"path", given.file}, {"reason", "open"}}}});
      return 2;
    }
    addresses::Filter filter;
    filter.link = given.authority;
    filter.block = *block;
    bool written = true;
    const auto done = addresses::export_csv(
        context, filter, given.gbk ? csv::Encoding::gbk : csv::Encoding::utf8,
        [&](std::string_view part) {
          written = std::fwrite(part.data(), 1, part.size(), out) == part.size() && written;
        });
    written = (out == stdout ? std::fflush(out) : std::fclose(out)) == 0 && written;
    if (!done) complain(done.error());
    if (!written)
      complain({{ProblemCode::file_unreadable, "", {{"path", given.file}, {"reason", "write"}}}});
    return done && written ? 0 : 1;
  });
}

int addresses_check(const CommonOptions& common, const AddressesOptions& given) {
  return with_addresses(common, [&](const addresses::Context& context) {
    const auto link = addresses::link_named(context, given.authority);
    if (!link) {
      complain(link.error());
      return 2;
    }
    const addresses::Store store(context.cipher);
    const auto checked = context.database->read_value(
        [&](db::Tx& tx) { return addresses::check_link(tx, store, link->id); });
    size_t errors = 0, shown = 0;
    for (const auto& finding : checked.findings) {
      errors += finding.blocking ? 1 : 0;
      if (given.json) {
        std::printf(
            "%s\n",
            to_string(addresses::finding_json(finding, checked.records, Language::zh)).c_str());
        continue;
      }
      if (++shown > kShown) continue;
      const auto problem = addresses::problem_of(finding, checked.records);
      std::printf("%s %s %s：%s\n", finding.blocking ? "错误" : "提示",
                  std::string(title_of(checked.records[finding.record].block)).c_str(),
                  checked.records[finding.record].id.c_str(),
                  problem_text(problem.code, problem.args, Language::zh).c_str());
    }
    if (!given.json)
      std::printf("%zu 条记录：错误 %zu，提示 %zu\n", checked.records.size(), errors,
                  checked.findings.size() - errors);
    return errors > 0 ? 1 : 0;
  });
}

}  // namespace beian::app
