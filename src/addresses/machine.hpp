// The states of a record as one table. A record is worked on for one operation at a time: it is
// reported anew, changed or deleted; draft, changing and deleting wait for a person, queued and
// reporting for the system and the authority.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace beian::addresses {

enum class State { draft, queued, reporting, filed, refused, changing, deleting, deleted };
// As Czlx numbers them on the wire.
enum class Operation { add = 1, change = 2, remove = 3 };
enum class Event {
  edit,      // the document is written anew
  remove,    // it shall be deleted
  discard,   // give up a change or deletion that the authority has not been told of
  queue,     // report it
  withdraw,  // out of the queue again
  report,    // written into an upload file
  unreport,  // the authority did not take the file
  accept,    // processed
  refuse,    // faults found
};

std::string_view name_of(State state);
std::string_view title_of(State state);  // Chinese
std::optional<State> state_named(std::string_view name);
std::string_view name_of(Operation operation);  // add, change, remove
std::optional<Operation> operation_named(std::string_view name);
std::string_view name_of(Event event);

struct Transition {
  State from;
  Operation operation;
  Event event;
  State to;
  Operation next;
};
std::span<const Transition> transitions();

struct Standing {
  State state = State::draft;
  Operation operation = Operation::add;
  bool operator==(const Standing&) const = default;
};
// nullopt: not allowed there.
std::optional<Standing> apply(Standing at, Event event);
std::vector<Event> allowed_events(Standing at);  // of a person
// Does the authority hold the record in this standing (so that changing means XGBA)?
bool is_filed(Standing at);

}  // namespace beian::addresses
