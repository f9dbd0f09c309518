#include "app/import_filed.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>

#include "base/encoding.hpp"
#include "platform/db/bulk.hpp"
#include "registry/record_many.hpp"

namespace beian::app {

namespace {

struct Batch {
  std::vector<FileRecord> read;
  int64_t first = 0;  // number of its first record, from 1
  // What sealing made of them.
  std::vector<registry::Prepared> prepared;
  std::vector<registry::Refused> refused;
  std::exception_ptr failed;
  bool sealed = false;
};

// Batches on their way from the reader by the sealers to the writer, who gets them in the order in
// which they were read. Bounded: whoever is faster waits.
class Belt {
 public:
  explicit Belt(size_t most) : most_(most) {}

  // False: nobody wants any more.
  bool put(std::shared_ptr<Batch> batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || batches_.size() < most_; });
    if (stopped_) return false;
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  // The next one that nobody seals yet; nothing at the end.
  std::shared_ptr<Batch> to_seal() {
    std::vector<std::shared_ptr<Batch>> written;  // freed without the lock
    std::unique_lock lock(mutex_);
    written.swap(written_);
    changed_.wait(lock, [&] { return stopped_ || ended_ || taken_ < batches_.size(); });
    if (stopped_ || taken_ >= batches_.size()) return nullptr;
    return batches_[taken_++];
  }
  // The writer is the one for whom all wait: sealers give the memory back, with the next batch.
  void written(std::shared_ptr<Batch> batch) {
    const std::lock_guard lock(mutex_);
    written_.push_back(std::move(batch));
  }
  void sealed(Batch& batch) {
    const std::lock_guard lock(mutex_);
    batch.sealed = true;
    changed_.notify_all();
  }
  // The first one; nothing at the end.
  std::shared_ptr<Batch> to_write() {
    std::unique_lock lock(mutex_);
    changed_.wait(
        lock, [&] { return stopped_ || (batches_.empty() ? ended_ : batches_.front()->sealed); });
    if (stopped_ || batches_.empty()) return nullptr;
    auto batch = std::move(batches_.front());
    batches_.pop_front();
    --taken_;
    changed_.notify_all();
    return batch;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Batch>> batches_;
  std::vector<std::shared_ptr<Batch>> written_;
  size_t most_, taken_ = 0;  // how many of the first are with a sealer, or sealed
  bool ended_ = false, stopped_ = false;
};

std::string words_of(const Problems& problems) {
  std::string out;
  for (const auto& problem : problems) {
    if (!out.empty()) out += "；";
    out += problem.field + " " + problem_text(problem.code, problem.args, Language::zh);
  }
  return out;
}

// SQLite writes each page that a transaction changed once for it, and entries of indexes lie
// anywhere: four times the records, half the time an entity. PostgreSQL is as fast with few.
size_t batch_of(const ImportDeps& deps) {
  if (deps.batch > 0) return deps.batch;
  return deps.database.dialect() == db::Dialect::sqlite ? 4000 : 1000;
}

void seal(const ImportDeps& deps, Batch& batch) {
  for (size_t i = 0; i < batch.read.size(); ++i) {
    FileRecord& one = batch.read[i];
    auto filed = one.problems.empty() ? registry::read_filed(one.record, false)
                                      : Result<registry::Filed>(std::unexpected(one.problems));
    if (filed) {
      const int64_t own = deps.own_provider(filed->province);
      batch.prepared.push_back(
          registry::prepare(deps.cipher, own, std::move(*filed), std::move(one.record)));
      continue;
    }
    std::string content = std::move(one.content);
    if (content.empty() && one.record.is_object()) content = to_string(one.record);
    batch.refused.push_back({batch.first + static_cast<int64_t>(i), one.line, one.place,
                             words_of(filed.error()), std::move(content)});
  }
}

class Importer {
 public:
  Importer(const ImportDeps& deps, const std::string& path, FiledFormat format)
      : deps_(deps), path_(path), format_(format) {}

  Result<registry::Import> run() {
    auto source = file_identity(path_);
    if (!source) return fail(source);
    registry::Import wanted;
    wanted.source = std::move(*source);
    wanted.name = path_.substr(path_.rfind('/') + 1);
    wanted.terms = deps_.terms;
    deps_.database.write([&](db::Tx& tx) {
      db::expect_many_rows(tx);
      done_ = registry::begin_import(tx, deps_.clock.now(), wanted, deps_.anew);
    });
    passed_over_ = done_.read;
    move_records();
    if (failed_) std::rethrow_exception(failed_);
    if (lost_)
      return fail(ProblemCode::conflict, "",
                  {{"path", path_}, {"reason", "another import of this file is at work"}});
    tell_refused();
    if (!read_) return fail(read_);
    done_.finished = deps_.clock.now();
    deps_.database.write(
        [&](db::Tx& tx) { registry::finish_import(tx, done_.finished, done_.source); });
    return done_;
  }

 private:
  void move_records() {
    const size_t cores = std::max(2u, std::thread::hardware_concurrency());
    const size_t sealers = deps_.sealers > 0 ? deps_.sealers : cores / 2;
    std::vector<std::jthread> threads;
    threads.emplace_back([this] { read(); });
    for (size_t i = 0; i < sealers; ++i) threads.emplace_back([this] { seal_all(); });
    try {
      while (auto batch = belt_.to_write()) {
        if (batch->failed) std::rethrow_exception(batch->failed);
        if (!write(*batch)) break;
        if (deps_.progress) deps_.progress(done_);
        belt_.written(std::move(batch));
      }
    } catch (...) {
      failed_ = std::current_exception();
    }
    belt_.stop();
  }

  void read() {
    auto batch = std::make_shared<Batch>();
    int64_t seen = 0;
    const auto hand_on = [&] {
      batch->first = seen - static_cast<int64_t>(batch->read.size()) + 1;
      return belt_.put(std::exchange(batch, std::make_shared<Batch>()));
    };
    try {
      read_ = read_filed(path_, format_, [&](FileRecord record) {
        if (++seen <= passed_over_) return true;
        batch->read.push_back(std::move(record));
        return batch->read.size() < batch_ || hand_on();
      });
    } catch (...) {
      batch->failed = std::current_exception();
    }
    if (!batch->read.empty() || batch->failed) hand_on();
    belt_.end();
  }

  void seal_all() {
    while (auto batch = belt_.to_seal()) {
      try {
        if (!batch->failed) seal(deps_, *batch);
      } catch (...) {
        batch->failed = std::current_exception();
      }
      belt_.sealed(*batch);
    }
  }

  // The records with their progress: all of it or nothing.
  bool write(const Batch& batch) {
    registry::Import step;
    const auto record = [&](db::Tx& tx) {
      const auto recorded = registry::record_many(tx, deps_.clock.now(), deps_.cipher,
                                                  deps_.account_id, batch.prepared);
      step.read = static_cast<int64_t>(batch.read.size());
      step.added = recorded.added;
      step.changed = recorded.changed;
      step.unchanged = recorded.unchanged;
      step.refused = static_cast<int64_t>(batch.refused.size());
      for (const auto& refused : batch.refused)
        registry::keep_refused(tx, deps_.cipher, done_.source, refused);
      if (!registry::advance_import(tx, done_, step)) throw db::Database::Rollback{};
    };
    try {
      deps_.database.write(record, db::Isolation::read_committed);
    } catch (const db::Database::Rollback&) {
      lost_ = true;
      return false;
    }
    done_.read += step.read;
    done_.added += step.added;
    done_.changed += step.changed;
    done_.unchanged += step.unchanged;
    done_.refused += step.refused;
    return true;
  }

  void tell_refused() {
    constexpr int64_t kPage = 1000;
    for (int64_t after = 0; deps_.refused;) {
      const auto page = deps_.database.read_value([&](db::Tx& tx) {
        return registry::refused_after(tx, deps_.cipher, done_.source, after, kPage);
      });
      for (const auto& refused : page) deps_.refused(refused);
      if (page.size() < static_cast<size_t>(kPage)) break;
      after = page.back().record;
    }
  }

  static constexpr size_t kMostBatches = 6;
  const ImportDeps& deps_;
  const size_t batch_ = batch_of(deps_);
  const std::string path_;
  const FiledFormat format_;
  Belt belt_{kMostBatches};
  registry::Import done_;
  int64_t passed_over_ = 0;
  Status read_;  // the reader's, when its thread has ended
  bool lost_ = false;
  std::exception_ptr failed_;
};

}  // namespace

Result<std::string> file_identity(const std::string& path) {
  constexpr std::streamoff kEnd = std::streamoff{1} << 20;
  struct stat status {};
  std::ifstream in(path, std::ios::binary);
  if (!in || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return fail(ProblemCode::file_unreadable, "", {{"path", path}, {"reason", "open"}});
  std::string both = std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) +
                     "." + std::to_string(status.st_mtim.tv_nsec) + "\n";
  for (const std::streamoff at : {std::streamoff{0}, std::streamoff{status.st_size} - kEnd}) {
    std::string part(static_cast<size_t>(kEnd), '\0');
    in.clear();
    in.seekg(std::max<std::streamoff>(at, 0));
    in.read(part.data(), kEnd);
    both.append(part, 0, static_cast<size_t>(in.gcount()));
  }
  return hex_encode(crypto::sha256(both));
}

Result<registry::Import> import_filed(const ImportDeps& deps, const std::string& path,
                                      FiledFormat format) {
  return Importer(deps, path, format).run();
}

}  // namespace beian::app
