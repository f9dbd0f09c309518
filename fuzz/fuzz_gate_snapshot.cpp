// A snapshot whose bytes were changed. As they are: it is refused, or every answer is the true one
// or `damaged`. With all its checksums made good again, as somebody who forges it would: whatever
// it says, nothing outside it is read and nothing goes on for ever.
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "check.hpp"
#include "gate/builder.hpp"
#include "gate/snapshot.hpp"

using namespace beian;
using namespace beian::gate;

namespace {

constexpr int kNames = 1128;  // 64 lines of the index, some with more names than slots
constexpr Seconds kNow = 1000;
// A few of each form: the embedded list would be read anew for each input, most of its time.
constexpr std::string_view kRules = "cn\ncom.cn\n*.ck\n!www.ck\ngov.cn\n";

std::string name_at(int i) {
  return (i % 50 == 0 ? "a.b.name-" : "name-") + std::to_string(i) + ".com.cn";
}

std::string make_snapshot() {
  const std::string path = "/tmp/fuzz-gate-" + std::to_string(getpid());
  const auto suffixes = Suffixes::from_rules(kRules);
  Builder builder(path, {.seed = 42, .suffixes = &*suffixes});
  for (int i = 0; i < kNames; ++i) {
    Entry entry;
    const std::string name = name_at(i);
    entry.name = name;
    entry.number = static_cast<PackedNumber>(i);
    if (i % 10 == 0) entry.until = 2 * kNow;
    builder.add(entry);
  }
  builder.finish();
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  unlink(path.c_str());
  return bytes;
}

void make_good(std::string& bytes) {
  format::Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  for (format::Section* section : {&header.suffixes, &header.index, &header.records}) {
    if (section->offset <= bytes.size() && section->size <= bytes.size() - section->offset)
      section->check = checksum(std::string_view(bytes).substr(section->offset, section->size));
  }
  header.check = 0;
  std::memcpy(bytes.data(), &header, sizeof header);
  header.check = checksum(std::string_view(bytes).substr(0, format::kHeaderBytes));
  std::memcpy(bytes.data(), &header, sizeof header);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  static const std::string kWhole = make_snapshot();
  if (size == 0) return 0;
  const bool forged = data[0] % 2 == 1;
  std::string bytes = kWhole;
  // Each change: three bytes of place, counted from the header or from what follows it, and the new
  // byte.
  format::Header header;
  std::memcpy(&header, kWhole.data(), sizeof header);
  for (size_t i = 1; i + 4 <= size; i += 4) {
    size_t at = data[i] | data[i + 1] << 8 | data[i + 2] << 16;
    at = at % 2 == 0 ? at / 2 % sizeof header : header.suffixes.offset + at / 2;
    bytes[at % bytes.size()] = static_cast<char>(data[i + 3]);
  }
  if (forged) make_good(bytes);
  const auto gate = Snapshot::over(bytes);
  if (!gate) return 0;
  if (!forged && bytes != kWhole) fuzz::must(!gate->verify().has_value(), "verify finds a change");
  // Another eighth of the names each time.
  static const std::vector<std::string> kHosts = [] {
    std::vector<std::string> out;
    for (int i = 0; i < kNames; ++i) out.push_back(name_at(i));
    return out;
  }();
  std::vector<size_t> asked;
  std::vector<std::string_view> raw;
  for (size_t i = checksum(fuzz::view(data, size)) % 8; i < kHosts.size(); i += 8) {
    asked.push_back(i);
    raw.push_back(kHosts[i]);
  }
  std::vector<Answer> answers(raw.size());
  gate->lookup(raw, kNow, answers);
  for (size_t i = 0; i < raw.size(); ++i) {
    const Answer& a = answers[i];
    if (i % 8 == 0) {
      const Answer one = gate->lookup(raw[i], kNow);
      fuzz::must(one.allow == a.allow && one.reason == a.reason, "one by one as all at once");
    }
    if (!forged)
      fuzz::must(a.reason == Reason::damaged || (a.allow && a.number == asked[i]),
                 "the true answer or none");
  }
  if (!forged) fuzz::must(!gate->lookup("other.com.cn", kNow).allow, "no false permission");
  size_t count = 0;
  if (forged)
    (void)gate->each([&](const Entry& e) { return ++count < 1u << 20 && !e.name.empty(); });
  return 0;
}
