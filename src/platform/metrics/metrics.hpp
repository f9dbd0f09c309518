// Metrics (prometheus-cpp). Each metric is declared once, in metrics.cpp's table; names are
// beian_<room>_<what>_<unit>.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace beian::metrics {

enum class Type { counter, gauge, histogram };
struct Declaration {
  std::string_view name;
  Type type;
  std::string_view help;
  std::string_view label;  // the one label key, or empty
};
std::span<const Declaration> declarations();

// A name that is not declared, of another type, or with another label key is a bug: it is logged as
// an error and not counted, for a wrong metric must not fail a filing.
// Thread-safe; a label is "key=value" of low cardinality (never an id).
void count(std::string_view name, double by = 1, std::string_view label = {});
void gauge(std::string_view name, double value, std::string_view label = {});
void observe(std::string_view name, double seconds, std::string_view label = {});
// The Prometheus text format.
std::string scrape();

}  // namespace beian::metrics
