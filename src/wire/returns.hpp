// The documents inside `return` (shared/spec/xsd/*-return.xsd). Written with a GBK declaration;
// read from the characters received.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/envelope.hpp"

namespace beian::wire {

struct FileInfo {
  Envelope envelope;
  std::string file_name;
  std::optional<int64_t> data_sequence;  // isp_querypreviousupload only
};

struct StatusInfo {
  int condition_type = 0;                                   // Cxtjlx: 0 domain, 1… certificates
  std::string condition;                                    // Cxtj
  bool filed = false;                                       // Bazt: 0 filed, 1 not
  std::string service_name, entity_number, service_number;  // Wzmc, Ztbah, Wzbah; when filed
};

struct Return {
  int msg_code = 0;
  std::string msg;                         // at most 256 characters
  std::vector<int64_t> missing_sequences;  // with code 14
  std::optional<FileInfo> file;
  std::optional<StatusInfo> status;
  std::optional<bool> password_right = {};  // VerifyRes of isp_verifybamm: 0 right, 1 wrong
};

// max_bytes: a returned file may be 50 MB of XML in base64, and somewhat more where nothing
// compresses.
Result<Return> read_return(std::string_view characters,
                           size_t max_bytes = size_t{128} * 1024 * 1024);
std::string write_return(const Return& answer);  // UTF-8 characters of a document declared GBK

// The protocol's own Chinese text of a msg_code or Jgdm (data/wire/result-codes.json); empty when
// unknown.
enum class Reaction { success, empty, more, retry, rejected };
std::string_view code_text(int code);
Reaction code_reaction(int code);  // rejected when unknown

}  // namespace beian::wire
