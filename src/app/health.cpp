#include "app/health.hpp"

#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

namespace beian::app {

std::vector<http::Route> health_routes(const std::shared_ptr<db::Database>& database,
                                       const std::shared_ptr<const std::atomic<bool>>& stopping) {
  const http::Handler alive = [](const http::Request&) { return http::Response::text("ok\n"); };
  const http::Handler ready = [database, stopping](const http::Request&) {
    if (*stopping) throw http::Unavailable("stopping");
    database->ping();
    return http::Response::text("ready\n");
  };
  return {
      {"GET", "/healthz", http::kPublic, "The process answers", alive},
      {"GET", "/readyz", http::kPublic, "It can do its work: the database answers", ready},
  };
}

std::vector<http::Route> metrics_routes() {
  const http::Handler scrape = [](const http::Request&) {
    return http::Response::text(metrics::scrape());
  };
  return {{"GET", "/metrics", http::kPublic, "Metrics in the Prometheus text format", scrape}};
}

http::Observer request_observer() {
  return [](const http::Observed& seen) {
    const double seconds = std::chrono::duration<double>(seen.took).count();
    const std::string status = std::to_string(seen.response.status / 100) + "xx";
    metrics::count("beian_http_requests_total", 1, "status=" + status);
    metrics::observe("beian_http_request_seconds", seconds, "method=" + seen.request.method);
    if (seen.response.status >= 500) {
      log::warn("http.failed", {{"method", seen.request.method},
                                {"path", seen.request.path},
                                {"status", std::to_string(seen.response.status)},
                                {"request_id", seen.request.request_id}});
    }
  };
}

}  // namespace beian::app
