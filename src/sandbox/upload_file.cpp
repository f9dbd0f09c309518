#include "sandbox/upload_file.hpp"

#include <set>
#include <stdexcept>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/xml/xml.hpp"
#include "sandbox/judge.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {
namespace {

constexpr size_t kMostMarks = 1000;  // results of a file that is refused as a whole

// What can be seen of a document without knowing its schema.
struct Outline {
  bool well_formed = false;
  std::string root, version, block;
  std::set<std::string> operations;
  std::vector<int64_t> entity_ids;  // IspZtid, to name the records of a refused file
};

Outline outline_of(std::string_view xml) {
  Outline outline;
  int depth = 0;
  std::string id;
  bool in_id = false;
  xml::Events events;
  events.start = [&](std::string_view name, const auto& attributes) {
    ++depth;
    if (depth == 1) {
      outline.root = name;
      for (const auto& [key, value] : attributes)
        if (key == "version") outline.version = value;
    }
    if (depth == 2) outline.block = name;
    if (depth == 3 && name != "Qqdwid") outline.operations.insert(std::string(name));
    in_id = name == "IspZtid";
    id.clear();
    return true;
  };
  events.end = [&](std::string_view) {
    --depth;
    int64_t number = 0;
    if (in_id && text::parse_i64(text::trim(id), number) && outline.entity_ids.size() < kMostMarks)
      outline.entity_ids.push_back(number);
    in_id = false;
    return true;
  };
  events.text = [&](std::string_view piece) {
    if (in_id) id += piece;
    return true;
  };
  outline.well_formed = xml::read(xml, events).has_value();
  return outline;
}

std::string first_reason(const Problems& problems) {
  const auto& first = problems.front();
  return first.field + " " + problem_text(first.code, first.args, Language::zh);
}

FileFault format_fault(std::string reason) {
  // The interface wants the file's name as the text of 5001.
  return {5001, "beianinfo.xml", std::move(reason)};
}

}  // namespace

UploadFile open_upload(const Context& context, const Upload& upload, const Provider& provider) {
  UploadFile opened;
  const auto bytes = context.blobs.get(upload.blob);
  if (!bytes) throw std::runtime_error("the bytes of an accepted upload are gone");
  wire::Envelope envelope;
  envelope.beian_info = base64_encode(*bytes);
  envelope.beian_info_hash = upload.info_hash;
  envelope.encrypt_algorithm = static_cast<int>(upload.keys.encryption);
  const auto xml = wire::open_envelope(envelope, upload.keys);
  if (!xml) throw std::runtime_error("an accepted upload cannot be opened again");

  const Outline outline = outline_of(*xml);
  opened.entity_ids = outline.entity_ids;
  const auto profile = wire::Profile::named(provider.account.profile);
  if (!profile) throw std::runtime_error("no profile " + provider.account.profile);
  if (!outline.well_formed || outline.root != "UploadData") {
    opened.fault = format_fault("不是格式良好的 UploadData 文档");
  } else if (!(*profile)->accepts(outline.version)) {
    opened.fault = FileFault{5004, "接口版本错误，当前接口版本为“" + (*profile)->version() + "”",
                             "version=" + outline.version};
  } else if (outline.block != "ICP" ||
             (!outline.operations.empty() && outline.operations != std::set<std::string>{"XZBA"})) {
    opened.fault = FileFault{5011, outcome(5011).text, outline.block};
  } else if (auto model = wire::decode(**profile, "UploadData", *xml); !model) {
    opened.fault = format_fault(first_reason(model.error()));
  } else if ((*model)["icp"]["provider_id"].as_int() != upload.provider_id) {
    opened.fault = FileFault{5003, outcome(5003).text, ""};
  } else {
    opened.records = std::move(*model->find("icp")->find("new_filings"));
  }
  return opened;
}

}  // namespace beian::sandbox
