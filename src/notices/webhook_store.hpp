// The rows of webhooks, their deliveries and attempts. Secrets are sealed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "notices/webhook.hpp"

namespace beian::notices {

class WebhookStore {
 public:
  explicit WebhookStore(const crypto::ColumnCipher& cipher) : cipher_(&cipher) {}

  void insert(db::Tx& tx, const Webhook& webhook) const;
  void update(db::Tx& tx, const Webhook& webhook) const;
  // With its deliveries.
  void remove(db::Tx& tx, const std::string& id) const;
  std::optional<Webhook> load(db::Tx& tx, const std::string& id) const;
  std::vector<Webhook> of_account(db::Tx& tx, const std::string& account_id) const;

  // Gives it its number; false: the webhook has one of that source already.
  bool add(db::Tx& tx, Delivery& delivery) const;
  std::optional<Delivery> delivery(db::Tx& tx, const std::string& id) const;
  // Newest first; `before`: only lower numbers, 0: all.
  std::vector<Delivery> deliveries(db::Tx& tx, const std::string& webhook_id, int64_t before,
                                   size_t limit) const;
  std::vector<Attempt> attempts(db::Tx& tx, const std::string& delivery_id) const;
  // The highest subject_seq that was told of a subject; 0: nothing was.
  int64_t told_until(db::Tx& tx, const std::string& webhook_id, const std::string& subject) const;
  // Those whose time has come and before which nothing of their subject waits.
  std::vector<Delivery> due(db::Tx& tx, const std::string& webhook_id, TimePoint now,
                            size_t limit) const;
  // When the next of them is due; nothing waits when there is none.
  std::optional<TimePoint> next_due(db::Tx& tx, const std::string& webhook_id) const;
  // State, number of attempts and times, when it still waits with `attempts` made; false otherwise.
  bool settle(db::Tx& tx, const Delivery& delivery, int attempts) const;
  // A person asks for one more.
  void again(db::Tx& tx, const std::string& delivery_id, TimePoint now) const;
  void add_attempt(db::Tx& tx, const std::string& delivery_id, const Attempt& attempt) const;
  void drop_waiting(db::Tx& tx, const std::string& webhook_id, TimePoint now) const;
  int64_t forget(db::Tx& tx, TimePoint before, size_t limit) const;

 private:
  Webhook webhook_of(const db::Row& row) const;
  const crypto::ColumnCipher* cipher_;
};

}  // namespace beian::notices
