// The rows behind public_query.hpp.
#pragma once

#include <string>
#include <vector>

#include "registry/public_query.hpp"

namespace beian::registry::store {

struct PublicRow {
  PublicFiling filing;
  bool cancelled = false;
};
// One statement each, for any number of keys, which are normal forms and stand but once. All rows,
// cancelled ones too; of entities the services stay empty.
std::vector<PublicRow> rows_of_domains(db::Tx& tx, const std::vector<std::string>& names);
std::vector<PublicRow> rows_of_services(db::Tx& tx, const std::vector<std::string>& numbers);
std::vector<PublicRow> rows_of_entities(db::Tx& tx, const std::vector<std::string>& numbers);

}  // namespace beian::registry::store
