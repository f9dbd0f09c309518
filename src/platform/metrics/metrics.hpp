// Metrics (prometheus-cpp). Each metric is declared once, in metrics.cpp's table; names are
// beian_<room>_<what>_<unit>.
#pragma once

#include <string>
#include <string_view>

namespace beian::metrics {

// Thread-safe; labels are "key=value" pairs of low cardinality.
void count(std::string_view name, double by = 1, std::string_view label = {});
void gauge(std::string_view name, double value, std::string_view label = {});
void observe(std::string_view name, double seconds, std::string_view label = {});
// The Prometheus text format.
std::string scrape();

}  // namespace beian::metrics
