#include <cstdio>
#include <cstdlib>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/provider.hpp"
#include "app/signals.hpp"
#include "platform/log/log.hpp"

namespace beian::app {

int serve(const CommonOptions& common) {
  hold_signals();
  const auto options = start_options(common);
  if (!options) {
    complain(options.error());
    return 2;
  }
  Provider provider(*options);
  provider.start();
  log::info("serve.started", {{"address", provider.origin()}});
  std::printf("接入商系统 %s\n", provider.origin().c_str());
  std::fflush(stdout);
  wait_for_signal();
  log::info("serve.stopping", {});
  if (!provider.stop()) {
    log::error("serve.cut", {{"why", "requests were still running after server.stop_grace"}});
    std::_Exit(1);
  }
  return 0;
}

}  // namespace beian::app
