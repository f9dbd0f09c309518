// The block page's handler: reads the host, asks the gate why, the provider how far, answers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gate/block/page.hpp"
#include "gate/suffixes.hpp"
#include "platform/http/http.hpp"

namespace beian::gate {

// Any thread may call it.
class BlockPage {
 public:
  // What the gate says of a Host header's value; nothing when it cannot be asked.
  using Lookup = std::function<std::optional<BlockAnswer>(const std::string& host)>;
  // How far an order for that independent domain is; may be empty.
  using OrderOf = std::function<std::optional<BlockOrder>(const std::string& domain)>;
  BlockPage(BlockSite site, Lookup lookup, OrderOf order_of);

  // Of any method and path.
  http::Response answer(const http::Request& request) const;

 private:
  BlockSite site_;
  Lookup lookup_;
  OrderOf order_of_;
};

}  // namespace beian::gate
