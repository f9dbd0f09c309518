#include "gate/log_input.hpp"

#include <cstring>

#include "gate/log_bytes.hpp"

namespace beian::gate {

LogInput::LogInput(std::vector<std::string> files, size_t block_bytes)
    : files_(std::move(files)), block_bytes_(block_bytes) {
  for (Block& block : blocks_) block.room.reset(new char[kBefore + block_bytes_]());
  thread_ = std::thread([this] { run(); });
}

LogInput::~LogInput() {
  {
    const std::lock_guard lock(lock_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

const LogInput::Block* LogInput::next() {
  std::unique_lock lock(lock_);
  held_ = false;
  changed_.notify_all();
  changed_.wait(lock, [&] { return taken_ < made_ || done_; });
  if (taken_ == made_) {
    if (failure_) std::rethrow_exception(failure_);
    return nullptr;
  }
  held_ = true;
  return &blocks_[taken_++ % kBlocks];
}

LogInput::Block* LogInput::room_for_one() {
  std::unique_lock lock(lock_);
  changed_.wait(lock, [&] { return stop_ || made_ - taken_ + (held_ ? 1 : 0) < kBlocks; });
  return stop_ ? nullptr : &blocks_[made_ % kBlocks];
}

void LogInput::hand_over() {
  {
    const std::lock_guard lock(lock_);
    ++made_;
  }
  changed_.notify_all();
}

void LogInput::run() {
  try {
    for (size_t i = 0; i < files_.size(); ++i) read_file(i);
  } catch (...) {
    failure_ = std::current_exception();
  }
  const std::lock_guard lock(lock_);
  done_ = true;
  changed_.notify_all();
}

void LogInput::read_file(size_t number) {
  LogBytes bytes(files_[number], bytes_read_);
  std::string rest;  // the line that a block ended within
  bool begins = true, within_overlong = false;
  uint64_t overlong = 0;
  for (bool ends = false; !ends;) {
    Block* block = room_for_one();
    if (block == nullptr) return;
    char* const text = block->room.get() + kBefore;
    std::memcpy(text, rest.data(), rest.size());
    const size_t size = rest.size() + bytes.read(text + rest.size(), block_bytes_ - rest.size());
    ends = size < block_bytes_;
    rest.clear();
    const char* from = text;
    const char* to = text + size;
    if (within_overlong) {
      const void* found = std::memchr(text, '\n', size);
      within_overlong = found == nullptr;
      from = found == nullptr ? to : static_cast<const char*>(found) + 1;
    }
    if (!ends && !within_overlong) {
      const void* last = memrchr(from, '\n', static_cast<size_t>(to - from));
      const char* const cut = last == nullptr ? from : static_cast<const char*>(last) + 1;
      if (last == nullptr && from == text) {
        ++overlong;
        within_overlong = true;
      } else {
        rest.assign(cut, to);
      }
      to = cut;
    }
    if (from == to && !ends && !begins) continue;
    block->lines = {from, static_cast<size_t>(to - from)};
    block->file = number;
    block->begins = std::exchange(begins, false);
    block->ends = ends;
    block->overlong = std::exchange(overlong, 0);
    block->problem = ends ? bytes.problem() : "";
    hand_over();
  }
}

}  // namespace beian::gate
