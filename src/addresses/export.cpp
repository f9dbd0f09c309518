#include "addresses/import.hpp"
#include "addresses/line.hpp"
#include "base/text.hpp"

namespace beian::addresses {
namespace {

constexpr size_t kPage = 500;

std::vector<const Field*> fields_of(std::optional<Block> block) {
  std::vector<const Field*> out;
  for (const auto& field : fields())
    if (!block || need_of(*block, field.name, 0, -1) != Need::never) out.push_back(&field);
  return out;
}

std::string number_text(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

std::string line_of(const Record& record, const std::vector<const Field*>& columns) {
  std::vector<std::string> cells = {record.id, std::string(title_of(record.block))};
  for (const auto* field : columns) cells.push_back(cell_of(*field, record.document));
  cells.emplace_back(title_of(record.standing.state));
  cells.push_back(number_text(record.authority_id));
  cells.push_back(number_text(record.provider_record_id));
  return csv::line_of(cells);
}

}  // namespace

Status export_csv(const Context& context, const Filter& filter, csv::Encoding encoding,
                  const std::function<void(std::string_view)>& sink) {
  const Store store(context.cipher);
  const auto columns = fields_of(filter.block);
  const auto write = [&](const std::string& text) -> Status {
    if (encoding == csv::Encoding::utf8) {
      sink(text);
      return {};
    }
    const auto gbk = text::to_gbk(text);
    if (!gbk) return fail(gbk);
    sink(*gbk);
    return {};
  };

  std::vector<std::string> header = {std::string(kIdColumn), std::string(kBlockColumn)};
  for (const auto* field : columns) header.emplace_back(field->title);
  for (const auto title : {kStateColumn, kAuthorityColumn, kProviderColumn})
    header.emplace_back(title);
  if (encoding == csv::Encoding::utf8) sink("\xEF\xBB\xBF");
  if (auto done = write(csv::line_of(header)); !done) return done;

  Place after;
  while (true) {
    std::vector<Record> page;
    context.database->read([&](db::Tx& tx) { page = store.list(tx, filter, after, kPage); });
    for (const auto& record : page)
      if (auto done = write(line_of(record, columns)); !done) return done;
    if (page.size() < kPage) return {};
    const Record& last = page.back();
    after = {last.link, std::string(name_of(last.block)), last.id, last.ends.first};
  }
}

}  // namespace beian::addresses
