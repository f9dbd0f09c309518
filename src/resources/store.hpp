// Rows of resources, codes and uses. Everything in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "resources/resource.hpp"

namespace beian::resources {

// What a service of an order stands on.
struct Use {
  int64_t service = 0;
  std::string resource_id, code_id;
  bool used = false;  // false: in filing
};

struct Event {
  std::string actor, name;
  std::string code_id = {}, order_id = {}, account_id = {};
};

class Store {
 public:
  explicit Store(const crypto::ColumnCipher& cipher) : cipher_(&cipher) {}

  std::optional<Resource> load(db::Tx& tx, const std::string& id) const;
  std::optional<Resource> by_source(db::Tx& tx, const std::string& source_id) const;
  // In the order of their ids; `account` empty: all; `after`: an id.
  std::vector<Resource> list(db::Tx& tx, const std::string& account, const std::string& after,
                             size_t limit) const;
  void insert(db::Tx& tx, const Resource& resource) const;
  // What the provider says about it; `taken` is not touched.
  void update(db::Tx& tx, const Resource& resource) const;
  // Keeps other writers of this resource, its codes and its traces waiting until the transaction
  // ends.
  void lock(db::Tx& tx, const std::string& id) const;
  // Takes `n` of the quota when as many are left.
  bool take(db::Tx& tx, const std::string& id, int64_t n) const;
  void give_back(db::Tx& tx, const std::string& id, int64_t n) const;

  void insert_code(db::Tx& tx, const Code& code) const;
  std::optional<Code> code_by_id(db::Tx& tx, const std::string& id) const;
  std::optional<Code> code_by_text(db::Tx& tx, const std::string& text) const;
  // Those of the account's resources and those granted to it, newest first.
  std::vector<Code> codes(db::Tx& tx, const std::string& account, const std::string& before,
                          size_t limit) const;
  std::vector<Code> codes_of(db::Tx& tx, const std::string& resource_id) const;
  // Compare-and-set on the state; false: it is in another one.
  bool move_code(db::Tx& tx, TimePoint now, const Code& before, CodeState to,
                 const std::string& grantee, const std::string& order_id) const;

  std::vector<Use> uses(db::Tx& tx, const std::string& order_id) const;
  void insert_use(db::Tx& tx, TimePoint now, const std::string& order_id, const Use& use) const;
  void delete_use(db::Tx& tx, const std::string& order_id, int64_t service) const;
  void set_used(db::Tx& tx, TimePoint now, const std::string& order_id, int64_t service) const;
  // The use is of no service of the document any more: its place becomes a negative one.
  void set_aside(db::Tx& tx, const std::string& order_id, int64_t service) const;

  bool allowed(db::Tx& tx, const std::string& owner, const std::string& account) const;
  std::vector<std::string> allowed_of(db::Tx& tx, const std::string& owner) const;
  void allow(db::Tx& tx, TimePoint now, const std::string& owner, const std::string& account) const;
  bool disallow(db::Tx& tx, const std::string& owner, const std::string& account) const;

  void add_event(db::Tx& tx, TimePoint now, const std::string& resource_id,
                 const Event& event) const;
  // Oldest first: {"at","actor","event","code"?,"order"?,"account"?}.
  Json history(db::Tx& tx, const std::string& resource_id) const;

  // How a person may have typed a code: case and hyphens do not matter.
  static std::string normal_code(std::string_view typed);

 private:
  Resource resource_of(const db::Row& row) const;
  Code code_of(const db::Row& row) const;
  const crypto::ColumnCipher* cipher_;
};

}  // namespace beian::resources
