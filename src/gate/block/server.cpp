#include "gate/block/server.hpp"

#include <vector>

#include "base/text.hpp"
#include "gate/host.hpp"

namespace beian::gate {

namespace {

// Who is closed or blocked is not told of an order: it would open nothing.
bool an_order_would_open(const std::optional<BlockAnswer>& answer) {
  if (!answer) return true;
  switch (answer->reason) {
    case Reason::not_filed:
    case Reason::cancelled:
    case Reason::elsewhere:
    case Reason::expired:
      return !answer->allow;
    default:
      return false;
  }
}

std::vector<std::string_view> hosts_of(const http::Request& request) {
  std::vector<std::string_view> out;
  for (const auto& [name, value] : request.headers) {
    if (name.size() == 4 && text::lower_ascii(name) == "host") out.push_back(value);
  }
  return out;
}

}  // namespace

BlockPage::BlockPage(BlockSite site, Lookup lookup, OrderOf order_of)
    : site_(std::move(site)), lookup_(std::move(lookup)), order_of_(std::move(order_of)) {}

http::Response BlockPage::answer(const http::Request& request) const {
  const auto raw = hosts_of(request);
  Host host;
  read_hosts(raw, Suffixes::embedded(), host);
  BlockFacts facts;
  if (raw.size() == 1) facts.host = raw.front();
  if (host.kind != HostKind::name) {
    facts.answer = BlockAnswer{};  // nobody has to be asked about what is no name
    facts.answer->kind = host.kind;
    return block_response(request, site_, facts);
  }
  facts.answer = lookup_(std::string(host.name()));
  if (order_of_ && an_order_would_open(facts.answer))
    facts.order = order_of_(std::string(host.name().substr(host.filed_at())));
  return block_response(request, site_, facts);
}

}  // namespace beian::gate
