#include "platform/image/vips.hpp"

#include <stdexcept>
#include <string>

namespace beian::image {

void start_vips() {
  static const bool started = [] {
    if (VIPS_INIT("beian") != 0) throw std::runtime_error("libvips does not start");
    vips_block_untrusted_set(TRUE);
    // Requests run beside each other already; pictures are seldom seen twice.
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    // A damaged picture is the applicant's business, not the log's.
    g_log_set_handler(
        "VIPS", G_LOG_LEVEL_WARNING, [](auto...) {}, nullptr);
    return true;
  }();
  (void)started;
  // libvips keeps buffers for each thread.
  thread_local const struct Leave {
    ~Leave() { vips_thread_shutdown(); }
  } leave;
  (void)leave;
}

void must(int code, const char* what) {
  if (code == 0) return;
  const std::string reason = std::string("libvips: ") + what + ": " + vips_error_buffer();
  vips_error_clear();
  throw std::runtime_error(reason);
}

}  // namespace beian::image
