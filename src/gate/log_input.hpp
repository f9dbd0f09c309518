// Logs as blocks of whole lines. Another thread reads and unpacks, a few blocks ahead.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace beian::gate {

class LogInput {
 public:
  // 16 bytes before the lines of a block may be read.
  struct Block {
    std::string_view lines;  // whole, each with its end (the last one of a file may have none)
    size_t file = 0;         // number of the file
    bool begins = false;     // its first block
    bool ends = false;       // its last one, which may be empty
    uint64_t overlong = 0;   // lines longer than a block that were left out before these
    std::string problem;     // of a last block: why the file ended before its end

   private:
    friend class LogInput;
    std::unique_ptr<char[]> room;
  };

  // One after the other; "-" is standard input.
  explicit LogInput(std::vector<std::string> files, size_t block_bytes = 256 * 1024);
  ~LogInput();
  LogInput(const LogInput&) = delete;
  LogInput& operator=(const LogInput&) = delete;

  // The next block, which lives until the next call; null at the end of the last file. Throws what
  // the reading thread threw.
  const Block* next();
  // Of the files as they lie, packed.
  uint64_t bytes_read() const { return bytes_read_.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kBlocks = 6, kBefore = 64;
  void run();
  void read_file(size_t number);
  Block* room_for_one();  // null: nobody wants more
  void hand_over();

  const std::vector<std::string> files_;
  const size_t block_bytes_;
  std::atomic<uint64_t> bytes_read_{0};
  std::mutex lock_;
  std::condition_variable changed_;
  Block blocks_[kBlocks];
  uint64_t made_ = 0, taken_ = 0;  // block n is blocks_[n % kBlocks]
  bool held_ = false;              // the reader has block taken_ - 1
  bool done_ = false, stop_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace beian::gate
