// An accepted file, read: its records, or what is wrong with the file as a whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "sandbox/context.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

// 5001 schema or encoding, 5003 another provider's id inside, 5004 version, 5009 a block that the
// account may not report, 5011 an operation not open here.
struct FileFault {
  int code = 0;
  std::string text, reason;
};

struct Reported {
  const Operation* operation = nullptr;
  Json record;  // with its attachments
};

struct UploadFile {
  const Block* block = nullptr;  // of the document; ICP's when it cannot be told
  std::optional<FileFault> fault;
  std::vector<FaultMark> marks;   // its records as far as they name themselves, 1000
  std::vector<Reported> records;  // in the order of judging; empty with a fault
};

// The XML of an accepted file, GBK bytes. Throws as open_upload.
std::string upload_xml(const Context& context, const Upload& upload);

// Throws when the stored bytes are gone or cannot be opened again.
UploadFile open_upload(const Context& context, const Upload& upload, const Provider& provider);

}  // namespace beian::sandbox
