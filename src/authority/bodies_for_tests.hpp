// Invented bodies of submissions: no such company, person or number exists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "platform/blob/blob.hpp"

namespace beian::authority::testing {

// With as little or as much as the operation takes; `n` makes names and numbers differ. "blob" of
// an attachment is the text of its bytes until put_blobs. Throws for an operation without a sample
// (those of addresses are in room addresses).
Json sample_body(std::string_view operation, bool full, int n = 1);
std::vector<std::string_view> sample_operations();

// The texts become references of blobs.
Json put_blobs(Json body, blob::Store& blobs);

}  // namespace beian::authority::testing
