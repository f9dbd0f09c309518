#include "platform/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <optional>

#include "platform/log/log.hpp"

namespace beian::metrics {

namespace {

constexpr Declaration kDeclarations[] = {
    {"beian_build_info", Type::gauge, "1, with the version that runs", "version"},
    {"beian_http_requests_total", Type::counter, "Answered requests by status class", "status"},
    {"beian_http_request_seconds", Type::histogram, "From whole request to answer", "method"},
    {"beian_accounts_sign_ins_total", Type::counter, "Tries to sign in", "outcome"},
    {"beian_orders_events_total", Type::counter, "Events that moved an order", "event"},
    {"beian_orders_open", Type::gauge, "Orders that are not in a final state", "state"},
    {"beian_materials_read_total", Type::counter, "Materials whose text was read, or could not be",
     "outcome"},
    {"beian_materials_stored_total", Type::counter, "Materials taken in or refused", "outcome"},
    {"beian_batches_total", Type::counter, "Batches that reached a stage", "stage"},
    {"beian_batch_rows_total", Type::counter, "Rows of batches that were worked on", "stage"},
    {"beian_webhook_attempts_total", Type::counter, "Calls of webhooks", "outcome"},
    {"beian_jobs_runs_total", Type::counter, "Runs of background jobs", "outcome"},
    {"beian_jobs_due", Type::gauge, "Jobs whose time has come and that nobody has taken", ""},
    {"beian_authority_uploads_total", Type::counter, "Upload files by outcome", "outcome"},
    {"beian_authority_downloads_total", Type::counter, "Download files by outcome", "outcome"},
    {"beian_authority_records_total", Type::counter, "Records sent to the authority by outcome",
     "outcome"},
    {"beian_authority_call_seconds", Type::histogram, "Calls of the authority", "operation"},
    {"beian_authority_reachable", Type::gauge, "1 when the last call was answered", "link"},
    {"beian_authority_waiting_orders", Type::gauge, "Orders ready and not yet sent", ""},
    {"beian_registry_access_lookups_total", Type::counter, "Answers to: may this host be served",
     "answer"},
};

// Seconds; from a cached page to a call that timed out.
const prometheus::Histogram::BucketBoundaries kBuckets = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

struct Family {
  const Declaration* declaration = nullptr;
  prometheus::Family<prometheus::Counter>* counter = nullptr;
  prometheus::Family<prometheus::Gauge>* gauge = nullptr;
  prometheus::Family<prometheus::Histogram>* histogram = nullptr;
};

struct Metrics {
  prometheus::Registry registry;
  std::map<std::string_view, Family> families;

  Metrics() {
    for (const auto& d : kDeclarations) {
      const std::string name(d.name);
      const std::string help(d.help);
      Family family{.declaration = &d};
      if (d.type == Type::counter)
        family.counter = &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
      if (d.type == Type::gauge)
        family.gauge = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
      if (d.type == Type::histogram)
        family.histogram = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
      families.emplace(d.name, family);
    }
  }
};

// Never destroyed: threads may still count while the process ends.
Metrics& metrics() {
  static Metrics* const kMetrics = new Metrics;
  return *kMetrics;
}

struct Place {
  const Family* family;
  prometheus::Labels labels;
};

std::optional<Place> place_of(std::string_view name, Type type, std::string_view label) {
  const auto& families = metrics().families;
  const auto it = families.find(name);
  const size_t equals = label.find('=');
  const std::string_view key = label.substr(0, equals);
  if (it == families.end() || it->second.declaration->type != type ||
      it->second.declaration->label != key || (equals == label.npos && !label.empty())) {
    log::error("metrics.not_declared",
               {{"name", std::string(name)}, {"label", std::string(label)}});
    return std::nullopt;
  }
  Place place{&it->second, {}};
  if (!key.empty()) place.labels.emplace(std::string(key), std::string(label.substr(equals + 1)));
  return place;
}

}  // namespace

std::span<const Declaration> declarations() {
  return kDeclarations;
}

void count(std::string_view name, double by, std::string_view label) {
  if (const auto place = place_of(name, Type::counter, label))
    place->family->counter->Add(place->labels).Increment(by);
}

void gauge(std::string_view name, double value, std::string_view label) {
  if (const auto place = place_of(name, Type::gauge, label))
    place->family->gauge->Add(place->labels).Set(value);
}

void observe(std::string_view name, double seconds, std::string_view label) {
  if (const auto place = place_of(name, Type::histogram, label))
    place->family->histogram->Add(place->labels, kBuckets).Observe(seconds);
}

std::string scrape() {
  return prometheus::TextSerializer().Serialize(metrics().registry.Collect());
}

}  // namespace beian::metrics
