#include "registry/compatible.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/filing_number.hpp"

namespace beian::registry {

namespace {

using china::ServiceKind;

struct Type {
  std::string_view name;
  ServiceKind kind;
  int64_t service_type;  // the ministry's number of it
};
constexpr std::array<Type, 4> kTypes{{{"web", ServiceKind::website, 1},
                                      {"app", ServiceKind::app, 6},
                                      {"mapp", ServiceKind::mini_program, 7},
                                      {"kapp", ServiceKind::quick_app, 8}}};

const Type* type_named(std::string_view name) {
  const auto* found = std::ranges::find(kTypes, name, &Type::name);
  return found == kTypes.end() ? nullptr : found;
}

std::string nature_name(int64_t nature) {
  return nature == 0 ? "" : china::code_text("entity_nature", nature);
}

std::string reviewed(const PublicFiling& f) {
  return f.reviewed.empty() ? china_datetime(f.changed) : f.reviewed;
}

// leaderName and contentTypeName are empty there too, nearly always; what this registry keeps
// sealed stays empty.
Json website_row(const PublicFiling& f) {
  return Json::object({{"contentTypeName", ""},
                       {"domain", f.domain},
                       {"domainId", f.domain_id},
                       {"leaderName", ""},
                       {"limitAccess", "否"},
                       {"mainId", f.entity_id},
                       {"mainLicence", f.entity_number},
                       {"natureName", nature_name(f.nature)},
                       {"serviceId", f.service_id},
                       {"serviceLicence", f.service_number},
                       {"serviceName", f.service_name},
                       {"unitName", f.entity_name},
                       {"updateRecordTime", reviewed(f)}});
}

Json app_row(const PublicFiling& f, const Type& type) {
  return Json::object({{"cityId", 0},
                       {"contentTypeName", ""},
                       {"countyId", 0},
                       {"dataId", f.service_id},
                       {"leaderName", ""},
                       {"mainId", f.entity_id},
                       {"mainLicence", f.entity_number},
                       {"mainUnitAddress", ""},
                       {"mainUnitCertNo", ""},
                       {"mainUnitCertType", 0},
                       {"natureId", f.nature},
                       {"natureName", nature_name(f.nature)},
                       {"provinceId", f.province},
                       {"serviceId", f.service_id},
                       {"serviceLicence", f.service_number},
                       {"serviceName", f.service_name},
                       {"serviceType", type.service_type},
                       {"unitName", f.entity_name},
                       {"updateRecordTime", reviewed(f)},
                       {"version", ""}});
}

// PageHelper's PageInfo with eight pages to navigate: those around this one.
Json page_json(const CompatibleQuery& query, int64_t total, Json rows) {
  constexpr int64_t kNavigate = 8;
  const auto size = static_cast<int64_t>(rows.size());
  const int64_t pages = (total + query.size - 1) / query.size;
  const int64_t page = query.page;
  const int64_t first =
      std::clamp<int64_t>(page - kNavigate / 2, 1, std::max<int64_t>(pages - kNavigate + 1, 1));
  const int64_t last = std::min(pages, first + kNavigate - 1);
  Json numbers = Json::array();
  for (int64_t n = first; n <= last; ++n) numbers.push(n);
  const int64_t start = size == 0 ? 0 : (page - 1) * query.size;
  return Json::object({{"endRow", size == 0 ? 0 : start + size - 1},
                       {"firstPage", pages == 0 ? 0 : first},
                       {"hasNextPage", page < pages},
                       {"hasPreviousPage", page > 1},
                       {"isFirstPage", page == 1},
                       {"isLastPage", page >= pages},
                       {"lastPage", last},
                       {"list", std::move(rows)},
                       {"navigateFirstPage", pages == 0 ? 0 : first},
                       {"navigateLastPage", last},
                       {"navigatePages", kNavigate},
                       {"navigatepageNums", std::move(numbers)},
                       {"nextPage", page < pages ? page + 1 : 0},
                       {"pageNum", page},
                       {"pageSize", query.size},
                       {"pages", pages},
                       {"prePage", page > 1 ? page - 1 : 0},
                       {"size", size},
                       {"startRow", start},
                       {"total", total}});
}

Json done(Json params, std::string_view message = "操作成功") {
  return Json::object(
      {{"code", 200}, {"msg", message}, {"params", std::move(params)}, {"success", true}});
}
Json refused(int code, std::string_view message) {
  return Json::object({{"code", code}, {"msg", message}, {"success", false}});
}

// 2: nothing unlawful is known of it.
Json listed_answer(db::Tx& tx, const std::string& site) {
  return done(Json::object({{"accessLicence", ""},
                            {"blackListLevel", is_listed_site(tx, site) ? 1 : 2},
                            {"cancelLicence", ""},
                            {"domainName", site},
                            {"title", ""}}));
}

}  // namespace

int64_t compatible_number(std::string_view text, int64_t otherwise, int64_t most) {
  int64_t n = 0;
  if (!text::parse_i64(text::trim(text), n) || n < 1) return otherwise;
  return std::min(n, most);
}

Json compatible_answer(db::Tx& tx, const CompatibleQuery& query) {
  const std::string search(text::trim(query.search));
  const bool listed = query.type.starts_with('b');
  const Type* type = type_named(std::string_view(query.type).substr(listed ? 1 : 0));
  if (type == nullptr) return refused(102, "不是支持的查询类型");
  if (search.empty()) return refused(101, "参数错误,请指定search参数");
  if (listed) {
    if (type->kind == ServiceKind::website) return listed_answer(tx, search);
    return refused(102, "管局下发的违法违规名单只有网站，不能查询 " + query.type);
  }
  const auto found =
      list_filings(tx, type->kind, search, (query.page - 1) * query.size, query.size);
  Json rows = Json::array();
  for (const auto& filing : found.rows)
    rows.push(type->kind == ServiceKind::website ? website_row(filing) : app_row(filing, *type));
  // These tools have no third value: what nobody can know is told in words, beside a total of 0.
  const auto number = china::parse_filing_number(search);
  const bool unknown =
      found.total == 0 &&
      !whole_as_of(whole_provinces(tx), number ? number->province() : 0).has_value();
  Json page = page_json(query, found.total, std::move(rows));
  if (unknown) return done(std::move(page), "没有查到，但备案库不完整，不能断定未备案");
  return done(std::move(page));
}

}  // namespace beian::registry
