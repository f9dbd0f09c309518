#include "wire/soap.hpp"

#include <array>

#include "base/text.hpp"
#include "platform/xml/xml.hpp"

namespace beian::wire {

namespace {

constexpr std::string_view kEnvelopeNs = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view kDeclaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";

const std::array<OperationSpec, 6>& table() {
  static const std::array<OperationSpec, 6> specs{{
      {"isp_upload",
       "upDownLoad",
       {"ispId", "userName", "randVal", "pwdHash", "beianInfo", "beianInfoHash", "dataSequence",
        "encryptAlgorithm", "hashAlgorithm", "compressionFormat"}},
      {"isp_download", "upDownLoad", {"ispId", "userName", "randVal", "pwdHash", "hashAlgorithm"}},
      {"isp_downloadack",
       "upDownLoad",
       {"ispId", "userName", "randVal", "pwdHash", "hashAlgorithm", "fileName"}},
      {"isp_querypreviousupload",
       "upDownLoad",
       {"ispId", "userName", "randVal", "pwdHash", "hashAlgorithm"}},
      {"isp_querybeianstatus",
       "queryBeianStatus",
       {"ispId", "userName", "randVal", "pwdHash", "hashAlgorithm", "queryConditionType",
        "queryCondition"}},
      {"isp_verifybamm",
       "verifyBamm",
       {"ispId", "userName", "randVal", "pwdHash", "hashAlgorithm", "baxh", "bamm"}},
  }};
  return specs;
}

std::unexpected<Problems> fault(std::string reason) {
  return fail(ProblemCode::soap_fault, "", {{"reason", std::move(reason)}});
}

bool same_name(std::string_view a, std::string_view b) {
  return text::lower_ascii(a) == text::lower_ascii(b);
}

std::string open_envelope_element() {
  std::string out(kDeclaration);
  out += "<soap:Envelope xmlns:soap=\"";
  out += kEnvelopeNs;
  out += "\"><soap:Body>";
  return out;
}

void close_envelope_element(std::string& out) {
  out += "</soap:Body></soap:Envelope>";
}

// "<m:NAME xmlns:m="NAMESPACE">", without prefix when there is no namespace.
void open_wrapper(std::string& out, std::string_view name, std::string_view ns) {
  out += ns.empty() ? "<" : "<m:";
  out += name;
  if (!ns.empty()) {
    out += " xmlns:m=\"";
    xml::append_escaped(out, ns);
    out += '"';
  }
  out += '>';
}

void close_wrapper(std::string& out, std::string_view name, std::string_view ns) {
  out += ns.empty() ? "</" : "</m:";
  out += name;
  out += '>';
}

// The one element in the body. Header blocks are for others, unless they must be understood.
Result<xml::Node> read_body(std::string_view http_body, const xml::Limits& limits = {}) {
  auto root = xml::parse(http_body, limits);
  if (!root) return fault("not XML: " + root.error().front().args.back().second);
  if (root->name != "Envelope") return fault("not a SOAP envelope");
  if (root->ns != kEnvelopeNs) return fault("not SOAP 1.1: " + root->ns);
  if (const xml::Node* header = root->child("Header")) {
    for (const xml::Node& block : header->children) {
      const std::string_view must = block.attribute("mustUnderstand");
      if (must == "1" || must == "true") return fault("header not understood: " + block.name);
    }
  }
  for (xml::Node& child : root->children) {
    if (child.name != "Body" || child.ns != kEnvelopeNs) continue;
    if (child.children.empty()) return fault("the body is empty");
    return std::move(child.children.front());
  }
  return fault("no body");
}

std::string fault_text(const xml::Node& node) {
  const xml::Node* text = node.child("faultstring");
  const xml::Node* code = node.child("faultcode");
  std::string reason = code == nullptr ? "" : std::string(text::trim(code->text));
  if (text != nullptr) {
    if (!reason.empty()) reason += ": ";
    reason += text::trim(text->text);
  }
  return reason.empty() ? "fault without a reason" : reason;
}

}  // namespace

std::span<const OperationSpec> operations() {
  return table();
}

const OperationSpec* find_operation(std::string_view name) {
  for (const OperationSpec& spec : table()) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

const std::string* Call::find(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (same_name(key, name)) return &value;
  }
  return nullptr;
}

std::string write_request(const WsdlOperation& operation, const Call& call) {
  std::string out = open_envelope_element();
  size_t size = 1024;
  for (const auto& parameter : call.parameters) size += parameter.second.size() + 64;
  out.reserve(size);
  open_wrapper(out, operation.name, operation.target_namespace);
  const bool prefixed = operation.qualified && !operation.target_namespace.empty();
  for (const std::string& name : operation.parameters) {
    const std::string* value = call.find(name);
    if (value == nullptr) continue;
    out += prefixed ? "<m:" : "<";
    out += name;
    out += '>';
    xml::append_escaped(out, *value);
    out += prefixed ? "</m:" : "</";
    out += name;
    out += '>';
  }
  close_wrapper(out, operation.name, operation.target_namespace);
  close_envelope_element(out);
  return out;
}

Result<std::string> read_response(std::string_view http_body, size_t max_bytes) {
  auto body = read_body(http_body, {.max_bytes = max_bytes});
  if (!body) return fail(body);
  if (body->name == "Fault" && body->ns == kEnvelopeNs) return fault(fault_text(*body));
  if (body->children.size() != 1)
    return fault(body->name + " must hold one result, but holds " +
                 std::to_string(body->children.size()));
  xml::Node& result = body->children.front();
  if (!result.children.empty()) return fault(result.name + " must hold a string");
  return std::move(result.text);
}

Result<Call> read_request(std::string_view http_body) {
  auto body = read_body(http_body);
  if (!body) return fail(body);
  Call call{.operation = std::move(body->name), .parameters = {}};
  for (xml::Node& child : body->children) {
    if (!child.children.empty()) return fault("parameter " + child.name + " must hold a string");
    if (call.find(child.name) != nullptr) return fault("parameter " + child.name + " is repeated");
    call.parameters.emplace_back(std::move(child.name), std::move(child.text));
  }
  return call;
}

std::string write_response(std::string_view operation, std::string_view target_namespace,
                           std::string_view result) {
  std::string out = open_envelope_element();
  out.reserve(result.size() + result.size() / 16 + 1024);
  const std::string element = std::string(operation) + "Response";
  open_wrapper(out, element, target_namespace);
  out += "<return>";
  xml::append_escaped(out, result);
  out += "</return>";
  close_wrapper(out, element, target_namespace);
  close_envelope_element(out);
  return out;
}

std::string write_fault(std::string_view code, std::string_view text) {
  std::string out = open_envelope_element();
  out += "<soap:Fault><faultcode>soap:";
  xml::append_escaped(out, code);
  out += "</faultcode><faultstring>";
  xml::append_escaped(out, text);
  out += "</faultstring></soap:Fault>";
  close_envelope_element(out);
  return out;
}

}  // namespace beian::wire
