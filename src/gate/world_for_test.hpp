// What tests of snapshots and of changes after them share: a folder, a snapshot in a line, a naive
// model of the answer.
#pragma once

#include <rapidcheck.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "china/domain.hpp"
#include "gate/builder.hpp"
#include "gate/file.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "gate-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw_errno("mkdtemp");
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(path_), {}));
  }

 private:
  fs::path path_;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline Entry entry(std::string_view name, std::string_view number = "",
                   Standing standing = Standing::filed) {
  Entry out;
  out.name = name;
  out.number = pack_number(number).value();
  out.standing = standing;
  return out;
}

// Enough for the names here, and a file with the whole list takes its time to open.
inline const Suffixes& few_suffixes() {
  static const Suffixes kFew =
      Suffixes::from_rules("cn\ncom.cn\norg.cn\ngov.cn\ncom\nxn--fiqs8s").value();
  return kFew;
}

inline Snapshot snapshot_of(const Folder& folder, const std::vector<Entry>& entries,
                            const Suffixes* suffixes = nullptr) {
  const std::string path = folder.file("gate");
  Builder builder(path, {.created = 7, .sequence = 9, .suffixes = suffixes});
  for (const Entry& one : entries) {
    if (builder.add(one) != HostKind::name) throw std::runtime_error(std::string(one.name));
  }
  builder.finish();
  auto out = Snapshot::open(path);
  if (!out || !out->verify()) throw std::runtime_error("the snapshot cannot be read");
  return std::move(*out);
}

inline std::string told(const Answer& a) {
  return std::string(a.allow ? "allow " : "deny ") + std::string(name_of(a.reason)) +
         (a.entry.empty() ? "" : " by " + std::string(a.entry));
}

struct Model {
  std::map<std::string, Entry> entries;
  mutable std::map<std::string, std::vector<std::string>> coverings;  // what china says, kept

  void set(const std::string& name, Entry e) {
    const auto at = entries.insert_or_assign(name, e).first;
    at->second.name = at->first;
  }

  const std::vector<std::string>& covering(const std::string& host) const {
    auto& known = coverings[host];
    if (known.empty()) known = china::covering_domains(host);
    return known;
  }
  std::string answer(const std::string& host, Seconds now) const {
    std::string late;
    for (const std::string& name : covering(host)) {
      const auto found = entries.find(name);
      if (found == entries.end() || found->second.standing != Standing::blacklisted) continue;
      const Entry& e = found->second;
      if ((e.exact && name != host) || now < e.from || (e.until != 0 && now >= e.until)) continue;
      return "deny blacklisted by " + name;
    }
    for (const std::string& name : covering(host)) {
      const auto found = entries.find(name);
      if (found == entries.end()) continue;
      const Entry& e = found->second;
      if (e.exact && name != host) continue;
      const std::string by = " by " + name;
      if (now < e.from) {
        if (late.empty()) late = "deny not_yet" + by;
      } else if (e.until != 0 && now >= e.until) {
        if (late.empty()) late = "deny expired" + by;
      } else if (e.standing == Standing::cancelled) {
        if (late.empty()) late = "deny cancelled" + by;
      } else {
        return (allows(e.standing) ? "allow " : "deny ") + std::string(name_of(e.standing)) + by;
      }
    }
    return late.empty() ? "deny not_filed" : late;
  }
};

// Numbers from one seed of RapidCheck's: thousands of its own generators take seconds.
class Dice {
 public:
  Dice() : engine_(*rc::gen::arbitrary<uint32_t>()) {}
  // Up to before `end`.
  size_t operator()(size_t end) { return engine_() % end; }

 private:
  std::mt19937 engine_;
};

inline std::string random_name(Dice& dice, size_t range) {
  static const char* const kSuffixes[] = {".cn", ".com.cn", ".com", ".gov.cn", ".xn--fiqs8s"};
  std::string out = "d" + std::to_string(dice(range)) + kSuffixes[dice(std::size(kSuffixes))];
  for (size_t n = dice(4); n > 0; --n)
    out = std::string(1, static_cast<char>('a' + dice(3))) + "." + out;
  return out;
}

inline Entry random_entry(Dice& dice, const std::string& name, PackedNumber number) {
  Entry e = entry(name, "", static_cast<Standing>(1 + dice(8)));
  e.exact = dice(4) == 0;
  if (dice(3) == 0) e.from = static_cast<Seconds>(dice(10));
  if (dice(3) == 0) e.until = static_cast<Seconds>(dice(10));
  e.number = number;
  return e;
}

}  // namespace beian::gate
