#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "base/text.hpp"
#include "platform/db/connection.hpp"

namespace beian::db {

const Value& parameter(const Params& params, std::string_view name, std::string_view sql) {
  const auto found =
      std::find_if(params.begin(), params.end(), [&](const auto& p) { return p.first == name; });
  if (found == params.end())
    throw std::logic_error("no value for :" + std::string(name) + " in: " + std::string(sql));
  return found->second;
}

void check_text(std::string_view name, const std::string& value) {
  if (value.find('\0') != std::string::npos || !text::is_utf8(value))
    throw std::invalid_argument("the text of :" + std::string(name) +
                                " has a zero byte or is not UTF-8");
}

namespace {

using Clock = std::chrono::steady_clock;

// Serialization failures come in crowds; after so many runs something else is wrong.
constexpr int kRuns = 30;

class Pool {
 public:
  using Connect = std::function<std::unique_ptr<Connection>()>;
  Pool(size_t size, std::chrono::milliseconds patience, Connect connect)
      : free_(std::max<size_t>(size, 1)), patience_(patience), connect_(std::move(connect)) {}

  // Connections are made when first needed and after they broke. Unavailable when none gets free in
  // time.
  std::unique_ptr<Connection> take() {
    std::unique_ptr<Connection> connection;
    {
      std::unique_lock lock(mutex_);
      if (!returned_.wait_for(lock, patience_, [&] { return free_ > 0; }))
        throw Unavailable("all database connections are busy");
      --free_;
      if (!idle_.empty()) {
        connection = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (connection) return connection;
    try {
      return connect_();
    } catch (...) {
      give_back(nullptr);
      throw;
    }
  }

  void give_back(std::unique_ptr<Connection> connection) {
    if (connection && connection->broken()) connection.reset();
    {
      const std::lock_guard lock(mutex_);
      ++free_;
      if (connection) idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  size_t free_;
  std::chrono::milliseconds patience_;
  Connect connect_;
};

class Lease {
 public:
  explicit Lease(Pool& pool) : pool_(pool), connection_(pool.take()) {}
  ~Lease() { pool_.give_back(std::move(connection_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Connection* operator->() { return connection_.get(); }
  Connection& operator*() { return *connection_; }

 private:
  Pool& pool_;
  std::unique_ptr<Connection> connection_;
};

void pause_before_run(int run) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int most = std::min(1 << std::min(run, 6), 50);
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution<int>(0, most * 1000)(random)));
}

// Which database this thread is in the middle of a call of. Almost always none or one.
thread_local std::vector<const void*> entered;

struct Enter {
  explicit Enter(const void* database) {
    if (std::find(entered.begin(), entered.end(), database) != entered.end())
      throw std::logic_error("a database call inside another on the same database");
    entered.push_back(database);
  }
  ~Enter() { entered.pop_back(); }
  Enter(const Enter&) = delete;
  Enter& operator=(const Enter&) = delete;
};

class PooledDatabase final : public Database {
 public:
  PooledDatabase(Dialect dialect, std::shared_ptr<Pool> readers, std::shared_ptr<Pool> writers)
      : dialect_(dialect), readers_(std::move(readers)), writers_(std::move(writers)) {}

  Dialect dialect() const override { return dialect_; }
  void write(const std::function<void(Tx&)>& work, Isolation isolation) override {
    transact(*writers_, Mode::write, isolation, work);
  }
  void read(const std::function<void(Tx&)>& work) override {
    transact(*readers_, Mode::read, Isolation::serializable, work);
  }
  void ping() override {
    // A pooled connection may be dead since the server was restarted; the second one is new or
    // shows the same.
    try {
      (*Lease(*readers_)).ping();
    } catch (const TryAgain&) {
      (*Lease(*readers_)).ping();
    }
  }

 private:
  void transact(Pool& pool, Mode mode, Isolation isolation, const std::function<void(Tx&)>& work) {
    const Enter guard(this);
    for (int run = 1;; ++run) {
      try {
        once(pool, mode, isolation, work);
        return;
      } catch (const TryAgain&) {
        if (run == kRuns) throw;
        pause_before_run(run);
      }
    }
  }

  static void once(Pool& pool, Mode mode, Isolation isolation,
                   const std::function<void(Tx&)>& work) {
    Lease connection(pool);
    try {
      connection->begin(mode, isolation);
      work(*connection);
      connection->commit();
    } catch (...) {
      connection->rollback();
      throw;
    }
  }

  const Dialect dialect_;
  const std::shared_ptr<Pool> readers_, writers_;
};

}  // namespace

std::shared_ptr<Database> Database::open(const std::string& url, Options options) {
  const std::chrono::milliseconds patience(options.busy_timeout_ms);
  constexpr std::string_view kSqlite = "sqlite:";
  std::shared_ptr<Database> database;
  if (url.starts_with(kSqlite)) {
    const std::string path = url.substr(kSqlite.size());
    if (path.empty() || path.starts_with(":"))
      throw std::invalid_argument("a SQLite database needs a file: " + url);
    const auto pool = [&](size_t size, Mode mode) {
      return std::make_shared<Pool>(size, patience,
                                    [=] { return connect_sqlite(path, mode, options); });
    };
    // One writer for the whole process: waiting for it is a fair queue, while SQLite's own wait
    // sleeps and tries again.
    auto writers = pool(1, Mode::write);
    { const Lease first(*writers); }  // makes the file
    database = std::make_shared<PooledDatabase>(
        Dialect::sqlite, pool(std::max<size_t>(options.connections, 2) - 1, Mode::read),
        std::move(writers));
  } else if (url.starts_with("postgresql:") || url.starts_with("postgres:")) {
    auto pool = std::make_shared<Pool>(options.connections, patience,
                                       [=] { return connect_postgres(url, options); });
    database = std::make_shared<PooledDatabase>(Dialect::postgres, pool, pool);
  } else {
    throw std::invalid_argument("a database URL starts with sqlite: or postgresql:");
  }
  database->ping();
  return database;
}

}  // namespace beian::db
