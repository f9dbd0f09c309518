// `beian registry …`
#include "app/arguments.hpp"

namespace beian::app {

void add_registry(CLI::App& app, CommonOptions& common, RegistryOptions& options) {
  auto* registry =
      app.add_subcommand("registry", "What is filed, in great numbers")->require_subcommand(1);
  auto* in = registry->add_subcommand(
      "import", "Read filed records; goes on where it was ended. Exit code 1: some were refused");
  add_place(in, common);
  in->add_option("files", options.files,
                 "An authority's library (SJTB: XML or a zip of it), or CSV")
      ->required()
      ->check(CLI::ExistingFile);
  in->add_option("--format", options.format, "sjtb, csv; default: as the file begins")
      ->check(CLI::IsMember({"sjtb", "csv"}));
  in->add_option("--account", options.account,
                 "Sign-in name of the account that gets the entities");
  in->add_option("--own-provider", options.own_provider,
                 "This provider's number at the authority; default: by the links of the settings");
  in->add_option("--refused", options.refused,
                 "File for what was refused; default: FILE.refused.csv");
  in->add_option(
      "--whole", options.whole,
      "The files hold all that is filed in these provinces (440000,450000, or all): of a "
      "number that the registry has not, the public query then says that it is not filed. Marked "
      "when all of it is imported");
  in->add_option(
        "--batch", options.batch,
        "Records a transaction: fewer, and others wait less for the registry (SQLite 4000, "
        "PostgreSQL 1000)")
      ->check(CLI::Range(1, 100'000));
  in->add_flag("--anew", options.anew, "From the beginning, whatever was done before");
  in->add_flag("--json", options.json, "The report as JSON");
  in->callback([&] { run = [&] { return registry_import(common, options); }; });
  auto* out = registry->add_subcommand("export",
                                       "Write what is filed, with personal data, as import reads "
                                       "it. Exit code 1: the format could not "
                                       "hold some of it");
  add_place(out, common);
  out->add_option("--format", options.format, "csv (default), sjtb")
      ->check(CLI::IsMember({"sjtb", "csv"}));
  out->add_option("--output", options.output, "File; standard output when left out");
  out->add_option("--profile", options.profile, "Of SJTB: miit-3.0, openbeian-3.1")
      ->capture_default_str();
  out->callback([&] { run = [&] { return registry_export(common, options); }; });
  auto* verify = registry->add_subcommand(
      "verify", "A gate's snapshot beside the registry, both ways. Exit code 1: they differ");
  add_place(verify, common);
  verify->add_option("snapshot", options.files, "The snapshot")->required()->expected(1);
  verify->add_flag("--json", options.json, "One JSON object a difference");
  verify->callback([&] { run = [&] { return registry_verify(common, options); }; });
}

}  // namespace beian::app
