#include "gate/server/chunked.hpp"

#include <algorithm>

namespace beian::gate::server {

namespace {
constexpr size_t kMostOverhead = 4096;
constexpr size_t kMostDigits = 10;

bool passed_over(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}
}  // namespace

bool Chunked::digit(char c) {
  const char low = static_cast<char>(c | 0x20);
  const int value = c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
  if (value < 0 || ++digits_ > kMostDigits) return false;
  left_ = left_ * 16 + static_cast<uint64_t>(value);
  state_ = State::size;
  return true;
}

bool Chunked::size_ended() {
  size_ += left_;
  digits_ = 0;
  state_ = left_ > 0 ? State::data : State::line;
  return true;
}

bool Chunked::step(char c) {
  const auto wants = [&](char wanted, State next) {
    state_ = next;
    return c == wanted;
  };
  const auto pass = [&](State end) {
    if (c == '\r') {
      state_ = end;
      return true;
    }
    return passed_over(c) && ++overhead_ <= kMostOverhead;
  };
  switch (state_) {
    case State::size_first:
      return digit(c);
    case State::size:
      if (c == '\r') return wants('\r', State::size_end);
      return c == ';' ? wants(';', State::extension) : digit(c);
    case State::extension:
      return pass(State::size_end);
    case State::size_end:
      return c == '\n' && size_ended();
    case State::data:
      return false;  // not one by one
    case State::data_cr:
      return wants('\r', State::data_lf);
    case State::data_lf:
      return wants('\n', State::size_first);
    case State::line:
      if (c == '\r') return wants('\r', State::last_lf);
      state_ = State::trailer;
      return c != ' ' && c != '\t' && pass(State::line_end);
    case State::trailer:
      return pass(State::line_end);
    case State::line_end:
      return wants('\n', State::line);
    case State::last_lf:
      return wants('\n', State::ended);
    case State::ended:
      return false;
  }
  return false;
}

bool Chunked::take(std::string_view& bytes, std::string* content) {
  while (!bytes.empty() && !ended()) {
    if (state_ == State::data) {
      const size_t size = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size()));
      if (content != nullptr) content->append(bytes.substr(0, size));
      bytes.remove_prefix(size);
      left_ -= size;
      if (left_ == 0) state_ = State::data_cr;
    } else {
      if (!step(bytes.front())) return false;
      bytes.remove_prefix(1);
    }
  }
  return true;
}

}  // namespace beian::gate::server
