// What a judgement looks at: one order with everything known about it, as plain values.
//
// A fact is known or not: Known<T> without a value, or an empty text where a text is needed, means
// that nobody asked yet. A rule that lacks a fact does not refuse; it says that it cannot tell.
// `at` is a JSON pointer into the order's document (orders/order.hpp): findings point there.
// Codes are those of data/codes, regions six-digit codes, days those of Beijing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "china/ip.hpp"
#include "rules/select.hpp"

namespace beian::rules {

template <class T>
using Known = std::optional<T>;
using Day = std::chrono::sys_days;
using Names = std::vector<std::string>;

enum class Role { entity_manager, service_manager };

struct Person {
  std::string at;
  Role role = Role::entity_manager;
  std::string name, mobile, emergency_mobile, email, certificate_number;
  int64_t certificate_type = 0;
  Known<Day> birth;              // only where no identity card tells it
  Known<Day> certificate_until;  // Day::max() for one without end
  Known<bool> temporary_certificate;
  Known<bool> legal_representative;
  Known<int64_t> mobile_province;
  // Does another entity have it on file?
  Known<bool> mobile_elsewhere, email_elsewhere, certificate_elsewhere;
  Known<int64_t> organizations;  // other organizations that have filed this service manager
};

struct Domain {
  std::string at, name;  // normalised, A-labels
  Known<Day> registered, expires, real_name_since;
  Known<bool> real_name;
  Known<std::string> holder, holder_certificate;  // name, number
  Known<int64_t> holder_certificate_type;
  Known<bool> suffix_approved, registrar_approved, registrar_overseas;
  Known<bool> filed_elsewhere;                  // under another entity
  Known<Day> filed_since;                       // of this entity
  Known<std::vector<std::string>> resolves_to;  // addresses now; empty: it does not resolve
};

// An app on one platform: android, ios or harmony.
struct Platform {
  std::string name, app_name, id, public_key, fingerprint;  // id: package name or bundle id
};

struct Service {
  std::string at, kind = "website", name, remark;
  std::vector<Domain> domains;
  Names home_urls;
  std::vector<int64_t> contents, languages;
  std::vector<int64_t> pre_approvals;      // codes of preapproval_content
  std::vector<int64_t> provinces;          // where its addresses are
  std::vector<china::IpRange> addresses;   // that the order files
  Known<std::vector<Platform>> platforms;  // of an app
  Known<std::string> actual_name;          // as the site or the app shows it
  Known<bool> name_elsewhere;              // an app of another entity has this name
  Known<Names> filed_domains;              // what is on file of it; changes and accesses
  Known<int64_t> resources;                // cloud resources that it is tied to
};

struct Entity {
  std::string name, investor, remark;
  int64_t nature = 0, certificate_type = 0;
  int64_t province = 0, city = 0, county = 0;  // of the contact address
  std::string address;                         // contact
  std::string certificate_number, certificate_address;
  Known<Day> certificate_until;
  Known<std::string> business_scope, legal_representative;  // the latter by name
  Known<bool> legal_representative_foreign;                 // neither of the mainland
  Known<int64_t> legal_representative_region;               // of that person's identity card
  Known<int64_t> registered_region;   // who issued the certificate; else from its number
  Known<int64_t> certificate_region;  // city of the certificate's address; else from its text
  Known<bool> shell;                  // filed, and without any service
  Known<bool> filed_here;             // this provider has its entity on file
  Known<bool> seal, trade_name, in_credit_system;  // of a sole proprietor
  Known<int64_t> filed_services, entity_numbers;
  Known<Names> filed_names, filed_domains;  // of its services
  Known<bool> open_orders, own_account;     // of a migration's two sides
};

// The entity as the authority has it, for accesses, added services and changes.
struct Filed {
  std::string name, certificate_number, certificate_address, address, investor;
  int64_t nature = 0, certificate_type = 0, province = 0;
  std::string manager_name, manager_certificate, manager_mobile;
  std::string service_manager_certificate;
  Known<bool> manager_is_legal_rep;
  Known<std::string> legal_representative;
};

// A material that is there, by its id in data/rules (domain-certificate); `at`: what of the
// document it belongs to (/services/0), empty: the whole order.
struct Material {
  std::string id, at;
};

struct Facts {
  int64_t province = 0;
  std::string order;  // first, add_service, …: as in select.hpp
  Day today;
  Entity entity;
  std::vector<Person> persons;
  std::vector<Service> services;
  Known<std::vector<Material>> materials;  // nothing: not looked at, so none is missed
  std::map<std::string, std::string, std::less<>> answers;  // to questions, by kind of rule
  Known<Filed> filed;
  Known<bool> carries_change;  // an added access or service that also changes what is on file
};

// The word of select.hpp for the nature: code 4 with a licence of number 92… is a sole proprietor.
// Empty for a code that this program does not have.
std::string_view nature_word(const Entity& entity);
Case case_of(const Facts& facts, std::string_view service);

// From JSON with the names above ({"province", "order", "today": "2026-11-25", "entity": {…},
// "persons": […], …}); what is absent is not known. unknown_field, wrong_type, bad_format.
Result<Facts> read_facts(const Json& json);

}  // namespace beian::rules
