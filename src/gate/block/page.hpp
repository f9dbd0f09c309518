// The block page: one answer to whatever is asked of a host that may not be served here. HTML,
// JSON or plain text, by what the client takes; nothing from elsewhere, under 20 kB.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gate/block/facts.hpp"
#include "platform/http/http.hpp"

namespace beian::gate {

struct BlockSite {
  std::string provider;  // the provider's name for people; empty: 本接入商
  std::string portal;    // address of its filing system, http(s); empty: no link
};

struct BlockFacts {
  std::string host;                   // as it was asked for, unchecked
  std::optional<BlockAnswer> answer;  // nothing: nobody could be asked
  std::optional<BlockOrder> order;
};

// 403; of a host that may be served after all (it was opened a moment ago) 503 with Retry-After, so
// that nobody takes the page for the site's last word.
http::Response block_response(const http::Request& request, const BlockSite& site,
                              const BlockFacts& facts);

// A host for people: at most 253 bytes, an international name in both its forms, 例子.中国
// (xn--fsqu00a.xn--fiqs8s); what is no text is left out.
std::string shown_host(std::string_view raw);

}  // namespace beian::gate
