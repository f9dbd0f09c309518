#include "gate/server/session.hpp"

#include <algorithm>
#include <charconv>

namespace beian::gate::server {

namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kKeptRoom = 4096;  // that stays with a connection when nothing is in it

bool reads_only(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

std::string_view path_of(const Request& request) {
  return request.target.substr(0, std::min(request.target.find('?'), request.target.size()));
}

bool is_list(const Request& request) {
  return request.method == "POST" && path_of(request) == "/lookup";
}

// Under /envoy stands the path that the client asked for, whatever that is.
bool is_envoy(std::string_view target) {
  constexpr std::string_view kPrefix = "/envoy";
  return target.starts_with(kPrefix) &&
         (target.size() == kPrefix.size() || target[kPrefix.size()] == '/' ||
          target[kPrefix.size()] == '?');
}

void release(std::string& text) {
  text.clear();
  if (text.capacity() > kKeptRoom) text.shrink_to_fit();
}

}  // namespace

Session::Phase Session::phase() const {
  if (state_ == State::head) return kept_.empty() ? Phase::idle : Phase::head;
  return state_ == State::passing || state_ == State::collecting ? Phase::body : Phase::idle;
}

Session::Next Session::take(std::string_view bytes, std::string& out) {
  const bool was_kept = !kept_.empty();
  if (was_kept) kept_.append(bytes);
  std::string_view input = was_kept ? std::string_view(kept_) : bytes;
  const size_t came = input.size();
  bool more = true;
  while (state_ != State::closed && out.size() < limits_->enough && (more = step(input, out))) {
  }
  if (state_ == State::closed) {
    release(kept_);
    drop_list();
    return Next::close;
  }
  if (!was_kept)
    kept_.assign(input);
  else
    kept_.erase(0, came - input.size());
  if (kept_.empty()) release(kept_);
  return more ? Next::write : Next::read;
}

bool Session::step(std::string_view& input, std::string& out) {
  switch (state_) {
    case State::head:
      return read_head(input, out);
    case State::passing:
    case State::collecting:
      return read_body(input, out);
    case State::answering:
      answer_lines(out);
      return true;
    case State::closed:
      break;
  }
  return false;
}

// ---- heads

bool Session::read_head(std::string_view& input, std::string& out) {
  const size_t end = head_end(input, looked_);
  if (std::min(end, input.size()) > limits_->head) {
    refuse(431, out);
    return true;
  }
  if (end == kNone) {
    looked_ = input.size();
    return false;
  }
  looked_ = 0;
  ++requests_;
  Request request;
  const int status = server::read_head(input.substr(0, end), desk_->policy().host_field, request);
  if (status != 0) {
    refuse(status, out);
    return true;
  }
  keep_ = request.keep_alive && !desk_->stopping();
  version_1_1_ = request.version_1_1;
  if (request.has_body() || is_list(request)) {
    begin_body(request, out);
  } else {
    question(request, keep_, out);
    next_request();
  }
  input.remove_prefix(end);
  return true;
}

void Session::question(const Request& request, bool& keep, std::string& out) {
  const std::string_view path = path_of(request);
  if (is_envoy(request.target)) return desk_->envoy(request, keep, out);
  const bool known =
      path == "/check" || path == "/lookup" || path == "/health" || path == "/metrics";
  if (!known) return desk_->refuse(404, keep, out);
  if (!reads_only(request))
    return desk_->refuse(405, keep, out, path == "/lookup" ? "GET, HEAD, POST" : "GET, HEAD");
  if (path == "/check") return desk_->check(request, keep, out);
  if (path == "/lookup") return desk_->lookup(request, keep, out);
  if (path == "/health") return desk_->health(request, keep, out);
  desk_->metrics(request, keep, out);
}

void Session::next_request() {
  state_ = keep_ && !desk_->stopping() ? State::head : State::closed;
}

void Session::refuse(int status, std::string& out) {
  desk_->refuse(status, false, out);
  state_ = State::closed;
}

// ---- bodies

// The request is no longer there when its body ends: what is to be answered is held.
void Session::begin_body(const Request& request, std::string& out) {
  const bool list = is_list(request);
  state_ = list ? State::collecting : State::passing;
  if (request.content_length > body_limit()) return refuse(413, out);
  left_ = request.content_length;
  chunked_.reset();
  if (request.chunked) chunked_.emplace();
  held_.clear();
  if (list) {
    keep_ = keep_ && version_1_1_;  // its answer has no length
    desk_->begin_lines(request, keep_, held_);
  } else {
    question(request, keep_, held_);
  }
  if (request.expects_continue) out.append("HTTP/1.1 100 Continue\r\n\r\n");
}

bool Session::take_body(std::string_view& input, std::string* content) {
  if (chunked_) return chunked_->take(input, content) && chunked_->size() <= body_limit();
  const size_t size = static_cast<size_t>(std::min<uint64_t>(left_, input.size()));
  if (content != nullptr) content->append(input.substr(0, size));
  input.remove_prefix(size);
  left_ -= size;
  return true;
}

bool Session::read_body(std::string_view& input, std::string& out) {
  const bool good = take_body(input, state_ == State::collecting ? &list_ : nullptr);
  if (!good) {
    refuse(chunked_->size() > body_limit() ? 413 : 400, out);
    return true;
  }
  *lists_ += list_.size() - counted_;
  counted_ = list_.size();
  if (*lists_ > limits_->lists) {
    refuse(503, out);
    return true;
  }
  if (chunked_ ? !chunked_->ended() : left_ > 0) return false;
  out.append(held_);
  release(held_);
  if (state_ == State::collecting)
    state_ = State::answering;
  else
    next_request();
  return true;
}

// A piece at a time, so that others are not kept waiting.
void Session::answer_lines(std::string& out) {
  constexpr size_t kPiece = 256;
  std::string_view rest = std::string_view(list_).substr(answered_);
  const size_t head = out.size();
  constexpr size_t kSizeRoom = 10;  // eight digits, CR LF
  if (version_1_1_) out.append("00000000\r\n");
  desk_->lines(rest, kPiece, out);
  answered_ = list_.size() - rest.size();
  if (version_1_1_) {
    const size_t size = out.size() - head - kSizeRoom;
    char digits[8];
    char* const end = std::to_chars(digits, digits + sizeof digits, size, 16).ptr;
    const auto count = static_cast<size_t>(end - digits);
    if (size > 0) {
      out.replace(head + sizeof digits - count, count, digits, count);
      out.append("\r\n");
    } else {
      out.resize(head);
    }
  }
  if (!rest.empty()) return;
  if (version_1_1_) out.append("0\r\n\r\n");
  drop_list();
  next_request();
}

void Session::drop_list() {
  *lists_ -= counted_;
  counted_ = answered_ = 0;
  std::string().swap(list_);
}

}  // namespace beian::gate::server
