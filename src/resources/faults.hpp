// Why a resource or a code does not serve, as problems.
#pragma once

#include "resources/context.hpp"

namespace beian::resources {

// resource_unfit, one for each reason; none: it fits today.
Problems unfit_faults(const Context& context, const Resource& resource, const std::string& field);
// Why a code in this state can be neither used nor changed: filing_code_taken, _used, _void.
Problem state_fault(const Code& code, std::string field);

}  // namespace beian::resources
