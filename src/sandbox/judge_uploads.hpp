// Judges accepted files in the order of their sequence (job). A file's verdicts, its records, their
// messages and notices are one transaction, so that after any crash it is judged once.
#pragma once

#include <cstdint>

#include "sandbox/context.hpp"

namespace beian::sandbox {

// All unjudged files of the provider.
void judge_uploads(const Context& context, int64_t provider_id);

}  // namespace beian::sandbox
