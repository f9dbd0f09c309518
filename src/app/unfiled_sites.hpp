// From the report of `beian gate scan` to the registry's unfiled sites.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "base/clock.hpp"
#include "gate/scan.hpp"
#include "platform/db/db.hpp"
#include "registry/unfiled.hpp"

namespace beian::app {

// The report's columns.
std::vector<std::string> report_header();
std::vector<std::string> report_cells(const gate::UnfiledHost& host);
std::string time_text(gate::Seconds seconds);     // RFC 3339; empty: none
std::string source_text(const gate::Seen& seen);  // "web", "dns", "web+dns"
std::string address_text(const gate::Seen& seen);  // blanks between, "…" behind when there are more

// Puts domains into the registry of the configured system, some at a time.
class UnfiledSites {
 public:
  // Wrong settings are told; false then.
  bool open(const CommonOptions& common);
  // What we block ourselves needs nobody's look, and damage is none of the site's.
  void add(const gate::UnfiledDomain& domain);
  // Writes the rest and tells how many there were.
  void finish();

 private:
  static constexpr size_t kGroup = 500;
  void flush();
  std::shared_ptr<db::Database> database_;
  SystemClock clock_;
  std::vector<registry::UnfiledSite> waiting_;
  uint64_t opened_ = 0, again_ = 0, updated_ = 0, unchanged_ = 0;
};

}  // namespace beian::app
