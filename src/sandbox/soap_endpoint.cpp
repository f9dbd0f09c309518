#include "sandbox/soap_endpoint.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "base/text.hpp"
#include "platform/log/log.hpp"
#include "sandbox/calls.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/scenario.hpp"
#include "wire/returns.hpp"
#include "wire/soap.hpp"

namespace beian::sandbox {
namespace {

struct Service {
  std::string_view name, path;
  ServiceFace Options::*face;
};
constexpr std::array<Service, 3> kServices{{
    {"upDownLoad", "/ISPWebService/upDownLoad", &Options::up_down_load},
    {"queryBeianStatus", "/BeianStatusWebService/queryBeianStatus", &Options::query_beian_status},
    {"verifyBamm", "/BeianStatusWebService/verifyBamm", &Options::verify_bamm},
}};

http::Response xml_response(std::string body, int status = 200) {
  http::Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
  response.body = std::move(body);
  return response;
}

// Status 0 tells the server to close the connection without an answer.
http::Response dropped() {
  http::Response response;
  response.status = 0;
  return response;
}

http::Response client_fault(std::string_view text) {
  return xml_response(wire::write_fault("Client", text), 500);
}

http::Response wsdl(const Context& context, const Service& service, const http::Request& request) {
  const bool asked = std::ranges::any_of(request.query, [](const auto& parameter) {
    return text::lower_ascii(parameter.first) == "wsdl";
  });
  if (!asked) return client_fault("只接受 POST；接口说明在 ?wsdl");
  const ServiceFace& face = context.options.*service.face;
  std::string base = context.options.base_url;
  if (base.empty()) base = "http://" + std::string(request.header("Host"));
  return xml_response(wire::write_wsdl(service.name, base + std::string(service.path),
                                       face.target_namespace, face.first_parameter));
}

// As the caller says; nobody has checked yet who it is.
int64_t provider_of(const wire::Call& message) {
  const std::string* id = message.find("ispId");
  int64_t number = 0;
  return id != nullptr && text::parse_i64(text::trim(*id), number) ? number : 0;
}

http::Response call(const Context& context, const Service& service, const http::Request& request) {
  const auto message = wire::read_request(request.body);
  if (!message) {
    const auto& problem = message.error().front();
    return client_fault(problem_text(problem.code, problem.args, Language::zh));
  }
  const auto* operation = wire::find_operation(message->operation);
  if (operation == nullptr || operation->service != service.name)
    return client_fault("本服务没有操作 " + message->operation);

  const Fault fault = next_fault(*context.database, operation->name);
  const CallPlan plan = play_call(context, operation->name, provider_of(*message));
  if (const auto delay = fault.delay + plan.delay; delay.count() > 0)
    std::this_thread::sleep_for(delay);
  if (fault.drop_before || plan.cut_before) return dropped();
  const wire::Return result = fault.code  ? answer(*fault.code)
                              : plan.code ? answer(*plan.code, plan.message)
                                          : answer_call(context, *message);
  log::info("sandbox.call", {{"operation", message->operation},
                             {"provider", message->find("ispId") ? *message->find("ispId") : ""},
                             {"code", std::to_string(result.msg_code)}});
  if (fault.drop_after_commit || plan.cut_after_commit) return dropped();
  const ServiceFace& face = context.options.*service.face;
  return xml_response(
      wire::write_response(message->operation, face.target_namespace, wire::write_return(result)));
}

}  // namespace

std::vector<http::Route> soap_routes(const Context& context) {
  std::vector<http::Route> routes;
  for (const auto& service : kServices) {
    routes.push_back({"GET", service.path, http::kPublic, "WSDL of an interface service",
                      [&context, &service](const http::Request& request) {
                        return wsdl(context, service, request);
                      }});
    routes.push_back({"POST", service.path, http::kPublic, "SOAP call of the enterprise interface",
                      [&context, &service](const http::Request& request) {
                        return call(context, service, request);
                      }});
  }
  return routes;
}

}  // namespace beian::sandbox
