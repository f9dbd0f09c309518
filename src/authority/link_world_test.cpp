#include "authority/link_world_for_tests.hpp"

#include <algorithm>

#include "authority/bodies_for_tests.hpp"
#include "authority/samples_for_tests.hpp"
#include "base/ids.hpp"
#include "materials/materials.hpp"

namespace beian::authority::testing {

void MortalDatabase::write(const std::function<void(db::Tx&)>& work, db::Isolation isolation) {
  if (away_) throw db::Unavailable("away");
  const bool dies = left_ > 0 && --left_ == 0;
  if (dies && !after_commit_) throw Crash{};
  real_->write(work, isolation);
  if (dies) throw Crash{};
}

World::World(const std::string& backend, const std::string& profile)
    : storage(beian::testing::make_database(backend)),
      blobs(blob::open_directory(folder.path("blobs"), master_key)),
      authority(profile),
      config(authority.link()),
      database(std::make_shared<MortalDatabase>(storage.database)) {
  restart();
}

void World::restart() {
  service.reset();
  database->live();
  AuthorityService::Options options;
  options.node = "node-a";
  service = std::make_unique<AuthorityService>(database, *blobs, clock, cipher,
                                               std::vector<LinkConfig>{config}, options);
}

void World::run(int rounds, Millis pause) {
  for (int i = 0; i < rounds; ++i) {
    service->run_due();
    clock.advance(pause);
  }
  service->run_due();
}

std::string World::add_ready_order(int n, const std::string& authority_id) {
  const orders::OrderStore store(cipher);
  orders::Order order;
  order.id = new_id(clock.now());
  order.account_id = "account-" + std::to_string(n);
  order.kind = "first";
  order.document = sample_document(n);
  order.created = order.updated = clock.now();
  std::vector<materials::Material> attached;
  const std::pair<int, std::string> wanted[] = {{2, "/entity"}, {1, "/services/0"}};
  for (const auto& [purpose, owner] : wanted) {
    materials::Material material;
    material.id = new_id(clock.now());
    material.order_id = order.id;
    material.purpose = purpose;
    material.owner = owner;
    material.original = material.reported =
        blobs->put("样例图片 " + std::to_string(n) + " " + std::to_string(purpose));
    material.created = clock.now();
    attached.push_back(std::move(material));
  }
  using orders::Actor;
  using orders::Event;
  write([&](db::Tx& tx) {
    store.insert(tx, order, {Actor::applicant, order.account_id, "样例", {}});
    for (const auto& material : attached) materials::insert(tx, material);
    store.set_authority(tx, order.id, authority_id);
    const auto handed_in = store.apply(tx, clock.now(), order.id, Event::submit,
                                       {Actor::applicant, order.account_id, "", {}});
    const auto passed = store.apply(tx, clock.now(), order.id, Event::review_pass,
                                    {Actor::reviewer, "reviewer", "", {}});
    if (!handed_in || !passed) throw std::logic_error("the sample order cannot be reviewed");
  });
  clock.advance(Millis{1});
  return order.id;
}

int64_t World::add_submission(std::string_view operation, int n, bool full,
                              const Subject& subject) {
  const Json body = put_blobs(sample_body(operation, full, n), *blobs);
  int64_t number = 0;
  write([&](db::Tx& tx) {
    number = submit(tx, cipher, clock.now(),
                    {config.id, std::string(operation), subject, "account-1", body})
                 .value();
  });
  clock.advance(Millis{1});
  return number;
}

Submission World::submission(int64_t number) {
  return storage.database
      ->read_value([&](db::Tx& tx) { return find_submission(tx, cipher, number); })
      .value();
}

orders::Order World::order(const std::string& id) {
  return storage.database
      ->read_value([&](db::Tx& tx) { return orders::OrderStore(cipher).load(tx, id); })
      .value();
}

std::string World::state(const std::string& id) {
  return std::string(orders::name_of(order(id).state));
}

std::vector<std::string> World::events(const std::string& id) {
  return storage.database->read_value([&](db::Tx& tx) {
    std::vector<std::string> out;
    for (const auto& entry : orders::OrderStore(cipher).history(tx, id)) out.push_back(entry.event);
    return out;
  });
}

int64_t World::record_id(const std::string& order_id) {
  return storage.database->read_value([&](db::Tx& tx) {
    return tx.query_i64("SELECT MAX(id) AS id FROM authority_upload_records WHERE order_id = :id",
                        {{"id", order_id}});
  });
}

ledger::LinkRow World::link_row() {
  return storage.database->read_value([&](db::Tx& tx) { return ledger::find_link(tx, config.id); })
      .value();
}

std::vector<ledger::Upload> World::uploads() {
  ledger::Filter filter;
  filter.limit = 1000;
  auto list =
      storage.database->read_value([&](db::Tx& tx) { return ledger::list_uploads(tx, filter); });
  std::ranges::reverse(list);
  return list;
}

std::vector<ledger::Download> World::downloads() {
  ledger::Filter filter;
  filter.limit = 1000;
  auto list =
      storage.database->read_value([&](db::Tx& tx) { return ledger::list_downloads(tx, filter); });
  std::ranges::reverse(list);
  return list;
}

std::vector<ledger::ResultRow> World::results(int64_t download) {
  return storage.database->read_value(
      [&](db::Tx& tx) { return ledger::results_of(tx, cipher, download); });
}

}  // namespace beian::authority::testing
