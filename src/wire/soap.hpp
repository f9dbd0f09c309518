// SOAP 1.1, document/literal wrapped, one string result `return`. Both sides; no network here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace beian::wire {

// The interface's operations and parameters in order (interface V.3.0, "Calls").
struct OperationSpec {
  std::string_view name;                     // isp_upload
  std::string_view service;                  // upDownLoad, queryBeianStatus, verifyBamm
  std::vector<std::string_view> parameters;  // ispId, userName, …
};
std::span<const OperationSpec> operations();
const OperationSpec* find_operation(std::string_view name);

struct Call {
  std::string operation;
  std::vector<std::pair<std::string, std::string>> parameters;  // in the order of the message
  // Value by name without regard to case (ispId, ispID); nullptr when absent.
  const std::string* find(std::string_view name) const;
};

// What a client learns from a served WSDL. Nothing of it is hard-coded: deployed authorities differ
// in namespace, spelling of the first parameter, soapAction and address.
struct WsdlOperation {
  std::string name;
  std::string target_namespace;
  bool qualified = false;               // elementFormDefault of the schema
  std::vector<std::string> parameters;  // as spelled there, in order
  std::string response_element, result_element;
  std::string soap_action;
  std::string address;
};
struct Wsdl {
  std::vector<WsdlOperation> operations;
  std::vector<std::string> imports;  // schemaLocation and wsdl:import locations to fetch and add
  const WsdlOperation* find(std::string_view name) const;  // without regard to case
};
// Several documents: the WSDL first, then what it imports; fetch and call again until `imports` has
// one entry for each further document. While some are missing, only the operations that can be
// described already are there. soap_fault when it is not a WSDL 1.1 with a document/literal SOAP
// binding.
Result<Wsdl> read_wsdl(const std::vector<std::string>& documents);
// `parameter` spells the first parameter: "ispId" or "ispID".
std::string write_wsdl(std::string_view service, std::string_view address,
                       std::string_view target_namespace, std::string_view first_parameter);

// Client side. The values of `call` are matched to the WSDL's parameters without regard to case,
// and written in the WSDL's order.
std::string write_request(const WsdlOperation& operation, const Call& call);
// The result string; soap_fault for a Fault or anything that is not the expected answer. max_bytes:
// of the body.
Result<std::string> read_response(std::string_view http_body,
                                  size_t max_bytes = size_t{256} * 1024 * 1024);

// Server side. Any prefix, qualified or unqualified parameters, header blocks ignored unless
// mustUnderstand.
Result<Call> read_request(std::string_view http_body);
std::string write_response(std::string_view operation, std::string_view target_namespace,
                           std::string_view result);
std::string write_fault(std::string_view code, std::string_view text);  // code: "Client", "Server"

}  // namespace beian::wire
