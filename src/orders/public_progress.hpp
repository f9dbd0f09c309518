// Whether a filing of a domain is under way, for the page that its visitors see meanwhile: what
// anybody may know, in plain words. Nothing of whose it is, what it says, or when it was handed in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/problem_codes.hpp"
#include "orders/machine.hpp"
#include "platform/db/db.hpp"

namespace beian::orders {

// The part of its way that a state belongs to. Why an applicant has it again is nobody's business.
enum class Stage { with_applicant, at_provider, sms, at_authority };
std::string_view name_of(Stage stage);                      // "at_authority"
std::string_view title_of(Stage stage, Language language);  // 管局审核中
std::optional<Stage> stage_of(State state);                 // nullopt: not under way

struct PublicProgress {
  std::string domain;  // that the order is about: the host, or a name above it
  Stage stage = Stage::with_applicant;
};
// Of orders that would open the host: not of changes and cancellations. Only what was handed in
// once counts; a draft is its applicant's own.
std::optional<PublicProgress> public_progress(db::Tx& tx, std::string_view host);

}  // namespace beian::orders
