// What the parts of the command line share. Each part adds its subcommands, which fill their
// options while parsing and say what to run afterwards.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "app/commands.hpp"

namespace beian::app {

// Set by the subcommand that was given.
extern std::function<int()> run;

void add_common(CLI::App* command, CommonOptions& common);
// A flag that is a shorthand for a setting.
void add_shorthand(CLI::App* command, CommonOptions& common, const std::string& flag,
                   const std::string& key, const std::string& text);
// Options that every command on an installation takes.
void add_place(CLI::App* command, CommonOptions& common);

struct GateArguments {
  GateOptions common;
  GateServeOptions serve;
  GateFollowOptions follow;
  GateScanOptions scan;
  GateBlockOptions block;
  GateExportOptions to_export;
};
void add_gate(CLI::App& app, CommonOptions& common, GateArguments& arguments);
void add_registry(CLI::App& app, CommonOptions& common, RegistryOptions& options);

}  // namespace beian::app
