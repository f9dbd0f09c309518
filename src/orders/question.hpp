// What a detection asks about: the entity's certificate, and the names by which its services are
// known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "china/filing_number.hpp"
#include "orders/decide_kind.hpp"

namespace beian::orders {

struct Question {
  int64_t province = 0, nature = 0, certificate_type = 0;
  std::string certificate_number;
  // By what services are known: domains first, then what tells apps apart.
  struct Name {
    std::string text;         // a domain, or a key of china::app_keys
    china::ServiceKind kind;  // of the service whose it is
    bool app_key = false;
  };
  std::vector<Name> names;
  KnownFields fields;
  Json service;                // "kind" and "app" as they were asked about; null of a website
  std::string service_number;  // of an app that is filed elsewhere, as the applicant knows it
};

// The body of a detection (detect.hpp); problems of its fields.
Result<Question> read_question(const Json& body, TimePoint now);

// The same of an order's document: its certificate, and no names yet.
Question question_of(const Json& document);
// By what the document's services are known; the fields are pointers into the document.
void add_names_of(const Json& document, Question& question);

// The kind of service that a filing number names; of what is none a website.
china::ServiceKind kind_of_number(const std::string& text);

}  // namespace beian::orders
