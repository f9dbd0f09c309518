// Reading a snapshot from end to end.
#include "gate/slots.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

using namespace format;

namespace {

std::unexpected<Problems> damaged(const char* where) {
  return fail(ProblemCode::file_unreadable, "",
              {{"path", ""}, {"reason", std::string("damaged in its ") + where}});
}

Entry entry_from(std::string_view name, const Record& r) {
  return {.name = name,
          .number = r.number,
          .standing = r.standing(),
          .exact = r.exact(),
          .from = r.from,
          .until = r.until};
}

}  // namespace

// Every record, also the marks, each checked by itself and against its place.
Status Snapshot::walk(const std::function<bool(const Found&)>& f) const {
  for (uint64_t n = 0; n < header_.lines; ++n) {
    const char* line = index_ + n * kLineBytes;
    const size_t count = load16(line + kCountAt);
    uint64_t at = base_of(line);
    for (size_t i = 0; i < count; ++i) {
      uint8_t tag;
      size_t size = kFixed;
      if (i < kSlots) {
        tag = static_cast<uint8_t>(line[kTagsAt + i]);
        size += static_cast<uint8_t>(line[kSizesAt + i]);
      } else {
        if (at > header_.records.size || header_.records.size - at < kExtra)
          return damaged("records");
        tag = static_cast<uint8_t>(records_[at]);
        size += static_cast<uint8_t>(records_[at + 1]);
        at += kExtra;
      }
      Found found = read(at, size, {}, 0);  // no record has this name: it is checked by its own
      if (found.what == Found::damaged) return damaged("records");
      const uint64_t hash = name_hash(found.name, header_.seed);
      if (tag != tag_of(hash) || format::line_of(hash, header_.lines) != n) return damaged("order");
      if (!f(found)) return {};
      at += size;
    }
  }
  return {};
}

Status Snapshot::each(const std::function<bool(const Entry&)>& f) const {
  return walk([&](const Found& found) {
    return !found.record.is_entry() || f(entry_from(found.name, found.record));
  });
}

Status Snapshot::verify() const {
  const format::Section& suffixes = header_.suffixes;
  const uint64_t padding = suffixes.offset + suffixes.size;  // up to the index
  if (padding < header_.index.offset &&
      bytes_.substr(padding, header_.index.offset - padding).find_first_not_of('\0') !=
          std::string_view::npos)
    return damaged("padding");
  if (checksum(bytes_.substr(header_.records.offset, header_.records.size)) !=
      header_.records.check)
    return damaged("records");
  uint64_t entries = 0;
  const Status walked = walk([&](const Found& found) {
    entries += found.record.is_entry() ? 1 : 0;
    return true;
  });
  if (!walked) return walked;
  return entries == header_.entries ? Status() : Status(damaged("count of entries"));
}

Result<std::optional<Entry>> Snapshot::entry_of(std::string_view name) const {
  if (name.size() > Host::kLongest) return std::nullopt;
  char padded[Tail::kBytes + Host::kLongest] = {};
  std::copy(name.begin(), name.end(), padded + Tail::kBytes);
  const Found found = find({padded + Tail::kBytes, name.size()}, name_hash(name, header_.seed));
  if (found.what == Found::damaged) return fail(ProblemCode::bad_format);
  if (found.what == Found::none || !found.record.is_entry()) return std::nullopt;
  return entry_from(found.name, found.record);
}

}  // namespace beian::gate
