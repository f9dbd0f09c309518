#include "http_peers.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include "programs.hpp"

namespace beian::bench {

namespace fs = std::filesystem;

void write_wrk_script(const fs::path& folder, const fs::path& hosts) {
  std::ofstream(folder / "ask.lua")
      << "local requests, at = {}, 0\n"
         "function init()\n"
         "  for host in io.lines(\""
      << hosts.string()
      << "\") do\n"
         "    requests[#requests + 1] = wrk.format(\"GET\", \"/check\", "
         "{Host = \"gate\", [\"X-Gate-Host\"] = host})\n"
         "  end\nend\n"
         "function request()\n"
         "  at = at % #requests + 1\n"
         "  return requests[at]\nend\n";
}

void write_nginx(const fs::path& folder, uint16_t port) {
  std::ofstream(folder / "nginx.conf")
      << "daemon off;\nmaster_process off;\nworker_processes 1;\npid " << folder.string()
      << "/nginx.pid;\nerror_log " << folder.string() << "/nginx.log;\n"
      << "events { worker_connections 1024; }\nhttp {\n  access_log off;\n"
      << "  keepalive_requests 1000000000;\n  client_body_temp_path " << folder.string()
      << "/body;\n  proxy_temp_path " << folder.string() << "/proxy;\n  fastcgi_temp_path "
      << folder.string() << "/fastcgi;\n  uwsgi_temp_path " << folder.string()
      << "/uwsgi;\n  scgi_temp_path " << folder.string()
      << "/scgi;\n  server {\n    listen 127.0.0.1:" << port
      << ";\n    location / { return 204; }\n  }\n}\n";
}

double wrk(const fs::path& folder, uint16_t port, int connections, int seconds, int core) {
  const std::string out = folder / "wrk.out";
  Program program(
      {"wrk", "-t1", "-c" + std::to_string(connections), "-d" + std::to_string(seconds) + "s", "-s",
       folder / "ask.lua", "http://127.0.0.1:" + std::to_string(port)},
      core, out);
  if (program.wait() != 0) throw std::runtime_error("wrk failed");
  std::ifstream in(out);
  double rate = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.find("Socket errors") != line.npos) throw std::runtime_error(line);
    if (line.starts_with("Requests/sec:")) rate = std::atof(line.c_str() + 13);
  }
  return rate;
}

}  // namespace beian::bench
