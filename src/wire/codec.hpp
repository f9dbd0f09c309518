// Our model (Json with the profile's field names) to GBK XML and back. Both ends of the interface
// use the same model; docs/way-in.md and the golden files in tests/golden/wire show it.
//
// Limits: 50 MB of XML and 1000 records in an upload (Limits below). Problems are wire_schema, the
// field is the path of elements below the root, "/" for the whole; elements that may occur more
// than once have their place, from 1 as in XPath: "/ICP/XZBA/Baxx[2]/Zt_xx/Dwmc". Their args are
// path and reason, of a document that was read the line as well.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/xml/xml.hpp"
#include "wire/profile.hpp"

namespace beian::wire {

struct CodecLimits {
  size_t max_bytes = 50u * 1024 * 1024;  // of XML
  size_t max_records = 1000;             // sum of the operations' records
};

// The whole document; every fault of the model is collected (missing, too long, no such field; up
// to 100). A null member counts as absent. Characters without GBK form become character references.
Result<std::string> encode(const Profile& profile, std::string_view root, const Json& model,
                           const CodecLimits& limits = {});

// Reads and validates; every fault of the document is collected (up to 100). Blanks around numbers
// are accepted, as XML Schema allows; `all` groups in any order; a version that the profile does
// not accept is a fault at "/@version".
Result<Json> decode(const Profile& profile, std::string_view root, std::string_view xml,
                    const CodecLimits& limits = {});

// ---- Documents that are too large for memory

struct StreamLimits {
  size_t max_bytes = size_t{16} << 30;  // of XML
  size_t max_records = 1000;            // of an upload, as CodecLimits
  // Of one record, and of all that stands in none: its text, and 64 for each element.
  size_t max_record_bytes = 16u * 1024 * 1024;
};

// Where a record stood: the outermost element of its way that may occur more than once.
struct RecordAt {
  std::string operation;  // fields of the way to it: "icp/filed", "synchronisation/ip/sources"
  std::string path;       // as in problems: "/SJTB/ICP/Baxx[7]"
  size_t index = 0;       // 7
  const Element* element = nullptr;
  int line = 0;  // where it begins
};
// False stops the reading, which then ends well.
using OnRecord = std::function<bool(const RecordAt&, Json)>;
// A record with faults, for whoever takes the good ones; up to 100 faults of each.
using OnFaulty = std::function<bool(const RecordAt&, Problems)>;

// Validates as decode() does and hands each record on as soon as it is read, in the document's
// order; it keeps none. What stands in no record is the answer. After the first fault no record is
// handed on, the rest is read for its faults only. Records before it have been handed on by then:
// who must apply all or nothing reads twice, or in one transaction. Without `on_record` it only
// validates. Memory: some megabytes and what one record takes, at most some three times
// max_record_bytes for the oddest of documents. Problems of the source are handed on as they are,
// behind those of the document.
// With `on_faulty`, faults within a record are told there and are none of the document: the records
// behind it are handed on.
Result<Json> decode_stream(const Profile& profile, std::string_view root, const xml::Source& source,
                           const OnRecord& on_record, const StreamLimits& limits = {},
                           const OnFaulty& on_faulty = {});

// ---- Writing piece by piece

// Builds an upload record by record, for batches that must stay below the limits.
//   UploadBuilder b(profile, "icp", "new_filings", provider_id);
//   if (b.add(record) == Added::full) start the next file with it
class UploadBuilder {
 public:
  enum class Added { yes, full };
  // `block` is a field of UploadData, `operation` the field of the records below it ("new_filings";
  // "new_filings/sources" where objects lie between). Throws std::logic_error for others.
  UploadBuilder(std::shared_ptr<const Profile> profile, std::string_view block,
                std::string_view operation, int64_t provider_id, CodecLimits limits = {});
  // wire_schema when the record itself cannot be written, or would not fit into an empty file;
  // nothing is added then.
  Result<Added> add(const Json& record);
  size_t records() const { return records_; }
  size_t bytes() const { return body_.size() + tail_.size(); }
  // The document; the builder is used up. Throws std::logic_error without a record.
  std::string finish();

 private:
  std::shared_ptr<const Profile> profile_;
  CodecLimits limits_;
  const Element* record_ = nullptr;
  std::string at_;           // path of the records' parent
  std::string body_, tail_;  // what stands before and after the next record
  size_t records_ = 0;
};

}  // namespace beian::wire
