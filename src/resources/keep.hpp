// The provider tells what its customers have: by API, by CSV, by hand.
#pragma once

#include <istream>

#include "resources/context.hpp"

namespace beian::resources {

// Body: {"account": sign-in name of the owner, "product", "region", "mainland"? (true),
// "billing": "subscription"|"pay_as_you_go", "from": "2026-01-01", "until"?, "addresses": ranges,
// "quota"? (the product's)}. The same again changes nothing. A resource that entitles to nothing is
// kept all the same: `unfit` tells why. required, wrong_type, unknown_field, bad_format,
// code_unknown (/product, /billing), not_found (/account), out_of_range (/quota: not below what is
// taken), bad_ip_address and bad_ip_range at /addresses/n; bad_format, too_long at /source_id.
struct Kept {
  Resource resource;
  bool created = false, changed = false;
};
Result<Kept> put(const Context& context, const std::string& actor, const std::string& source_id,
                 const Json& body);

// The same in the caller's transaction; without `write` it only looks.
Result<Kept> put_in(const Context& context, db::Tx& tx, const std::string& actor,
                    const std::string& source_id, const Json& body, bool write);

// The instance is gone: codes that nobody used become void; what is filed stays. not_found.
Result<Resource> release(const Context& context, const std::string& actor,
                         const std::string& source_id);

// One resource a line; a header with the names of `put` (and source_id) in English or Chinese
// (实例, 账号, 产品, 地域, 内地, 计费, 开始, 到期, 地址, 次数); several addresses are parted by
// blanks or semicolons. Good lines are taken, bad ones told. Problems of the whole file: /header:
// required, unknown_field, duplicate; /file: too_many (10,000 lines).
struct LineReport {
  int64_t line = 0;
  std::string source_id;
  std::string effect;  // created, changed, unchanged, bad
  Problems problems;
};
struct ImportReport {
  std::vector<LineReport> lines;
  int64_t created = 0, changed = 0, unchanged = 0, bad = 0;
};
Result<ImportReport> import_csv(const Context& context, const std::string& actor, std::istream& in,
                                bool dry_run);

}  // namespace beian::resources
