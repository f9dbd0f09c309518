// Records are made, changed and deleted. What the authority holds is only changed there by a report
// (report.hpp): until then the document here is what it shall become, and `filed` what it is.
#pragma once

#include "addresses/store.hpp"

namespace beian::addresses {

// A draft. Problems of validate() under /document; at /authority those of link_named().
Result<Record> create(const Context& context, const std::string& actor, const std::string& link,
                      Block block, const Json& document);
// The same inside a transaction, for many at once; problems without a prefix.
Result<Record> create(db::Tx& tx, TimePoint now, const Store& store, const Link& link, Block block,
                      const Json& document, const std::string& actor);

// Another document. The same one again changes nothing; back to what is filed gives the change up.
// not_found, stale_version, event_not_allowed (while it is on its way), problems under /document.
Result<Record> change(const Context& context, const std::string& actor, const std::string& id,
                      std::optional<int64_t> version, const Json& document);
// The same inside a transaction; whether anything changed.
Result<bool> change(db::Tx& tx, TimePoint now, const Store& store, const Link& link, Record& record,
                    const Json& document, const std::string& actor);

// remove, discard or withdraw. A draft that nobody was told of is gone at once; what is filed waits
// for its report. not_found, stale_version, event_not_allowed.
Result<Record> act(const Context& context, const std::string& actor, const std::string& id,
                   std::optional<int64_t> version, Event event);

// Moves a record as the machine says, without saving. event_not_allowed.
Status move(Record& record, Event event);

}  // namespace beian::addresses
