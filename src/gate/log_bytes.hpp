// The bytes of a log, unpacked: gzip, zstd or as they are, told by how they begin.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "gate/file.hpp"

namespace beian::gate {

class LogBytes {
 public:
  // "-": standard input. `read_bytes` grows by what was taken from the file; it must outlive this.
  LogBytes(const std::string& path, std::atomic<uint64_t>& read_bytes);
  ~LogBytes();
  LogBytes(const LogBytes&) = delete;
  LogBytes& operator=(const LogBytes&) = delete;

  // Up to `size` bytes, fewer only at the end. What stands before damage is handed out.
  size_t read(char* out, size_t size);
  // Why it ended before its end: "cut short", "damaged", or what the system says; empty: it did
  // not.
  const std::string& problem() const { return problem_; }

 private:
  struct Gzip;
  struct Zstd;
  bool fill();
  void begin();
  size_t read_plain(char* out, size_t size);
  size_t read_gzip(char* out, size_t size);
  size_t read_zstd(char* out, size_t size);
  size_t end(std::string problem);

  Descriptor own_;
  int fd_ = -1;
  std::atomic<uint64_t>& read_bytes_;
  std::unique_ptr<char[]> in_;
  size_t at_ = 0, held_ = 0;
  bool begun_ = false, ended_ = false;
  std::string problem_;
  std::unique_ptr<Gzip> gzip_;
  std::unique_ptr<Zstd> zstd_;
};

}  // namespace beian::gate
