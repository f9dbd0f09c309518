// What an upload file may hold: one table of operations over the three blocks of UploadData. A new
// operation is a row (icp_operations.cpp, …) and its own files; the file's way is the same for all.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "sandbox/context.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

struct Operation;

// One record of an accepted file, on its way into the store.
struct Arrival {
  const Context& context;
  const Provider& provider;
  const Settings& settings;
  const Upload& upload;
  const Operation& operation;
  int64_t position = 0;  // in the file, from 0, over all operations in the table's order
  const Json& record;
  Outcomes inspected;  // what `inspect` said
  int64_t now = 0;
};

struct Operation {
  std::string_view name;  // records.operation: "new_filing"
  std::string_view path;  // fields below the block: "new_filings"; "new_filings/sources"
  // What the record shows by itself; outside of any transaction.
  Outcomes (*inspect)(const Json& record, const Circumstances& circumstances);
  // What the library says to it; the verdict, its rows and its notices, in the file's transaction.
  void (*enter)(db::Tx& tx, const Arrival& arrival);
};

// Which element names a record of a file that cannot be read as a whole.
struct MarkPath {
  std::string_view path;  // below the block: "XZBA/Baxx/Zt_xx/IspZtid"
  int64_t operation = 1;  // Czlx; 0: told by a Zxlb before it
};
// A record of a file that was refused as a whole, as far as it can be told.
struct FaultMark {
  const MarkPath* from = nullptr;
  int64_t operation = 1;
  std::string mark;  // the element's text, at most 255 characters
};
struct RefusedFile {
  const Upload& upload;
  Outcome outcome;
  std::string remark;  // "dataSequence=5 reason"
  const std::vector<FaultMark>& marks;
};

struct Block {
  std::string_view element, field;        // "ICP", "icp"
  std::span<const Operation> operations;  // judged in this order
  std::span<const MarkPath> marks;
  void (*refuse)(db::Tx& tx, const RefusedFile& file, int64_t now);
};
// An unreadable file is refused by the first one, ICP.
std::span<const Block> blocks();

std::span<const Operation> icp_operations();
std::span<const MarkPath> icp_marks();
void refuse_icp_file(db::Tx& tx, const RefusedFile& file, int64_t now);

std::span<const Operation> ip_operations();
std::span<const MarkPath> ip_marks();
void refuse_ip_file(db::Tx& tx, const RefusedFile& file, int64_t now);

std::span<const Operation> domain_operations();
std::span<const MarkPath> domain_marks();
void refuse_domain_file(db::Tx& tx, const RefusedFile& file, int64_t now);

}  // namespace beian::sandbox
