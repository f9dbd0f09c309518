#include "notices/tell.hpp"

#include "base/ids.hpp"
#include "notices/notice.hpp"
#include "notices/texts.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "platform/log/log.hpp"

namespace beian::notices {
namespace {

// A domain, else a number: neither is personal data.
std::string about(const orders::Order& order) {
  const Json subject = orders::subject_of(order);
  if (const auto domains = orders::domains_of(subject); !domains.empty())
    return domains.front().domain;
  for (const Json* part : {&order.filed["services"].at(0), &order.filed["entity"]})
    if (const auto& number = (*part)["filing_number"].as_string(); !number.empty()) return number;
  return order.id;
}

void add_order(Json& args, const orders::Order& order) {
  const auto& kind = orders::kind_of(order);
  args.set("kind", kind.title);
  args.set("order_kind", kind.name);
  args.set("subject", about(order));
  args.set("done", kind.done);
}

Notice notice_of(TimePoint now, std::string account, const Kind& kind, std::string order,
                 Json args) {
  Notice notice;
  notice.id = new_id(now);
  notice.account_id = std::move(account);
  notice.kind = kind.name;
  notice.order_id = std::move(order);
  notice.args = std::move(args);
  notice.created = now;
  return notice;
}

std::string source_of(const jobs::Job& job) {
  return "job:" + job.id;
}

}  // namespace

void on_order_changed(const Context& context, const jobs::Job& job) {
  const Kind* kind = kind_of_event(job.payload["event"].as_string());
  if (!kind) return;
  const TimePoint now = context.clock.now();
  context.database->write([&](db::Tx& tx) {
    const auto order = context.orders.load(tx, job.payload["order"].as_string());
    if (!order) return;
    Json args = Json::object();
    add_order(args, *order);
    insert(tx, notice_of(now, order->account_id, *kind, order->id, std::move(args)),
           source_of(job));
  });
}

bool on_tell(const Context& context, const jobs::Job& job) {
  const Kind* kind = find_kind(job.payload["kind"].as_string());
  const std::string& account = job.payload["account"].as_string();
  if (!kind || account.empty()) {
    log::error("notices.unknown", {{"kind", job.payload["kind"].as_string()}, {"job", job.id}});
    return false;
  }
  const TimePoint now = context.clock.now();
  context.database->write([&](db::Tx& tx) {
    Json args = job.payload["args"].is_object() ? job.payload["args"] : Json::object();
    const auto order = context.orders.load(tx, job.payload["order"].as_string());
    if (order) add_order(args, *order);
    insert(tx, notice_of(now, account, *kind, order ? order->id : std::string(), std::move(args)),
           source_of(job));
  });
  return true;
}

}  // namespace beian::notices
