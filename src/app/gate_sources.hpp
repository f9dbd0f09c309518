// What a snapshot is built from, beside lists.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gate/builder.hpp"
#include "gate/list.hpp"
#include "platform/db/db.hpp"

namespace beian::app {

// Every name of the registry, as this transaction sees it.
gate::ListReport add_registry(db::Tx& tx, gate::Builder& builder,
                              const std::function<void()>& step);

// The names of an authority's library (SJTB as XML or zip, or CSV of filed records): filed where a
// service that has it has an access of `own_provider`, elsewhere for the rest. Lines of the report
// are those where a record begins. Problems of a file that is broken or unreadable; then nothing of
// it may be used.
Result<gate::ListReport> add_libraries(const std::vector<std::string>& paths, int64_t own_provider,
                                       gate::Builder& builder, const std::function<void()>& step);

}  // namespace beian::app
