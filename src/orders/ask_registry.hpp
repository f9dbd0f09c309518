// What the own registry knows of the entity and the names that a detection asks about.
#pragma once

#include "orders/context.hpp"
#include "orders/question.hpp"

namespace beian::orders {

struct Registered {
  Known known;
  std::string key;  // of the entity, when it is this account's: "440000-17"
};

// Whether the account may file the entity is another question: account_questions.hpp.
Registered ask_registry(db::Tx& tx, const Context& context, const std::string& account_id,
                        const Question& question);

}  // namespace beian::orders
