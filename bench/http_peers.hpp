// nginx, which an HTTP server of ours is measured beside, and wrk, which asks both.
#pragma once

#include <cstdint>
#include <filesystem>

namespace beian::bench {

// folder/nginx.conf: one worker that returns 204 to all. With keep-alive, without logs.
void write_nginx(const std::filesystem::path& folder, uint16_t port);

// folder/ask.lua: asks /check for one host after the other, those of the file, one a line.
void write_wrk_script(const std::filesystem::path& folder, const std::filesystem::path& hosts);
// Asks so; answers a second, as wrk tells it. Throws when a connection fails.
double wrk(const std::filesystem::path& folder, uint16_t port, int connections, int seconds,
           int core);

}  // namespace beian::bench
