// The wire format as data: a profile (data/wire/*.json) names every element of an interface version
// with its occurrence, type, limits and the field of our model. Reading, writing and validating are
// generic over it. A profile may extend another ("extends"; "add": an element put at the end of
// groups; "relax": children of groups that may be missing beside an added sibling). Source:
// ../shared/spec (V.3.0); docs/adr/0004-wire-profiles.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::wire {

enum class Group { none, sequence, all, choice };  // none: a leaf
enum class Type { text, number };

struct Element {
  std::string name;   // on the wire: "Zt_xx"
  std::string field;  // in our model: "entity"; empty: its children belong to the parent's object
  std::string title;  // Chinese meaning
  Group group = Group::none;
  Type type = Type::text;
  int min_occurs = 1;
  int max_occurs = 1;                           // -1: unbounded. Above 1 the field is an array
  std::optional<int64_t> min_value, max_value;  // number
  // Numbers beyond these that are read, never written: the text of the interface has them, its
  // schema has not.
  std::vector<int64_t> also;
  int64_t min_length = 0, max_length = -1;  // text, characters; -1: no limit
  std::vector<std::string> values;          // text; empty: any
  std::string unless;                       // a sibling: beside it this one may be missing
  bool nillable = false;  // may stand there as xsi:nil, which is read as not there
  bool record = false;    // counts against the limit of an upload
  std::vector<Element> children;

  bool repeated() const { return max_occurs != 1; }
  bool leaf() const { return group == Group::none; }
};

class Profile {
 public:
  // "miit-3.0", "openbeian-3.1": embedded data/wire/NAME.json, read once. not_found for others.
  static Result<std::shared_ptr<const Profile>> named(std::string_view name);
  // The embedded ones, sorted.
  static std::vector<std::string> names();
  // wire_schema with a JSON pointer for everything that is wrong in it.
  static Result<std::shared_ptr<const Profile>> from_json(const Json& json);

  const std::string& name() const { return name_; }
  // The value of the root's `version` attribute: "V.3.0".
  const std::string& version() const { return version_; }
  // Whether a document of that version may be read with this profile ("accepts", and its own).
  bool accepts(std::string_view version) const;
  // "UploadData" or "DownloadData"; throws std::logic_error for others.
  const Element& document(std::string_view root) const;

 private:
  std::string name_, version_;
  std::vector<std::string> accepted_;
  std::vector<Element> documents_;
};

}  // namespace beian::wire
