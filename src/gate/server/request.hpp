// The head of an HTTP/1.1 request, read strictly: whatever two readers could understand differently
// is refused, since the gate stands behind proxies. Nothing is copied; views point into the head.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace beian::gate::server {

inline constexpr size_t kMostFields = 128;

struct Request {
  std::string_view method, target;
  bool version_1_1 = false;
  bool keep_alive = false;
  bool expects_continue = false;
  bool chunked = false;
  uint64_t content_length = 0;  // 0 also without one
  size_t hosts = 0;             // how many Host fields there are, and the last of them
  std::string_view host;
  size_t asked = 0;  // the same of the field in which the proxy tells the host
  std::string_view asked_host;

  bool has_body() const { return chunked || content_length > 0; }
};

// Behind the empty line that ends the head; npos when it has not come. `from`: bytes that an
// earlier look has seen.
size_t head_end(std::string_view bytes, size_t from = 0);

// `head` up to head_end. `host_field` in small letters. 0, or the status to refuse it with: 400,
// 431 (more than kMostFields), 505.
int read_head(std::string_view head, std::string_view host_field, Request& out);

}  // namespace beian::gate::server
