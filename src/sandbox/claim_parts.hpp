// What several ICP operations ask the library, and how a grant is told.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "china/filing_number.hpp"
#include "sandbox/icp.hpp"

namespace beian::sandbox {

void say(Claim& claim, int code, std::string_view where = {});

// Name, certificate and province of the record from a reported entity, or a filed one.
void name_record(Record& record, const Json& entity);
void name_record(Record& record, const LibraryEntity& entity);

// What the claim is about, in the library; held while it is in process. Nothing when it is not
// there: 1058, 1049 for an entity {filing_number or authority_entity_id, or both}, 1059, 1050, 1049
// for a service {filing_number or authority_service_id}; two that disagree: 1016.
std::optional<LibraryEntity> claim_entity(db::Tx& tx, Claim& claim, const Json& given);
std::optional<LibraryService> claim_service(db::Tx& tx, Claim& claim, const Json& given);
std::optional<LibraryService> find_service(db::Tx& tx, const Json& given);
// One of these operations is in process for the target.
bool in_process(db::Tx& tx, std::string_view kind, int64_t target,
                std::initializer_list<std::string_view> operations);
// ICPmm: 1018 when it is wrong, tried too often, or missing although `required`.
void claim_password(db::Tx& tx, const Arrival& arrival, Claim& claim, const LibraryEntity& entity,
                    bool required);
// Does the attachment's owner {id or filing_number} name it?
bool names(const Json& owner, const LibraryEntity& entity);
bool names(const Json& owner, const LibraryService& service);
bool same_number(std::string_view given, std::string_view filed);
Circumstances circumstances_of(const Arrival& arrival);

// New services of one record: what is filed or in process already (1005, 1037, 1038, 1039, 1021),
// blacklisted (1064), addresses (1063). Their domains, app keys and ids are held. `entity_id`: of
// one that is filed, else 0.
void claim_services(db::Tx& tx, Claim& claim, const Json& services, int64_t entity_id = 0);
// Whose a name is to be; ids are 0 for what is new.
struct Taker {
  int64_t entity_id = 0, service_id = 0;
  china::ServiceKind kind = china::ServiceKind::website;
};
// One domain: 1005, 1039, 1064. An app may have one of its entity's other services, and they its.
void claim_domain(db::Tx& tx, Claim& claim, const Json& domain, const Taker& taker);
// What tells an app apart, filed or in process: 1037.
void claim_app(db::Tx& tx, Claim& claim, const Json& service, const Taker& taker);
void claim_home_url(db::Tx& tx, Claim& claim, const Json& service, int64_t service_id);
// An access's addresses against the provider's own IP filings, once it has any: 1063.
void claim_addresses(db::Tx& tx, Claim& claim, const Json& addresses);
// Attachments whose owner the record does not have: 1055.
void claim_owners(Claim& claim, const Json& attachments,
                  const std::function<bool(const Json& owner)>& owned);

// Each person once: the same phone and certificate is the same person.
void add_person(Claim& claim, std::string role, std::optional<int64_t> provider_service_id,
                const Json& person, const Json& entity);
void add_service_managers(Claim& claim, const Json& services, const Json& entity);

// BASJ to each of these providers, as far as it has an access.
void tell_filed(db::Tx& tx, const Grant& grant, int64_t entity_id,
                const std::vector<int64_t>& providers, const std::vector<int64_t>& services = {});

}  // namespace beian::sandbox
