// What would become of a row, without writing anything.
#pragma once

#include <optional>
#include <string>

#include "batches/batch.hpp"
#include "orders/create.hpp"

namespace beian::registry {
class CodeBook;
}

namespace beian::batches {

// The row's body with the kind of order that it needs, as far as the own registry tells; a kind
// that is given, named by number or detected stays.
struct Aimed {
  Json body;
  bool ask = false;  // filed elsewhere: the authority has to be asked (`asked`)
};
Result<Aimed> aimed(const Context& context, db::Tx& tx, const std::string& account_id,
                    const Json& body);

// The same by the authority's status query, outside of any transaction. The problems point into the
// body.
Result<Json> asked(const Context& context, const std::string& account_id, const Json& body);

// The order that the body makes, with everything that a submission would find: the row is good when
// nothing but materials is missing. Problems that the row has from its cells count too.
void check(const Context& context, db::Tx& tx, const std::string& account_id,
           registry::CodeBook& codes, Row& row);

}  // namespace beian::batches
