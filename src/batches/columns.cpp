#include "batches/columns.hpp"

#include <algorithm>
#include <array>

namespace beian::batches {
namespace {

// clang-format off
constexpr auto kColumns = std::to_array<Column>({
    {"kind", "备案类型", "/kind", Form::kind, "", "如 首次备案、变更主体；不填则自动判断"},
    {"entity", "主体备案号", "/entity", Form::text, "", "办理变更、注销主体或新增服务时，已备案主体的备案号"},
    {"service", "服务备案号", "/service", Form::text, "", "办理变更、注销服务或取消接入时，已备案服务的备案号"},
    {"from_order", "复制自订单", "/from/order", Form::text, "", "本账号较早的订单号：未填的列取自该订单，材料一并复制"},
    {"entity_name", "主办单位名称", "/document/entity/name", Form::text, "", "与证件一致；个人填姓名"},
    {"nature", "单位性质", "/document/entity/nature", Form::code, "entity_nature", "如 企业、个人"},
    {"investor", "投资人或主管单位", "/document/entity/investor"},
    {"province", "省份", "/document/entity/location/province", Form::region, "", "名称或六位代码"},
    {"city", "城市", "/document/entity/location/city", Form::region, "", "名称或六位代码"},
    {"county", "区县", "/document/entity/location/county", Form::region, "", "名称或六位代码"},
    {"address", "通讯地址", "/document/entity/location/address", Form::text, "", "区县以下的部分"},
    {"certificate_type", "证件类型", "/document/entity/certificate/type", Form::code, "certificate_type", "如 营业执照（个人或企业）、居民身份证"},
    {"certificate_number", "证件号码", "/document/entity/certificate/number", Form::text, "", "请把单元格设为文本"},
    {"certificate_address", "证件住所", "/document/entity/certificate/address"},
    {"certificate_until", "证件有效期至", "/document/entity/certificate/until", Form::text, "", "选填：如 2036-01-31；长期有效填 long_term"},
    {"legal_representative", "法定代表人", "/document/entity/legal_representative", Form::text, "", "选填，单位填写：用来核对本省的要求，不报送管局"},
    {"business_scope", "经营范围", "/document/entity/business_scope", Form::text, "", "选填，单位填写：用来核对本省的要求，不报送管局"},
    {"entity_remark", "主体备注", "/document/entity/remark"},
    {"manager_name", "主体负责人姓名", "/document/entity/manager/name"},
    {"manager_certificate_type", "主体负责人证件类型", "/document/entity/manager/certificate_type", Form::code, "certificate_type", "如 居民身份证"},
    {"manager_certificate_number", "主体负责人证件号码", "/document/entity/manager/certificate_number", Form::text, "", "请把单元格设为文本"},
    {"manager_certificate_until", "主体负责人证件有效期至", "/document/entity/manager/certificate_until", Form::text, "", "选填：如 2036-01-31；长期有效填 long_term"},
    {"manager_mobile", "主体负责人手机", "/document/entity/manager/mobile"},
    {"manager_emergency_mobile", "主体负责人应急电话", "/document/entity/manager/emergency_mobile"},
    {"manager_office_phone", "主体负责人办公电话", "/document/entity/manager/office_phone", Form::text, "", "区号-号码"},
    {"manager_email", "主体负责人邮箱", "/document/entity/manager/email"},
    {"service_kind", "服务类型", "/document/services/0/kind", Form::service, "", "网站、APP、小程序、快应用；不填为网站"},
    {"service_name", "服务名称", "/document/services/0/name"},
    {"domains", "域名", "/document/services/0/domains", Form::texts, "", "多个用分号隔开"},
    {"home_url", "首页网址", "/document/services/0/home_url"},
    {"contents", "服务内容", "/document/services/0/contents", Form::codes, "service_content", "名称或代码，多个用分号隔开"},
    {"languages", "服务语言", "/document/services/0/languages", Form::codes, "language", "名称或代码，多个用分号隔开"},
    {"pre_approvals", "前置审批", "/document/services/0/pre_approvals", Form::approvals, "preapproval_content", "类型:批准文号，多个用分号隔开"},
    {"locations", "服务器放置地", "/document/services/0/accesses/0/locations", Form::codes, "server_location", "名称或代码，多个用分号隔开"},
    {"methods", "接入方式", "/document/services/0/accesses/0/methods", Form::codes, "access_method", "名称或代码，多个用分号隔开"},
    {"addresses", "IP地址", "/document/services/0/accesses/0/addresses", Form::addresses, "", "地址或 起-止，多个用分号隔开"},
    {"service_remark", "服务备注", "/document/services/0/remark"},
    {"service_manager_name", "服务负责人姓名", "/document/services/0/manager/name"},
    {"service_manager_certificate_type", "服务负责人证件类型", "/document/services/0/manager/certificate_type", Form::code, "certificate_type", "如 居民身份证"},
    {"service_manager_certificate_number", "服务负责人证件号码", "/document/services/0/manager/certificate_number", Form::text, "", "请把单元格设为文本"},
    {"service_manager_certificate_until", "服务负责人证件有效期至", "/document/services/0/manager/certificate_until", Form::text, "", "选填：如 2036-01-31；长期有效填 long_term"},
    {"service_manager_mobile", "服务负责人手机", "/document/services/0/manager/mobile"},
    {"service_manager_emergency_mobile", "服务负责人应急电话", "/document/services/0/manager/emergency_mobile"},
    {"service_manager_office_phone", "服务负责人办公电话", "/document/services/0/manager/office_phone", Form::text, "", "区号-号码"},
    {"service_manager_email", "服务负责人邮箱", "/document/services/0/manager/email"},
    {"reason", "注销原因", "/document/reason", Form::code, "cancel_reason", "注销、取消接入时填写"},
    {"remark", "备注", "/document/remark", Form::text, "", "注销、取消接入时可填"},
    {"filing_password", "备案密码", "/document/filing_password", Form::text, "", "按类型要求填写"},
});
// clang-format on

}  // namespace

std::span<const Column> columns() {
  return kColumns;
}

std::string_view title_of(const Column& column, Language language) {
  return language == Language::zh ? column.chinese : column.name;
}

const Column* column_at(std::string_view pointer) {
  const Column* best = nullptr;
  for (const auto& column : kColumns) {
    const auto& own = column.pointer;
    const bool inside =
        pointer.starts_with(own) && (pointer.size() == own.size() || pointer[own.size()] == '/');
    if (inside && (!best || own.size() > best->pointer.size())) best = &column;
  }
  return best;
}

}  // namespace beian::batches
