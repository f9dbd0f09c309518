#include "sandbox/upload_file.hpp"

#include <algorithm>
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

constexpr size_t kMostMarks = 1000;   // results of a file that is refused as a whole
constexpr size_t kLongestMark = 255;  // Bs

int64_t cancellation_of(int64_t category) {
  if (category == 0) return 6;
  return category == 1 ? 7 : 5;
}

// What can be seen of a document without knowing its schema.
class Outline {
 public:
  explicit Outline(std::string_view xml) {
    xml::Events events;
    events.start = [this](std::string_view name, const auto& attributes) {
      return start(name, attributes);
    };
    events.end = [this](std::string_view) { return end(); };
    events.text = [this](std::string_view piece) {
      if (wanted_ != nullptr && text_.size() <= kLongestMark) text_ += piece;
      return true;
    };
    well_formed = xml::read(xml, events).has_value();
  }

  bool well_formed = false;
  std::string root, version;
  const Block* block = nullptr;
  std::string block_name;
  std::vector<FaultMark> marks;

 private:
  static constexpr MarkPath kCategory{"ZXBA/Zx_xx/Zxlb", 0};

  bool start(std::string_view name, const xml::Attributes& attributes) {
    ++depth_;
    if (depth_ == 1) {
      root = name;
      for (const auto& [key, value] : attributes)
        if (key == "version") version = value;
    } else if (depth_ == 2) {
      block_name = name;
      const auto found = std::ranges::find(blocks(), name, &Block::element);
      block = found == blocks().end() ? nullptr : &*found;
    } else {
      path_.push_back(std::string(name));
    }
    wanted_ = nullptr;
    text_.clear();
    if (block == nullptr || path_.empty()) return true;
    const std::string path = text::join(path_, "/");
    const auto mark = std::ranges::find(block->marks, path, &MarkPath::path);
    if (mark != block->marks.end()) wanted_ = &*mark;
    if (path == kCategory.path) wanted_ = &kCategory;
    return true;
  }

  bool end() {
    const std::string value(text::trim(text_));
    if (wanted_ == &kCategory) {
      category_ = 2;
      text::parse_i64(value, category_);
    } else if (wanted_ != nullptr && !value.empty() && text::length(value) <= kLongestMark &&
               marks.size() < kMostMarks) {
      const int64_t operation =
          wanted_->operation == 0 ? cancellation_of(category_) : wanted_->operation;
      marks.push_back({wanted_, operation, value});
    }
    wanted_ = nullptr;
    --depth_;
    if (!path_.empty()) path_.pop_back();
    return true;
  }

  int depth_ = 0;
  std::vector<std::string> path_;  // below the block
  const MarkPath* wanted_ = nullptr;
  std::string text_;
  int64_t category_ = 2;
};

std::string first_reason(const Problems& problems) {
  const auto& first = problems.front();
  return first.field + " " + problem_text(first.code, first.args, Language::zh);
}

FileFault format_fault(std::string reason) {
  // The interface wants the file's name as the text of 5001.
  return {5001, "beianinfo.xml", std::move(reason)};
}

// V.3.0 wants GBK. Our reader takes UTF-16 for what it is, whatever the file declares; an
// authority's need not.
bool is_utf16(std::string_view bytes) {
  using namespace std::string_view_literals;
  for (const auto mark : {"\xFF\xFE"sv, "\xFE\xFF"sv, "<\0"sv, "\0<"sv})
    if (bytes.starts_with(mark)) return true;
  return false;
}

Json* below(Json& block, std::string_view path) {
  Json* here = &block;
  for (const auto& part : text::split(path, '/'))
    if (here = here->find(part); here == nullptr) return nullptr;
  return here;
}
// Moves the records out of the block's model. The fault when it holds what no operation takes.
std::optional<FileFault> take_records(const Block& block, Json& model,
                                      std::vector<Reported>& records) {
  size_t left = model.members().size() - 1;  // provider_id
  for (const auto& operation : block.operations) {
    Json* list = below(model, operation.path);
    if (list == nullptr) continue;
    for (auto& record : list->items()) records.push_back({&operation, std::move(record)});
    list->items().clear();
    if (operation.path.find('/') == std::string_view::npos) --left;
  }
  for (const auto& [name, value] : model.members()) {
    const bool nested = std::ranges::any_of(block.operations, [&](const Operation& operation) {
      return operation.path.starts_with(name + "/");
    });
    if (nested) --left;
  }
  if (left == 0 && !records.empty()) return std::nullopt;
  records.clear();
  return FileFault{5011, outcome(5011).text, std::string(block.element)};
}

}  // namespace

std::string upload_xml(const Context& context, const Upload& upload) {
  const auto bytes = context.blobs.get(upload.blob);
  if (!bytes) throw std::runtime_error("the bytes of an accepted upload are gone");
  wire::Envelope envelope;
  envelope.beian_info = base64_encode(*bytes);
  envelope.beian_info_hash = upload.info_hash;
  envelope.encrypt_algorithm = static_cast<int>(upload.keys.encryption);
  auto xml = wire::open_envelope(envelope, upload.keys);
  if (!xml) throw std::runtime_error("an accepted upload cannot be opened again");
  return std::move(*xml);
}

UploadFile open_upload(const Context& context, const Upload& upload, const Provider& provider) {
  const std::string xml = upload_xml(context, upload);
  Outline outline(xml);
  UploadFile opened;
  opened.block = outline.block != nullptr ? outline.block : &blocks().front();
  const auto profile = wire::Profile::named(provider.account.profile);
  if (!profile) throw std::runtime_error("no profile " + provider.account.profile);
  if (!outline.well_formed || outline.root != "UploadData") {
    opened.fault = format_fault("不是格式良好的 UploadData 文档");
  } else if (is_utf16(xml)) {
    opened.fault = format_fault("数据文件应以 GBK 编码，而不是 UTF-16");
  } else if (!(*profile)->accepts(outline.version)) {
    opened.fault = FileFault{5004, "接口版本错误，当前接口版本为“" + (*profile)->version() + "”",
                             "version=" + outline.version};
  } else if (outline.block == nullptr) {
    opened.fault = FileFault{5011, outcome(5011).text, outline.block_name};
  } else if (auto model = wire::decode(**profile, "UploadData", xml); !model) {
    opened.fault = format_fault(first_reason(model.error()));
  } else {
    Json& block = *model->find(opened.block->field);
    if (block["provider_id"].as_int() != upload.provider_id)
      opened.fault = FileFault{5003, outcome(5003).text, ""};
    else if (std::ranges::find(provider.account.businesses, opened.block->field) ==
             provider.account.businesses.end())
      opened.fault = FileFault{5009, outcome(5009).text, std::string(opened.block->element)};
    else
      opened.fault = take_records(*opened.block, block, opened.records);
  }
  opened.marks = std::move(outline.marks);
  return opened;
}

}  // namespace beian::sandbox
