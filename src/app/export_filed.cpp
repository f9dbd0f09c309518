#include "app/export_filed.hpp"

#include <algorithm>
#include <stdexcept>

#include "registry/filed_csv.hpp"
#include "wire/encoder.hpp"
#include "wire/profile.hpp"

namespace beian::app {

namespace {

const wire::Element& child(const wire::Element& group, std::string_view name) {
  const auto found = std::ranges::find(group.children, name, &wire::Element::name);
  if (found == group.children.end()) throw std::logic_error("no element " + std::string(name));
  return *found;
}

}  // namespace

Result<ExportReport> export_csv(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                const Write& write) {
  ExportReport report;
  write(registry::filed_csv_header());
  report.left_out = registry::each_filed_record(tx, cipher, [&](const Json& record) {
    const auto lines = registry::filed_csv_lines(record);
    if (!lines) return ++report.unfit, true;
    ++report.records;
    return write(*lines);
  });
  return report;
}

Result<ExportReport> export_library(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& profile, const Write& write) {
  const auto known = wire::Profile::named(profile);
  if (!known) return fail(known);
  const auto& root = (*known)->document("DownloadData");
  const auto& element = child(child(child(root, "SJTB"), "ICP"), "Baxx");
  std::string head, text;
  wire::Encoder::open_document(head, root, (*known)->version());
  ExportReport report;
  report.left_out = registry::each_filed_record(tx, cipher, [&](const Json& record) {
    text.clear();
    wire::Encoder encoder(text);
    encoder.element(element, record, "/SJTB/ICP", static_cast<size_t>(report.records) + 1);
    if (!encoder.take_problems().empty()) return ++report.unfit, true;
    // The schema wants one record at least.
    if (report.records++ == 0 && !write(head + "<SJTB><ICP>")) return false;
    return write(text);
  });
  if (report.records > 0) write("</ICP></SJTB></DownloadData>");
  return report;
}

}  // namespace beian::app
