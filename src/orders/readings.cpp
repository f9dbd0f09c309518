#include "orders/readings.hpp"

#include <array>

#include "materials/materials.hpp"
#include "materials/read_job.hpp"
#include "orders/compare_reading.hpp"
#include "orders/document.hpp"

namespace beian::orders {
namespace {

constexpr const char* kKind = "orders.readings";

bool is_reviewed(State state) {
  return state == State::in_review || state == State::in_rereview;
}

std::vector<std::string> under_review(db::Tx& tx) {
  std::vector<std::string> ids;
  for (const auto& row :
       tx.query("SELECT id FROM orders WHERE state IN (:first, :second) ORDER BY updated",
                {{"first", name_of(State::in_review)}, {"second", name_of(State::in_rereview)}}))
    ids.push_back(row.text("id"));
  return ids;
}

std::string_view word_of(Options::Reading reading) {
  constexpr std::array<std::string_view, 3> kWords{"off", "on", "broken"};
  return kWords.at(static_cast<size_t>(reading));
}

Json fields_json(const std::vector<ComparedField>& fields) {
  Json out = Json::array();
  for (const auto& one : fields)
    out.push(Json::object({{"field", one.field},
                           {"expected", one.expected},
                           {"found", one.found},
                           {"verdict", name_of(one.verdict)}}));
  return out;
}

}  // namespace

void ask_readings(const Context& context, const std::string& order_id) {
  if (context.options.reading != Options::Reading::on) return;
  const auto unread = context.database->read_value([&](db::Tx& tx) {
    const auto order = context.store.load(tx, order_id);
    return order && is_reviewed(order->state) ? materials::unread_of_order(tx, order_id)
                                              : std::vector<materials::Material>();
  });
  if (unread.empty()) return;
  context.database->write([&](db::Tx& tx) {
    for (const auto& material : unread)
      if (has_compared_fields(material.purpose))
        materials::ask_reading(tx, context.clock.now(), material.id);
  });
}

void on_reading_jobs(jobs::Worker& worker, const std::shared_ptr<const Context>& context) {
  worker.on(kKind, [context](const jobs::Job&) -> Result<jobs::Outcome> {
    for (const auto& id : context->database->read_value(under_review)) ask_readings(*context, id);
    return jobs::Outcome::done();
  });
}

void schedule_readings(const Context& context) {
  context.database->write([&](db::Tx& tx) {
    jobs::enqueue(tx, {kKind, Json::object(), context.clock.now(), kKind});
  });
}

Json readings_json(const Context& context, db::Tx& tx, const Order& order) {
  const Json document = subject_of(order);
  Json list = Json::array();
  for (const auto& material : materials::of_order(tx, order.id)) {
    if (!has_compared_fields(material.purpose)) continue;
    const auto reading = materials::find_reading(tx, context.cipher, material.id);
    const bool read = reading && reading->state == materials::Reading::State::read;
    list.push(
        Json::object({{"material", material.id},
                      {"purpose", material.purpose},
                      {"owner", material.owner},
                      {"state", reading ? materials::name_of(reading->state) : "waiting"},
                      {"program", reading ? Json(reading->program) : Json()},
                      {"read_at", reading ? Json(to_rfc3339(reading->at)) : Json()},
                      {"fields", read ? fields_json(compare_reading(document, material.purpose,
                                                                    material.owner, reading->text))
                                      : Json::array()}}));
  }
  return Json::object(
      {{"program", word_of(context.options.reading)}, {"materials", std::move(list)}});
}

}  // namespace beian::orders
