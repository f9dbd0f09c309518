#include "batches/report.hpp"

#include <deque>

#include "base/csv.hpp"
#include "batches/columns.hpp"
#include "batches/store.hpp"
#include "orders/kind.hpp"
#include "platform/sheet/sheet.hpp"

namespace beian::batches {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr size_t kPage = 500;

std::vector<std::string> report_header(Language language) {
  if (language == Language::zh)
    return {"序号", "行号", "结果", "备案类型", "订单号", "列", "字段", "代码", "问题", "建议"};
  return {"row", "line", "result", "kind", "order", "column", "field", "code", "problem", "advice"};
}

// Line by line, a page of rows in memory at a time.
class ReportLines {
 public:
  ReportLines(const Context& context, std::string id, Language language)
      : context_(context), id_(std::move(id)), language_(language) {}

  bool next(std::vector<std::string>& cells) {
    if (lines_.empty()) read_page();
    if (lines_.empty()) return false;
    cells = std::move(lines_.front());
    lines_.pop_front();
    return true;
  }

 private:
  void read_page() {
    const Store store(context_.orders->cipher);
    const auto rows = context_.database().read_value(
        [&](db::Tx& tx) { return store.rows(tx, id_, std::nullopt, after_, kPage); });
    for (const Row& row : rows) {
      after_ = row.number;
      for (const auto* list : {&row.problems, &row.missing})
        for (const auto& problem : *list) lines_.push_back(line(row, &problem));
      if (row.problems.empty() && row.missing.empty()) lines_.push_back(line(row, nullptr));
    }
  }
  std::vector<std::string> line(const Row& row, const Problem* problem) const {
    const bool zh = language_ == Language::zh;
    const auto* kind = orders::find_kind(row.kind);
    std::vector<std::string> out = {std::to_string(row.number), std::to_string(row.line),
                                    std::string(zh ? title_of(row.state) : name_of(row.state)),
                                    zh && kind ? std::string(kind->title) : row.kind, row.order_id};
    if (!problem) return out;
    const auto& spec = spec_of(problem->code);
    const Column* column = column_at(problem->field);
    out.emplace_back(column ? title_of(*column, language_) : "");
    out.push_back(problem->field);
    out.emplace_back(spec.name);
    out.push_back(problem_text(problem->code, problem->args, language_));
    out.push_back(advice_text(problem->code, problem->args, language_));
    return out;
  }

  const Context& context_;
  std::string id_;
  Language language_;
  int64_t after_ = 0;
  std::deque<std::vector<std::string>> lines_;
};

std::vector<std::string> template_header(Language language) {
  std::vector<std::string> out;
  for (const auto& column : columns()) out.emplace_back(title_of(column, language));
  return out;
}

}  // namespace

std::string report_csv(const Context& context, const std::string& id, Language language) {
  std::string out(kMark);
  out += csv::line_of(report_header(language));
  ReportLines lines(context, id, language);
  std::vector<std::string> cells;
  while (lines.next(cells)) out += csv::line_of(cells);
  return out;
}

std::string report_xlsx(const Context& context, const std::string& id, Language language) {
  ReportLines lines(context, id, language);
  return sheet::write_xlsx({{language == Language::zh ? "结果" : "Results",
                             report_header(language),
                             {6, 6, 16, 16, 30, 20, 36, 24, 60, 40},
                             [&](std::vector<std::string>& cells) { return lines.next(cells); }}});
}

std::string template_csv(Language language) {
  return std::string(kMark) + csv::line_of(template_header(language));
}

std::string template_xlsx(Language language) {
  const bool zh = language == Language::zh;
  size_t at = 0;
  const auto explain = [&](std::vector<std::string>& cells) {
    const auto all = columns();
    if (at == all.size()) return false;
    const Column& column = all[at++];
    cells = {std::string(title_of(column, language)),
             std::string(zh ? column.name : column.chinese), std::string(column.note),
             std::string(column.pointer)};
    return true;
  };
  return sheet::write_xlsx(
      {{zh ? "备案信息" : "Orders", template_header(language), {}, {}},
       {zh ? "说明" : "Columns",
        zh ? std::vector<std::string>{"列", "英文列名", "填写说明", "字段"}
           : std::vector<std::string>{"column", "Chinese name", "note", "field"},
        {28, 36, 48, 56},
        explain}});
}

}  // namespace beian::batches
