#include "gate/sorted_runs.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <queue>

namespace beian::gate {

namespace {

constexpr size_t kBufferBytes = 64 * 1024;

// Hands the values of a key on as one, when the next key comes.
class Grouped {
 public:
  using Take = std::function<void(std::string_view, std::string_view)>;
  Grouped(const SortedRuns::Combine& combine, const Take& f) : combine_(combine), f_(f) {}

  void add(std::string_view key, std::string_view value) {
    if (any_ && key_ == key) {
      combine_(value_, value);
      return;
    }
    finish();
    any_ = true;
    key_ = key;
    value_ = value;
  }
  void finish() {
    if (any_) f_(key_, value_);
    any_ = false;
  }

 private:
  const SortedRuns::Combine& combine_;
  const Take& f_;
  bool any_ = false;
  std::string key_, value_;
};

}  // namespace

// A run: size of the key, size of the value, both.
class SortedRuns::Writer {
 public:
  explicit Writer(const std::string& folder) { run_.file = open_nameless(folder); }

  void put(std::string_view key, std::string_view value) {
    const uint32_t sizes[2] = {static_cast<uint32_t>(key.size()),
                               static_cast<uint32_t>(value.size())};
    buffer_.append(reinterpret_cast<const char*>(sizes), sizeof sizes);
    buffer_ += key;
    buffer_ += value;
    if (buffer_.size() >= kBufferBytes) flush();
  }
  Run finish() {
    flush();
    return std::move(run_);
  }

 private:
  void flush() {
    write_all(run_.file.get(), {buffer_.data(), buffer_.size()}, "write");
    run_.size += buffer_.size();
    buffer_.clear();
  }
  Run run_;
  std::string buffer_;
};

class SortedRuns::Reader {
 public:
  explicit Reader(const Run& run) : run_(run) {}

  bool next() {
    uint32_t sizes[2];
    if (!hold(sizeof sizes)) return false;
    std::memcpy(sizes, buffer_.data() + at_, sizeof sizes);
    hold(sizeof sizes + size_t{sizes[0]} + sizes[1]);
    key_ = std::string_view(buffer_).substr(at_ + sizeof sizes, sizes[0]);
    value_ = std::string_view(buffer_).substr(at_ + sizeof sizes + sizes[0], sizes[1]);
    at_ += sizeof sizes + size_t{sizes[0]} + sizes[1];
    return true;
  }
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  // That many bytes from at_ on are in the buffer; false at the end.
  bool hold(size_t bytes) {
    if (buffer_.size() - at_ >= bytes) return true;
    buffer_.erase(0, at_);
    at_ = 0;
    const size_t had = buffer_.size();
    const size_t more = static_cast<size_t>(
        std::min<uint64_t>(std::max(kBufferBytes, bytes - had), run_.size - read_));
    if (more == 0) return false;
    buffer_.resize(had + more);
    read_all_at(run_.file.get(), buffer_.data() + had, more, read_);
    read_ += more;
    return true;
  }

  const Run& run_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t read_ = 0;
  std::string_view key_, value_;
};

SortedRuns::SortedRuns(std::string folder, size_t memory, Combine combine)
    : folder_(std::move(folder)), memory_(memory), combine_(std::move(combine)) {}

void SortedRuns::add(std::string_view key, std::string_view value) {
  // Doubling would need half as much again for a moment.
  if (held_.capacity() == 0) held_.reserve(std::min<size_t>(memory_, kBufferBytes));
  items_.push_back(
      {held_.size(), static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size())});
  held_ += key;
  held_ += value;
  if (held_.capacity() + items_.capacity() * sizeof(Item) >= memory_ && held_.size() >= memory_ / 4)
    write_run();
}

void SortedRuns::sort() {
  const auto key = [&](const Item& item) {
    return std::string_view(held_).substr(item.at, item.key_size);
  };
  std::sort(items_.begin(), items_.end(), [&](const Item& a, const Item& b) {
    const int order = key(a).compare(key(b));
    return order < 0 || (order == 0 && a.at < b.at);
  });
}

void SortedRuns::each_held(const Take& f) {
  sort();
  Grouped grouped(combine_, f);
  for (const Item& item : items_) {
    const std::string_view all(held_);
    grouped.add(all.substr(item.at, item.key_size),
                all.substr(item.at + item.key_size, item.value_size));
  }
  grouped.finish();
  held_.clear();
  items_.clear();
}

void SortedRuns::write_run() {
  if (items_.empty()) return;
  if (runs_.size() == kMostRuns) {
    Writer merged(folder_);
    merge([&](std::string_view key, std::string_view value) { merged.put(key, value); });
    runs_.clear();
    runs_.push_back(merged.finish());
  }
  Writer writer(folder_);
  each_held([&](std::string_view key, std::string_view value) { writer.put(key, value); });
  runs_.push_back(writer.finish());
  ++written_;
}

void SortedRuns::merge(const Take& f) {
  std::vector<std::unique_ptr<Reader>> readers;
  const auto later = [](const Reader* a, const Reader* b) { return a->key() > b->key(); };
  std::priority_queue<Reader*, std::vector<Reader*>, decltype(later)> queue(later);
  for (const Run& run : runs_) {
    auto& reader = readers.emplace_back(std::make_unique<Reader>(run));
    if (reader->next()) queue.push(reader.get());
  }
  Grouped grouped(combine_, f);
  while (!queue.empty()) {
    Reader* const first = queue.top();
    queue.pop();
    grouped.add(first->key(), first->value());
    if (first->next()) queue.push(first);
  }
  grouped.finish();
}

void SortedRuns::each(const Take& f) {
  if (runs_.empty()) return each_held(f);
  write_run();
  held_ = {};
  items_ = {};
  merge(f);
}

}  // namespace beian::gate
