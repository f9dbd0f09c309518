#include "sandbox/calls.hpp"

#include "base/text.hpp"
#include "wire/envelope.hpp"

namespace beian::sandbox {
namespace {

constexpr size_t kRandomValueLength = 20;

const std::string& parameter(const wire::Call& call, std::string_view name) {
  static const std::string kNone;
  const std::string* found = call.find(name);
  return found == nullptr ? kNone : *found;
}

}  // namespace

wire::Return answer(int code, std::string_view detail) {
  wire::Return result;
  result.msg_code = code;
  result.msg = wire::code_text(code);
  if (!detail.empty()) result.msg += "：" + std::string(detail);
  return result;
}

std::expected<Provider, wire::Return> authenticate(db::Tx& tx, const Context& context,
                                                   const wire::Call& call) {
  const auto refuse = [](int code, std::string_view detail = {}) {
    return std::unexpected(answer(code, detail));
  };
  if (load_settings(tx, context.options).maintenance)
    return refuse(call.operation.starts_with("isp_download") ? 902 : 901);
  if (text::trim(parameter(call, "hashAlgorithm")) != "0") return refuse(10);
  const std::string& random = parameter(call, "randVal");
  if (text::length(random) < kRandomValueLength) return refuse(16);

  const auto provider = find_provider_by_user(tx, parameter(call, "userName"));
  if (!provider) return refuse(4);
  int64_t id = 0;
  if (!text::parse_i64(text::trim(parameter(call, "ispId")), id) ||
      id != provider->account.provider_id)
    return refuse(12, "ispId 与用户名不符");
  if (!text::equal_secret(wire::password_hash(provider->account.password, random),
                          text::trim(parameter(call, "pwdHash"))))
    return refuse(5);
  const int64_t here = context.options.province;
  if (here != 0 && provider->account.province != 0 &&
      provider->account.province / 10000 != here / 10000)
    return refuse(13);
  return *provider;
}

wire::Return answer_call(const Context& context, const wire::Call& call) {
  for (const auto name : wire::find_operation(call.operation)->parameters)
    if (call.find(name) == nullptr) return answer(999, "缺少参数 " + std::string(name));

  std::expected<Provider, wire::Return> provider = std::unexpected(wire::Return{});
  context.database->read([&](db::Tx& tx) { provider = authenticate(tx, context, call); });
  if (!provider) return provider.error();
  if (call.operation == "isp_upload") return upload(context, *provider, call);
  if (call.operation == "isp_download") return download(context, *provider);
  if (call.operation == "isp_downloadack") return download_ack(context, *provider, call);
  if (call.operation == "isp_querypreviousupload") return query_previous_upload(context, *provider);
  if (call.operation == "isp_querybeianstatus") return query_status(context, call);
  return verify_password(context, call);
}

}  // namespace beian::sandbox
