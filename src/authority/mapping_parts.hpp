// Parts that several records have in common.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "authority/mapping.hpp"
#include "china/filing_number.hpp"

namespace beian::authority::parts {

using Names = std::span<const std::string_view>;

// Members with a value, under their names. An empty text or null is what a form sends for
// "nothing"; the wire has no empty elements.
Json pick(const Json& from, Names names);
bool is_blank(const Json& value);
std::string at(std::string_view prefix, size_t index);

// An address as a person writes it, or the number that a download had.
Result<int64_t> address_number(const Json& from);

// What is filed already, by the authority's id or its number; `id_name` is "authority_entity_id".
// The members are those that the body has; `required` at `path` when there are none.
struct Named {
  int64_t id = 0;
  std::string number;
  bool empty() const { return id == 0 && number.empty(); }
};
Named named(const Json& from, std::string_view id_name, const std::string& path,
            Problems& problems);
// As a choice of the schema: the id when both are known.
Json choice(const Named& named, std::string_view id_name);
// Both, as marks.
void mark_by(const Named& named, int64_t code, MappedRecord& out);

Json person(const Json& from);
Json location(const Json& from);
Json certificate(const Json& from);

// What is ours in these is numbered (provider_…_id), what is the authority's keeps its id.
Json addresses(const Json& from, const std::vector<int64_t>& ids, const std::string& path,
               Problems& problems);
Json access(const Json& from, const RecordIds::Access& ids, const std::string& path,
            Problems& problems);
Json domains(const Json& from, const std::vector<int64_t>& ids);
Json pre_approvals(const Json& from, const std::string& path,
                   const std::vector<Attached>& attached);
// Of a service that is no website; `path` is that of the object itself. The picture that belongs to
// it is its icon, else the one that it has.
Json app(const Json& from, china::ServiceKind kind, const std::string& path,
         const std::vector<Attached>& attached);
// Everything of a service but its own ids.
Json service(const Json& from, const RecordIds::Service& ids, const std::string& path,
             const std::vector<Attached>& attached, Problems& problems);
// Everything of an entity but its own ids.
Json entity(const Json& from);

// `owner`: {"kind", "id" or "filing_number"}.
Json attachment(const Attached& from, Json owner);
Json owner_of(int64_t kind, const Named& named);
Json owner_of(int64_t kind, int64_t id);

// ICPmm: the hexadecimal MD5 of the password's GBK bytes.
void set_password(const Json& body, Json& record);

constexpr int64_t kReportedByProvider = 1;  // Bbfs: 代为报备
constexpr int64_t kOwnerEntity = 1, kOwnerService = 2;

}  // namespace beian::authority::parts
