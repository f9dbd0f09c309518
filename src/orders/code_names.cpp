#include "orders/code_names.hpp"

namespace beian::orders {
namespace {

class Names {
 public:
  explicit Names(registry::CodeBook& codes) : codes_(codes) {}

  // A code, or a list of codes.
  void add(const std::string& table, const Json& value) {
    for (const auto& item : value.items()) add(table, item);
    if (!value.is_int()) return;
    Json& names = out_.find(table) ? *out_.find(table) : out_.set(table, Json::object());
    names.set(std::to_string(value.as_int()), codes_.name(table, value.as_int()));
  }
  Json take() && { return std::move(out_); }

 private:
  registry::CodeBook& codes_;
  Json out_ = Json::object();
};

}  // namespace

Json code_names(registry::CodeBook& codes, const Json& document) {
  Names names(codes);
  const Json& entity = document["entity"];
  names.add("entity_nature", entity["nature"]);
  names.add("certificate_type", entity["certificate"]["type"]);
  names.add("certificate_type", entity["manager"]["certificate_type"]);
  for (const auto& service : document["services"].items()) {
    names.add("service_content", service["contents"]);
    names.add("app_service_content", service["app"]["contents"]);
    for (const auto& sdk : service["app"]["sdks"].items()) names.add("sdk_type", sdk["type"]);
    names.add("language", service["languages"]);
    names.add("certificate_type", service["manager"]["certificate_type"]);
    for (const auto& approval : service["pre_approvals"].items())
      names.add("preapproval_content", approval["content_type"]);
    for (const auto& access : service["accesses"].items()) {
      names.add("server_location", access["locations"]);
      names.add("access_method", access["methods"]);
    }
  }
  names.add("cancel_reason", document["reason"]);
  return std::move(names).take();
}

}  // namespace beian::orders
