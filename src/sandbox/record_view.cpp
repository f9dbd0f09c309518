#include "sandbox/record_view.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/ip.hpp"
#include "china/regions.hpp"
#include "sandbox/html.hpp"

namespace beian::sandbox {
namespace {

// Which code table a field of the wire is told in.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kTables{{
    {"Dwxz", "entity_nature"},
    {"Zjlx", "certificate_type"},
    {"Fzr_zjlx", "certificate_type"},
    {"Fwnr_id", "service_content"},
    {"Yylb_id", "language"},
    {"Jrfs", "access_method"},
    {"Fbdd", "server_location"},
    {"Nrlx_id", "preapproval_content"},
    {"Zxly", "cancel_reason"},
    {"Cljg", "unfiled_site_disposition"},
    {"Ob_fwlx", "service_type"},
    {"Ob_fwnr_id", "app_service_content"},
    {"Ob_sdklx", "sdk_type"},
}};

std::string words(const wire::Element& element, const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.as_string();
  const int64_t number = value.as_int();
  if (const auto found =
          std::ranges::find(kTables, element.name, [](const auto& t) { return t.first; });
      found != kTables.end())
    return china::code_text(found->second, number);
  if (element.name == "Shengid" || element.name == "Shiid" || element.name == "Xianid") {
    const std::string name = china::full_name(number);
    return name.empty() ? std::to_string(number) : name;
  }
  if (element.name == "Qsip" || element.name == "Zzip" || element.name == "IP")
    if (const auto address = china::ip_from_number(number)) return address->text();
  return std::to_string(number);
}

std::string all_words(const wire::Element& element, const Json* value) {
  if (value == nullptr) return {};
  if (!value->is_array()) return words(element, *value);
  std::vector<std::string> texts;
  for (const auto& item : value->items()) texts.push_back(words(element, item));
  return text::join(texts, "；");
}

class Reader {
 public:
  explicit Reader(bool compared) : compared_(compared) {}

  void group(const wire::Element& group, const Json* reported, const Json* filed,
             const std::string& title) {
    for (const auto& child : group.children) {
      if (child.name == "Fj" || child.name == "Fjnr" || child.name == "Spwj" ||
          child.name == "Ob_tb")
        continue;
      if (child.field.empty()) {
        this->group(child, reported, filed, title);
        continue;
      }
      one(child, member(reported, child.field), member(filed, child.field), title);
    }
  }
  std::vector<ViewRow> rows() && { return std::move(rows_); }

 private:
  static const Json* member(const Json* object, std::string_view field) {
    return object == nullptr ? nullptr : object->find(field);
  }
  void one(const wire::Element& element, const Json* reported, const Json* filed,
           const std::string& title) {
    if (element.leaf()) return leaf(element, reported, filed, title);
    const std::string below = title.empty() ? element.title : title + " / " + element.title;
    if (!element.repeated()) return group(element, reported, filed, below);
    const size_t count =
        std::max(reported ? reported->size() : 0, filed && compared_ ? filed->size() : 0);
    for (size_t i = 0; i < count; ++i)
      group(element, item(reported, i), item(filed, i), below + std::to_string(i + 1));
  }
  static const Json* item(const Json* list, size_t index) {
    return list != nullptr && index < list->size() ? &list->at(index) : nullptr;
  }
  void leaf(const wire::Element& element, const Json* reported, const Json* filed,
            const std::string& title) {
    const std::string now = all_words(element, reported), before = all_words(element, filed);
    if (now.empty() && (before.empty() || !compared_)) return;
    // The provider's own ids differ without meaning anything.
    const bool differs = compared_ && now != before && !element.name.starts_with("Isp");
    rows_.push_back({title, std::string(element.title), before, now, differs});
  }

  bool compared_;
  std::vector<ViewRow> rows_;
};

const wire::Element* below(const wire::Element& group, std::string_view field) {
  for (const auto& child : group.children) {
    if (child.field == field) return &child;
    if (!child.field.empty()) continue;
    if (const auto* found = below(child, field)) return found;
  }
  return nullptr;
}

}  // namespace

std::vector<ViewRow> field_rows(const wire::Element& record, const Json& reported,
                                const Json* filed) {
  Reader reader(filed != nullptr);
  reader.group(record, &reported, filed, {});
  return std::move(reader).rows();
}

std::string record_table(const std::vector<ViewRow>& rows, bool compared) {
  std::string html = "<div class=\"wide\"><table class=\"record\"><thead><tr><th>项目</th>" +
                     std::string(compared ? "<th>库中现有</th>" : "") +
                     "<th>本次上报</th></tr></thead><tbody>";
  std::string part;  // where the last row stands
  for (const auto& row : rows) {
    if (row.part != part) {
      html += "<tr><td class=\"part\" colspan=\"" + std::to_string(compared ? 3 : 2) + "\">" +
              esc(row.part) + "</td></tr>";
      part = row.part;
    }
    html += row.differs ? "<tr class=\"differs\">" : "<tr>";
    html += "<th>" + esc(row.title) + "</th>";
    if (compared) html += "<td>" + esc(row.before) + "</td>";
    html += "<td>" + esc(row.now) + "</td></tr>";
  }
  return html + "</tbody></table></div>";
}

const wire::Element& record_element(const wire::Profile& profile, std::string_view block,
                                    std::string_view path) {
  const wire::Element* here = below(profile.document("UploadData"), block);
  for (const auto& part : text::split(path, '/'))
    here = here == nullptr ? nullptr : below(*here, part);
  if (here == nullptr) throw std::logic_error("no operation " + std::string(path));
  return *here;
}

}  // namespace beian::sandbox
