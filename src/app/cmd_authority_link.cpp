// authority-link ledger: the ledger of the links, read and acted on beside the running system.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "authority/ledger_view.hpp"
#include "authority/resend.hpp"
#include "base/text.hpp"
#include "platform/db/migrate.hpp"

namespace beian::app {

namespace {

// An installation that is there already; nothing is made or migrated.
struct Installation {
  std::shared_ptr<db::Database> database;
  std::unique_ptr<blob::Store> blobs;
  crypto::ColumnCipher cipher;
};

// Runs `work`; wrong settings end with 2, an installation that is not there or is older with 1.
template <class Work>
int with_installation(const CommonOptions& common, Work work) {
  const auto settings = read_settings(common);
  if (!settings) {
    complain(settings.error());
    return 2;
  }
  const auto options = provider_options(*settings);
  const std::string key_file = options.data_directory + "/master.key";
  if (!std::filesystem::exists(key_file)) {
    std::fprintf(stderr, "%s: no installation (master.key is missing)\n",
                 options.data_directory.c_str());
    return 1;
  }
  auto database = db::Database::open(database_url(options));
  const auto migrations = db::embedded_migrations("", database->dialect());
  if (db::current_version(*database) < migrations.back().number) {
    std::fprintf(stderr, "the database is older than this program: run `beian db migrate`\n");
    return 1;
  }
  const Secret master_key = crypto::load_or_create_master_key(key_file);
  return work(Installation{std::move(database),
                           blob::open_directory(options.data_directory + "/files", master_key),
                           crypto::ColumnCipher(master_key)});
}

int refuse(const Problems& problems) {
  complain(problems);
  return 1;
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
}

std::string time_text(const Json& time) {
  const auto parsed = parse_rfc3339(time.as_string());
  return parsed ? china_datetime(*parsed) : std::string("-");
}

// One entry as a line for people.
std::string line_of(const Json& entry) {
  const bool up = entry["direction"].as_string() == "up";
  std::string out = entry["id"].as_string() + "\t" + entry["link"].as_string() + "\t" +
                    time_text(entry[up ? "created" : "received"]) + "\t" +
                    entry["state"].as_string() + "\t";
  out += up ? "序号 " + std::to_string(entry["sequence"].as_int()) + "，" +
                  std::to_string(entry["records"].as_int()) + " 条记录"
            : std::to_string(entry["items"].as_int()) + " 项，" +
                  std::to_string(entry["flagged"].as_int()) + " 项待查";
  out += "\t" + entry["file_name"].as_string();
  if (const auto& code = entry["answer_code"]; code.is_int())
    out += "\t" + std::to_string(code.as_int()) + " " + entry["answer_text"].as_string();
  if (const auto& problem = entry["problem"].as_string(); !problem.empty()) out += "\t" + problem;
  if (!up && entry["acked"].is_null() && entry["ack_given_up"].is_string())
    out += "\t管局未答复下载确认";
  return out;
}

void print_entry(const Json& entry) {
  for (const auto& [name, value] : entry.members()) {
    if (!value.is_array()) {
      print(name + ": " + (value.is_string() ? value.as_string() : to_string(value)));
      continue;
    }
    print(name + ":");
    for (const auto& item : value.items()) print("  " + to_string(item));
  }
}

// The document in the terminal's encoding, its declaration with it.
std::string document_text(const std::string& bytes) {
  const auto decoded = text::from_gbk(bytes);
  std::string out = decoded ? *decoded : bytes;
  const size_t end = out.find("?>");
  const size_t at = text::lower_ascii(out.substr(0, end)).find("gbk");
  if (decoded && end != std::string::npos && at != std::string::npos) out.replace(at, 3, "UTF-8");
  return out;
}

std::string actor() {
  return "cli:" + std::to_string(getuid());
}

}  // namespace

int ledger_list(const CommonOptions& common, const LedgerOptions& options) {
  return with_installation(common, [&](const Installation& here) {
    const auto query = authority::read_ledger_query([&](std::string_view name) {
      const auto it = options.search.find(std::string(name));
      return it == options.search.end() ? std::string() : it->second;
    });
    if (!query) return refuse(query.error());
    const Json page =
        here.database->read_value([&](db::Tx& tx) { return authority::ledger_page(tx, *query); });
    if (options.json) {
      print(to_string(page));
      return 0;
    }
    for (const auto& entry : page["entries"].items()) print(line_of(entry));
    if (const auto& next = page["next"]; next.is_string())
      std::fprintf(stderr, "more: --before %s\n", next.as_string().c_str());
    return 0;
  });
}

int ledger_show(const CommonOptions& common, const LedgerOptions& options) {
  return with_installation(common, [&](const Installation& here) {
    const auto id = authority::parse_ledger_id(options.id);
    if (!id) return refuse(id.error());
    auto entry = here.database->read_value(
        [&](db::Tx& tx) { return authority::ledger_entry(tx, here.cipher, *id); });
    if (!entry) return refuse(entry.error());
    std::string document;
    if (options.xml) {
      const auto read = authority::read_ledger_bytes(*here.database, *here.blobs,
                                                     SystemClock().now(), *id, false, actor());
      if (!read) return refuse(read.error());
      document = document_text(read->bytes);
    }
    if (options.json) {
      if (options.xml) entry->set("xml", document);
      print(to_string(*entry));
      return 0;
    }
    print_entry(*entry);
    if (options.xml) print(document);
    return 0;
  });
}

int ledger_resend(const CommonOptions& common, const LedgerOptions& options) {
  return with_installation(common, [&](const Installation& here) {
    const auto id = authority::parse_ledger_id(options.id);
    if (!id || id->direction != 'u') return refuse(Problems{{ProblemCode::not_found, {}, {}}});
    const auto plan = here.database->read_value(
        [&](db::Tx& tx) { return authority::plan_resend(tx, id->number); });
    if (!plan) return refuse(plan.error());
    bool done = false;
    if (plan->possible && options.yes) {
      const auto asked = authority::ask_resend(*here.database, SystemClock().now(), id->number,
                                               options.reason, actor());
      if (!asked) return refuse(asked.error());
      done = true;
    }
    if (options.json)
      print(to_string(
          Json::object({{"possible", plan->possible}, {"text", plan->text}, {"done", done}})));
    else
      print(plan->text + (done             ? "。已登记，链路下一轮发送"
                          : plan->possible ? "。没有执行：确认后加 --yes"
                                           : ""));
    return done ? 0 : 1;
  });
}

}  // namespace beian::app
