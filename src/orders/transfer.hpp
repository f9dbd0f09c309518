// Transferring a filing (转移备案): the same entity, another account. The holder names the account
// and gets a code, the other account confirms with it. No review, no upload, no SMS: why it is no
// order of the machine stands in docs/adr/0020-accounts-and-entities.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orders/context.hpp"
#include "registry/records.hpp"

namespace beian::orders {

struct Transfer {
  enum class State { waiting, done, cancelled, declined, expired };
  std::string id;
  int64_t province = 0, entity_id = 0;
  std::string filing_number, entity_name;  // the name masked when the entity is a person
  std::string from_account, to_account;
  State state = State::waiting;
  TimePoint created, expires, changed;
};
std::string_view name_of(Transfer::State state);

// One line of its history.
struct TransferEvent {
  TimePoint at;
  std::string event;       // started, confirmed, cancelled, declined, expired, moved
  std::string account_id;  // whose side did it; empty: the system, or the provider
  std::string actor_id;
  std::string reason;  // of the provider; told to both sides
};

struct Started {
  Transfer transfer;
  std::string code;  // shown once; "7K3F-9QXZ-2M8D"
};
// `entity`: number or key of an own one. not_found at /entity or /account; required, and those of
// accounts::confirm_password, at /password; transfer_not_possible at /entity (this account has an
// open order, the entity waits for another transfer) or /account (of the other account no more is
// told than that it cannot take it).
Result<Started> start_transfer(const Context& context, const http::Caller& caller,
                               const std::string& entity, const std::string& account_name,
                               const std::optional<Secret>& password);

// By the named account. Nothing may have changed since: transfer_not_possible with the reason;
// transfer_code_wrong at /code, too_many_attempts after five in an hour; forbidden for the holder;
// not_found for everybody else.
Result<Transfer> confirm_transfer(const Context& context, const http::Caller& caller,
                                  const std::string& id, const std::string& code);

// The holder takes it back, or the named account wants none. transfer_not_possible, not_found.
Result<Transfer> end_transfer(const Context& context, const http::Caller& caller,
                              const std::string& id);

// For an entity whose account is lost: the provider moves it at once and says why. not_found at
// /account or for the entity; required, too_long at /reason; transfer_not_possible.
Result<Transfer> move_entity(const Context& context, const http::Caller& officer,
                             const std::string& entity_key, const std::string& account_name,
                             const std::string& reason);

// Those that nobody confirmed in time. Returns how many.
size_t expire_transfers(const Context& context);

// Rows. All in the caller's transaction.
namespace transfers {
void insert(db::Tx& tx, const Transfer& transfer, const std::string& code_index);
std::optional<Transfer> load(db::Tx& tx, const std::string& id);
// Newest first; `account_id` empty: everybody's; `before`: older than that id.
std::vector<Transfer> list(db::Tx& tx, const std::string& account_id, const std::string& before,
                           size_t limit);
std::optional<Transfer> waiting_for(db::Tx& tx, int64_t province, int64_t entity_id);
std::vector<Transfer> overdue(db::Tx& tx, TimePoint now);
bool has_code(db::Tx& tx, const std::string& id, const std::string& code_index);
// Compare-and-set from waiting; false: it is not waiting any more.
bool move(db::Tx& tx, TimePoint now, const std::string& id, Transfer::State to);
void add_event(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& id,
               const TransferEvent& event);
std::vector<TransferEvent> events(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                  const std::string& id);
}  // namespace transfers

}  // namespace beian::orders
