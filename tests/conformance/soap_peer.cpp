// The SOAP side of src/wire as a program, so that other clients can be tried on it.
//   soap_peer wsdl SERVICE ADDRESS NAMESPACE FIRST_PARAMETER   prints the WSDL
//   soap_peer answer NAMESPACE                                 request on stdin, response on
//   stdout:
//       its result tells the operation and the parameters as they were read
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "wire/soap.hpp"

int main(int argc, char** argv) {
  using namespace beian::wire;
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 5 && args[0] == "wsdl") {
    std::cout << write_wsdl(args[1], args[2], args[3], args[4]);
    return 0;
  }
  if (args.size() == 2 && args[0] == "answer") {
    const std::string request{std::istreambuf_iterator<char>(std::cin), {}};
    const auto call = read_request(request);
    if (!call) {
      std::cout << write_fault("Client", call.error().front().args.front().second);
      return 0;
    }
    std::string result = "<read operation='" + call->operation + "'>";
    for (const auto& [name, value] : call->parameters) result += name + "=" + value + "|";
    std::cout << write_response(call->operation, args[1], result + "</read>");
    return 0;
  }
  std::cerr << "usage: soap_peer wsdl SERVICE ADDRESS NAMESPACE FIRST | answer NAMESPACE\n";
  return 2;
}
