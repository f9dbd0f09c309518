// What is said on one connection: bytes in, bytes out, no socket. Requests one after the other,
// pipelined or not, whole or in pieces of any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gate/server/chunked.hpp"
#include "gate/server/desk.hpp"
#include "gate/server/request.hpp"

namespace beian::gate::server {

struct SessionLimits {
  size_t head = 32u << 10;    // bytes; proxies pass cookies on
  size_t body = 1u << 20;     // of a request whose body says nothing to us
  size_t list = 4u << 20;     // of a list of hosts
  size_t lists = 64u << 20;   // of all lists that a thread has at the same time
  size_t enough = 64u << 10;  // of answers, before they are to be sent
};

class Session {
 public:
  enum class Next {
    read,   // more bytes
    write,  // send what there is, then call take() with none
    close,  // send what there is and end
  };
  // Where it stands, for time limits.
  enum class Phase : uint8_t { idle, head, body };

  // Both outlive it. `lists`: bytes of lists that the thread's sessions hold.
  Session(Desk& desk, const SessionLimits& limits, size_t& lists)
      : desk_(&desk), limits_(&limits), lists_(&lists) {}
  ~Session() { drop_list(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Appends answers to `out`. After `close` nothing more is taken.
  Next take(std::string_view bytes, std::string& out);

  Phase phase() const;
  uint64_t requests() const { return requests_; }  // whose head has come

 private:
  enum class State : uint8_t { head, passing, collecting, answering, closed };

  // One step on; false when that wants more bytes than there are.
  bool step(std::string_view& input, std::string& out);
  bool read_head(std::string_view& input, std::string& out);
  void question(const Request& request, bool& keep, std::string& out);
  void begin_body(const Request& request, std::string& out);
  bool read_body(std::string_view& input, std::string& out);
  bool take_body(std::string_view& input, std::string* content);
  void answer_lines(std::string& out);
  void refuse(int status, std::string& out);
  void next_request();
  void drop_list();
  uint64_t body_limit() const {
    return state_ == State::collecting ? limits_->list : limits_->body;
  }

  Desk* desk_;
  const SessionLimits* limits_;
  size_t* lists_;
  State state_ = State::head;
  bool keep_ = true;         // of the request at hand
  bool version_1_1_ = true;  // also
  std::string kept_;         // bytes of a request that has not come whole
  size_t looked_ = 0;        // of them, for the end of the head
  uint64_t requests_ = 0;
  // A body: its length, or its chunks.
  uint64_t left_ = 0;
  std::optional<Chunked> chunked_;
  std::string held_;  // the answer that waits for the end of a body, or the head of a list's
  std::string list_;
  size_t counted_ = 0;   // of list_ in lists_
  size_t answered_ = 0;  // of list_
};

}  // namespace beian::gate::server
