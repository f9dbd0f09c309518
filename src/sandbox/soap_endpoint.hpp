// The SOAP services at their addresses: WSDL on GET …?wsdl, calls on POST, faults played.
#pragma once

#include <vector>

#include "platform/http/router.hpp"
#include "sandbox/context.hpp"

namespace beian::sandbox {

std::vector<http::Route> soap_routes(const Context& context);

}  // namespace beian::sandbox
