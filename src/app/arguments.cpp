#include "app/arguments.hpp"

namespace beian::app {

std::function<int()> run;

void add_common(CLI::App* command, CommonOptions& common) {
  command->add_option("--config", common.config_file, "Settings file (TOML); see `config example`")
      ->check(CLI::ExistingFile);
  command->add_option_function<std::vector<std::string>>(
      "--set",
      [&common](const std::vector<std::string>& pairs) {
        for (const auto& pair : pairs) {
          const size_t at = pair.find('=');
          if (at == pair.npos) throw CLI::ValidationError("--set", "wants key=value, not " + pair);
          common.overrides[pair.substr(0, at)] = pair.substr(at + 1);
        }
      },
      "One setting, key=value; may be repeated");
}

void add_shorthand(CLI::App* command, CommonOptions& common, const std::string& flag,
                   const std::string& key, const std::string& text) {
  command->add_option_function<std::string>(
      flag, [&common, key](const std::string& value) { common.overrides[key] = value; }, text);
}

void add_place(CLI::App* command, CommonOptions& common) {
  add_common(command, common);
  add_shorthand(command, common, "--data", "data.directory", "Folder for files and SQLite");
  add_shorthand(command, common, "--database", "database.url", "postgresql://… or sqlite:PATH");
}

}  // namespace beian::app
