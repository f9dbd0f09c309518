#include "wire/returns.hpp"

#include <limits>
#include <map>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/xml/xml.hpp"

namespace beian::wire {

namespace {

constexpr size_t kMaxMessage = 256;  // characters

class Writer {
 public:
  void element(std::string_view name, std::string_view text) {
    out_ += '<';
    out_ += name;
    out_ += '>';
    xml::append_escaped(out_, text);
    close(name);
  }
  void element(std::string_view name, int64_t number) { element(name, std::to_string(number)); }
  void open(std::string_view name) {
    out_ += '<';
    out_ += name;
    out_ += '>';
  }
  void close(std::string_view name) {
    out_ += "</";
    out_ += name;
    out_ += '>';
  }
  std::string& out() { return out_; }

 private:
  std::string out_;
};

std::string_view first_characters(std::string_view utf8, size_t n) {
  size_t i = 0;
  for (; i < utf8.size(); ++i) {
    if ((static_cast<unsigned char>(utf8[i]) & 0xC0) == 0x80) continue;
    if (n == 0) break;
    --n;
  }
  return utf8.substr(0, i);
}

void write_file(Writer& w, const FileInfo& file) {
  w.open("fileInfos");
  w.element("hashAlgorithm", file.envelope.hash_algorithm);
  w.element("compressionFormat", file.envelope.compression_format);
  w.element("encryptAlgorithm", file.envelope.encrypt_algorithm);
  if (file.data_sequence) w.element("dataSequence", *file.data_sequence);
  w.element("return_FileName", file.file_name);
  w.element("beianInfo", file.envelope.beian_info);
  w.element("beianInfoHash", file.envelope.beian_info_hash);
  w.close("fileInfos");
}

void write_status(Writer& w, const StatusInfo& status) {
  w.open("StatusInfo");
  w.element("Cxtjlx", status.condition_type);
  w.element("Cxtj", status.condition);
  if (!status.service_name.empty()) w.element("Wzmc", status.service_name);
  if (!status.entity_number.empty()) w.element("Ztbah", status.entity_number);
  if (!status.service_number.empty()) w.element("Wzbah", status.service_number);
  w.element("Bazt", status.filed ? 0 : 1);
  w.close("StatusInfo");
}

// Reads the children of one element and collects what is wrong with them.
class Reader {
 public:
  Reader(const xml::Node& node, std::string path, Problems& problems)
      : node_(node), path_(std::move(path)), problems_(problems) {}

  const std::string* find(std::string_view name) const {
    const xml::Node* child = node_.child(name);
    return child == nullptr ? nullptr : &child->text;
  }
  std::string text(std::string_view name, bool required = true) {
    const std::string* found = find(name);
    if (found == nullptr && required) fault(name, "is missing");
    return found == nullptr ? "" : *found;
  }
  int64_t number(std::string_view name, int64_t min, int64_t max) {
    const std::string* found = find(name);
    if (found == nullptr) {
      fault(name, "is missing");
      return min;
    }
    int64_t value = 0;
    if (!text::parse_i64(text::trim(*found), value) || value < min || value > max) {
      fault(name, "is not a number from " + std::to_string(min) + " to " + std::to_string(max));
      return min;
    }
    return value;
  }
  void fault(std::string_view name, std::string reason) {
    std::string path = path_ + "/" + std::string(name);
    problems_.push_back(
        {ProblemCode::wire_schema, path, {{"path", path}, {"reason", std::move(reason)}}});
  }

 private:
  const xml::Node& node_;
  std::string path_;
  Problems& problems_;
};

constexpr int64_t kMaxInt = std::numeric_limits<int>::max();
constexpr int64_t kMaxSequence = 0xFFFFFFFF;

// Takes the file out of the node: it may be large.
FileInfo read_file(xml::Node& node, Problems& problems) {
  Reader r(node, "/return/fileInfos", problems);
  FileInfo file;
  file.envelope.hash_algorithm = static_cast<int>(r.number("hashAlgorithm", 0, kMaxInt));
  file.envelope.compression_format = static_cast<int>(r.number("compressionFormat", 0, kMaxInt));
  file.envelope.encrypt_algorithm = static_cast<int>(r.number("encryptAlgorithm", 0, kMaxInt));
  if (r.find("dataSequence") != nullptr)
    file.data_sequence = r.number("dataSequence", 0, kMaxSequence);
  file.file_name = r.text("return_FileName");
  file.envelope.beian_info_hash = r.text("beianInfoHash");
  if (r.find("beianInfo") == nullptr) r.fault("beianInfo", "is missing");
  for (xml::Node& child : node.children)
    if (child.name == "beianInfo" && file.envelope.beian_info.empty())
      file.envelope.beian_info = std::move(child.text);
  return file;
}

StatusInfo read_status(const xml::Node& node, Problems& problems) {
  Reader r(node, "/return/StatusInfo", problems);
  StatusInfo status;
  status.condition_type = static_cast<int>(r.number("Cxtjlx", 0, 98));
  status.condition = r.text("Cxtj");
  status.service_name = r.text("Wzmc", false);
  status.entity_number = r.text("Ztbah", false);
  status.service_number = r.text("Wzbah", false);
  status.filed = r.number("Bazt", 0, 1) == 0;
  return status;
}

struct Code {
  std::string text;
  Reaction reaction;
};

Reaction reaction_named(std::string_view name) {
  if (name == "success") return Reaction::success;
  if (name == "empty") return Reaction::empty;
  if (name == "more") return Reaction::more;
  if (name == "retry") return Reaction::retry;
  if (name == "rejected") return Reaction::rejected;
  throw std::logic_error("data/wire/result-codes.json: no such reaction");
}

const std::map<int, Code>& codes() {
  static const std::map<int, Code> table = [] {
    const auto json = parse_json(embedded::file("data/wire/result-codes.json"));
    if (!json) throw std::logic_error("data/wire/result-codes.json is not JSON");
    std::map<int, Code> made;
    for (const Json& row : (*json)["codes"].items()) {
      made.emplace(static_cast<int>(row["code"].as_int(-1)),
                   Code{row["zh"].as_string(), reaction_named(row["reaction"].as_string())});
    }
    return made;
  }();
  return table;
}

}  // namespace

Result<Return> read_return(std::string_view characters, size_t max_bytes) {
  auto root = xml::parse_characters(characters, {.max_bytes = max_bytes});
  if (!root) return fail(root);
  Problems problems;
  Return answer;
  if (root->name != "return") {
    return fail(ProblemCode::wire_schema, "/" + root->name,
                {{"path", "/" + root->name}, {"reason", "return is expected"}});
  }
  Reader r(*root, "/return", problems);
  answer.msg_code = static_cast<int>(r.number("msg_code", 0, kMaxInt));
  answer.msg = r.text("msg", false);
  if (const xml::Node* list = root->child("dataSequences")) {
    for (const xml::Node& child : list->children) {
      int64_t number = 0;
      if (child.name == "dataSequence" && text::parse_i64(text::trim(child.text), number))
        answer.missing_sequences.push_back(number);
      else
        r.fault("dataSequences/" + child.name, "is not a sequence number");
    }
  }
  for (xml::Node& child : root->children)
    if (child.name == "fileInfos" && !answer.file) answer.file = read_file(child, problems);
  if (const xml::Node* status = root->child("StatusInfo"))
    answer.status = read_status(*status, problems);
  if (r.find("VerifyRes") != nullptr) answer.password_right = r.number("VerifyRes", 0, 1) == 0;
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return answer;
}

std::string write_return(const Return& answer) {
  Writer w;
  if (answer.file) w.out().reserve(answer.file->envelope.beian_info.size() + 1024);
  w.out() = R"(<?xml version="1.0" encoding="GBK"?><return version="V.3.0">)";
  w.element("msg_code", answer.msg_code);
  w.element("msg", first_characters(answer.msg, kMaxMessage));
  if (!answer.missing_sequences.empty()) {
    w.open("dataSequences");
    for (const int64_t n : answer.missing_sequences) w.element("dataSequence", n);
    w.close("dataSequences");
  }
  if (answer.file) write_file(w, *answer.file);
  if (answer.status) write_status(w, *answer.status);
  if (answer.password_right) w.element("VerifyRes", *answer.password_right ? 0 : 1);
  w.close("return");
  return std::move(w.out());
}

std::string_view code_text(int code) {
  const auto found = codes().find(code);
  return found == codes().end() ? std::string_view{} : found->second.text;
}

Reaction code_reaction(int code) {
  const auto found = codes().find(code);
  return found == codes().end() ? Reaction::rejected : found->second.reaction;
}

}  // namespace beian::wire
