// Which kind of order is needed, by what is known of the entity, the domains and what tells an app
// apart. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "china/filing_number.hpp"
#include "orders/kind.hpp"

namespace beian::orders {

struct Known {
  enum class Where {
    nowhere,    // not filed, as far as anybody can tell
    here,       // under this account
    elsewhere,  // through another provider, or before this system
  };
  Where entity = Where::nowhere;
  std::string entity_number;
  bool shell = false;    // here, and without any service
  bool unowned = false;  // elsewhere, but served here as well: nobody has claimed it yet

  enum class Domain {
    free,
    served,    // filed under this entity and served here
    unserved,  // filed under this entity, with an access elsewhere or nowhere
    foreign,   // filed under another entity
  };
  struct Name {
    Domain how = Domain::free;
    std::string service_number;  // served, unserved, foreign
    // Of an app, mini program or quick app (china::app_keys) instead of a domain.
    std::optional<china::ServiceKind> app = {};
    // Of a foreign domain, Beijing dates: since when it is filed, and when it was registered. Empty
    // when not known.
    std::string filed_since = {}, registered = {};
  };
  std::vector<Name> names;
  // Of the website that the names belong to when they are all `foreign`: may it come over? Its
  // number, or why not (Chinese) and which of the names it is about.
  std::string movable, immovable;
  size_t immovable_name = 0;
  bool unsure = false;  // the authority could not answer some question
};

// Where the fields stand in the input that the problems are told of.
struct KnownFields {
  std::string certificate;
  std::vector<std::string> names;
};

struct Decision {
  const OrderKind* kind = nullptr;
  std::string explanation;     // Chinese
  std::string service_number;  // of the service that gets an access
  bool password = false;       // entity number and filing password are asked
};
// filed_elsewhere, with it domain_registered_after_filing where the domain had been given up and
// was registered anew since (the filing is a former holder's), and migration_not_taken where it is
// known why the website cannot come over; already_filed, app_filed; kind_differs where names need
// orders of several kinds. An app's domains say nothing of an access: where an app needs one, its
// own names do.
Result<Decision> decide_kind(const Known& known, const KnownFields& fields);

}  // namespace beian::orders
