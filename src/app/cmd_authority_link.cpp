// authority-link ledger: the ledger of the links, read and acted on beside the running system.
#include <unistd.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/installation.hpp"
#include "authority/ledger_view.hpp"
#include "authority/resend.hpp"
#include "base/text.hpp"
#include "platform/blob/blob.hpp"

namespace beian::app {

namespace {

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
      const auto blobs =
          blob::open_directory(here.options.data_directory + "/files", here.master_key);
      const auto read = authority::read_ledger_bytes(*here.database, *blobs, SystemClock().now(),
                                                     *id, false, actor());
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
