// Uploads and downloads of both profiles. What is accepted can be written again and reads the same;
// in pieces the same is accepted, with the same records.
#include <string>

#include "check.hpp"
#include "wire/codec.hpp"

using namespace beian;
using namespace beian::wire;

namespace {

struct Kind {
  const char *profile, *root;
};
constexpr Kind kKinds[] = {{"miit-3.0", "UploadData"},
                           {"miit-3.0", "DownloadData"},
                           {"openbeian-3.1", "UploadData"},
                           {"openbeian-3.1", "DownloadData"}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 2) return 0;
  const Kind& kind = kKinds[data[0] % 4];
  const auto profile = *Profile::named(kind.profile);
  const std::string_view xml = fuzz::view(data + 2, size - 2);

  const auto model = decode(*profile, kind.root, xml);
  if (model) {
    const auto again = encode(*profile, kind.root, *model);
    fuzz::must(again.has_value(), "what is read can be written");
    const auto twice = decode(*profile, kind.root, *again);
    fuzz::must(twice.has_value(), "what is written can be read");
    fuzz::must(encode(*profile, kind.root, *twice) == again, "writing is stable");
  }

  const size_t piece = 1 + data[1] % 64;
  size_t at = 0, records = 0;
  const auto source = [&]() -> Result<std::string_view> {
    const auto next = xml.substr(std::min(at, xml.size()), piece);
    at += next.size();
    return next;
  };
  const auto streamed =
      decode_stream(*profile, kind.root, source, [&](const RecordAt&, const Json&) {
        ++records;
        return true;
      });
  fuzz::must(streamed.has_value() == model.has_value(), "whole and pieces agree");
  if (model && records == 0) fuzz::must(*streamed == *model, "without records nothing is lost");
  return 0;
}
