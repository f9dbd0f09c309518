// What peers send over HTTP: requests, responses, WSDL documents and the `return` document.
#include <string>
#include <vector>

#include "check.hpp"
#include "wire/returns.hpp"
#include "wire/soap.hpp"

using namespace beian;
using namespace beian::wire;

namespace {

void request(std::string_view body) {
  const auto call = read_request(body);
  if (!call) return;
  WsdlOperation operation;
  operation.name = call->operation;
  operation.target_namespace = "urn:x";
  for (const auto& [name, value] : call->parameters) operation.parameters.push_back(name);
  const auto again = read_request(write_request(operation, *call));
  fuzz::must(again.has_value() && again->operation == call->operation, "a request comes back");
}

void response(std::string_view body) {
  const auto result = read_response(body);
  if (!result) return;
  const auto again = read_response(write_response("isp_upload", "urn:x", *result));
  fuzz::must(again.has_value() && *again == *result, "a response comes back");
}

void wsdl(std::string_view body) {
  std::vector<std::string> documents;
  for (size_t at = 0; documents.size() < 4;) {  // several documents in one input
    const size_t end = body.find('\x01', at);
    documents.emplace_back(body.substr(at, end - at));
    if (end == body.npos) break;
    at = end + 1;
  }
  const auto found = read_wsdl(documents);
  if (!found) return;
  for (const WsdlOperation& operation : found->operations)
    write_request(operation, {operation.name, {}});
}

void answer(std::string_view characters) {
  const auto result = read_return(characters);
  if (result) fuzz::must(read_return(write_return(*result)).has_value(), "an answer comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view body = fuzz::view(data + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      request(body);
      break;
    case 1:
      response(body);
      break;
    case 2:
      wsdl(body);
      break;
    default:
      answer(body);
  }
  return 0;
}
