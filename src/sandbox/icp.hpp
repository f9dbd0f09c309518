// The ICP operations: one row each of what an authority does with a record of it. A record claims
// something of the library; the claim is judged, verified by SMS where the operation asks for that
// (domain.md), decided by an officer, and granted. What needs no decision is answered at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/library.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/sms.hpp"

namespace beian::sandbox {

enum class Course {
  sms_and_decision,  // SMS verification where the provider's profile has it, then the officer
  decision,
  at_once,
};

// A record, read with the library.
struct Claim {
  Record record;  // name, certificate, province, czlx, mark, decision_ids; the rest is filled in
  std::vector<std::string> domains;  // held while the record is in process; app keys too
  std::vector<Target> targets;
  std::vector<Person> persons;  // who verifies by SMS
  Course course = Course::sms_and_decision;
  Outcomes faults;
  int success = 0;      // at_once: the code of the answer
  std::string answers;  // what a result in a V.3.0 document cannot name by Czlx and Bs; goes to Bz
};

struct Grant {
  const Context& context;
  const Record& record;
  int64_t now = 0;
};
struct Granted {
  int64_t entity_id = 0;
  std::string entity_number;
};

struct IcpOperation {
  std::string_view name, title;  // "new_filing", 新增备案
  void (*claim)(db::Tx& tx, const Arrival& arrival, Claim& claim);
  // Changes the library and tells it to every provider concerned. db::UniqueViolation when it can
  // no longer be filed. Null for operations that are answered at once.
  Granted (*grant)(db::Tx& tx, const Grant& grant);
};
// Throws std::logic_error for a name that is none.
const IcpOperation& icp_operation(std::string_view name);

// Operation::enter of all of them.
void enter_icp(db::Tx& tx, const Arrival& arrival);

// Their claims and grants, by file: claim_filing.cpp, claim_change.cpp, claim_cancel.cpp,
// claim_answers.cpp.
void claim_new_filing(db::Tx& tx, const Arrival& arrival, Claim& claim);
void claim_new_service(db::Tx& tx, const Arrival& arrival, Claim& claim);
void claim_new_access(db::Tx& tx, const Arrival& arrival, Claim& claim);
void claim_change(db::Tx& tx, const Arrival& arrival, Claim& claim);
void claim_cancellation(db::Tx& tx, const Arrival& arrival, Claim& claim);
void claim_attachment(db::Tx& tx, const Arrival& arrival, Claim& claim);
void claim_verification_result(db::Tx& tx, const Arrival& arrival, Claim& claim);
void claim_unfiled_action(db::Tx& tx, const Arrival& arrival, Claim& claim);

Granted grant_new_filing(db::Tx& tx, const Grant& grant);
Granted grant_new_service(db::Tx& tx, const Grant& grant);
Granted grant_new_access(db::Tx& tx, const Grant& grant);
Granted grant_change(db::Tx& tx, const Grant& grant);
Granted grant_cancellation(db::Tx& tx, const Grant& grant);

}  // namespace beian::sandbox
