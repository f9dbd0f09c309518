// An answer that goes on: whoever holds the stream pushes bytes from any thread, the server writes
// them as they come. No thread waits for it; the connection ends with it.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

namespace beian::http {

class Stream {
 public:
  // `most`: bytes that may wait for a slow client.
  explicit Stream(size_t most = 64 * 1024) : most_(most) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // False when the stream is over: closed by either side, or the client is too slow (then it is
  // closed by that).
  bool push(std::string bytes);
  // What was pushed before is still written.
  void close();
  bool closed() const;

  // The server's side. `wake` is called, from any thread and under the stream's lock, when there is
  // something to take; it must be quick. An empty one: nobody listens any more.
  void on_wake(std::function<void()> wake);
  struct Taken {
    std::string bytes;
    bool closed = false;
  };
  Taken take();

 private:
  const size_t most_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool closed_ = false;
  std::function<void()> wake_;
};

}  // namespace beian::http
