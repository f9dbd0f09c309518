#include "platform/blob/blob.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <vector>

#include "base/ids.hpp"
#include "testing/database.hpp"

namespace beian::blob {
namespace {

namespace fs = std::filesystem;

class Blobs : public ::testing::Test {
 protected:
  std::vector<fs::path> files() const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path("blobs")))
      if (entry.is_regular_file()) out.push_back(entry.path());
    return out;
  }
  testing::TempFolder folder_;
  const Secret key_{std::string(32, 'k')};
  std::unique_ptr<Store> store_ = open_directory(folder_.path("blobs"), key_);
};

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

TEST_F(Blobs, ComeBackAsTheyWere) {
  for (const std::string& bytes :
       {std::string(), std::string("样例"), std::string("a\0b", 3), random_bytes(3 << 20)}) {
    const std::string reference = store_->put(bytes);
    EXPECT_EQ(reference.size(), 64u);
    EXPECT_TRUE(store_->exists(reference));
    EXPECT_TRUE(store_->get(reference).value() == bytes);
    EXPECT_EQ(store_->put(bytes), reference);
  }
  EXPECT_EQ(files().size(), 4u);
}

// Pieces of any size make the same file, and it comes back in pieces that are never large.
TEST_F(Blobs, StreamInAndOut) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{65'535}, size_t{65'536}, size_t{65'537},
                            size_t{262'144}, size_t{1'000'003}}) {
    const std::string bytes = random_bytes(size);
    const auto writer = store_->writer();
    for (size_t at = 0, step = 1; at < size; at += step, step = step * 3 % 100'000 + 1)
      writer->write(std::string_view(bytes).substr(at, step));
    const std::string reference = writer->commit();
    EXPECT_EQ(reference, store_->put(bytes)) << size;
    std::string back;
    const auto reader = store_->reader(reference).value();
    for (auto piece = reader->next(); !piece.empty(); piece = reader->next()) {
      EXPECT_LE(piece.size(), 65'536u);
      back += piece;
    }
    EXPECT_TRUE(back == bytes) << size;
    EXPECT_TRUE(reader->next().empty());
  }
  EXPECT_EQ(files().size(), 7u) << "and no draft is left";
}

TEST_F(Blobs, AWriterThatIsGivenUpLeavesNothing) {
  store_->writer()->write(random_bytes(200'000));
  EXPECT_TRUE(files().empty());
}

// A full chunk is 65,536 bytes and 28 of its seal; the head has 64.
TEST_F(Blobs, ChunksCanNeitherMoveNorEndEarly) {
  constexpr size_t kHead = 64, kChunk = 65'536 + 28;
  const std::string reference = store_->put(random_bytes(200'000));
  const fs::path path = files().at(0);
  const std::string good = content_of(path);
  overwrite(path, good.substr(0, kHead) + good.substr(kHead + kChunk, kChunk) +
                      good.substr(kHead, kChunk) + good.substr(kHead + 2 * kChunk));
  EXPECT_THROW(store_->get(reference), Damaged);
  for (const size_t chunks : {0, 1, 2, 3}) {
    overwrite(path, good.substr(0, kHead + chunks * kChunk));
    EXPECT_THROW(store_->get(reference), Damaged) << chunks;
  }
  overwrite(path, good);
  EXPECT_EQ(store_->get(reference).value().size(), 200'000u);
}

TEST_F(Blobs, OutliveTheProcessAndNeedTheKey) {
  const std::string reference = store_->put("样例 material");
  store_ = open_directory(folder_.path("blobs"), key_);
  EXPECT_EQ(store_->get(reference).value(), "样例 material");
  const auto other = open_directory(folder_.path("blobs"), Secret(std::string(32, 'x')));
  EXPECT_THROW(other->get(reference), Damaged);
  EXPECT_NE(other->put("样例 material"), reference) << "addresses tell nothing without the key";
}

TEST_F(Blobs, AreUnreadableOnDiskAndPrivate) {
  const std::string secret = "a sentence that must not be seen on the disk";
  store_->put(secret);
  const auto all = files();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(content_of(all[0]).find("sentence"), std::string::npos);
  EXPECT_EQ(fs::status(all[0]).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Blobs, MissingAndNonsenseAreNotFound) {
  const std::string reference = store_->put("x");
  store_->remove(reference);
  store_->remove(reference);
  EXPECT_FALSE(store_->exists(reference));
  for (const std::string& name : {reference, std::string("../../etc/passwd"), std::string(),
                                  std::string(64, 'G'), std::string(63, 'a')}) {
    EXPECT_FALSE(store_->exists(name));
    EXPECT_EQ(store_->get(name).error().front().code, ProblemCode::not_found);
    store_->remove(name);
  }
}

TEST_F(Blobs, AnyDamageIsSeen) {
  const std::string reference = store_->put("样例 some bytes");
  const fs::path path = files().at(0);
  const std::string good = content_of(path);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x20);
    overwrite(path, bad);
    EXPECT_THROW(store_->get(reference), Damaged) << "byte " << i;
  }
  for (const size_t length : {size_t{0}, size_t{3}, good.size() / 2, good.size() - 1}) {
    overwrite(path, good.substr(0, length));
    EXPECT_THROW(store_->get(reference), Damaged) << "cut to " << length;
  }
  // Putting it again mends a cut file.
  EXPECT_EQ(store_->put("样例 some bytes"), reference);
  EXPECT_EQ(store_->get(reference).value(), "样例 some bytes");
}

TEST_F(Blobs, AFileUnderAnothersNameDoesNotOpen) {
  const std::string a = store_->put("aaaa"), b = store_->put("bbbb");
  const auto path = [&](const std::string& reference) {
    return fs::path(folder_.path("blobs")) / reference.substr(0, 2) / reference.substr(2, 1) /
           reference;
  };
  fs::copy_file(path(a), path(b), fs::copy_options::overwrite_existing);
  EXPECT_THROW(store_->get(b), Damaged);
}

TEST_F(Blobs, ManyWritersOfTheSameAndOfOthers) {
  const std::string shared = random_bytes(100'000);
  const auto second = open_directory(folder_.path("blobs"), key_);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      Store& store = i % 2 ? *store_ : *second;
      for (int k = 0; k < 10; ++k) {
        const std::string reference = store.put(shared);
        EXPECT_TRUE(store.get(reference).value() == shared);
        const std::string own = std::to_string(i) + "/" + std::to_string(k);
        EXPECT_EQ(store.get(store.put(own)).value(), own);
      }
    });
  threads.clear();
  EXPECT_EQ(files().size(), 41u) << "and no draft is left";
}

// A file-size limit stands in for a full disk.
TEST_F(Blobs, AFullDiskThrowsAndLeavesNothing) {
  struct rlimit old {};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 1000, old.rlim_max };
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(store_->put(std::string(100'000, 'x')), std::system_error);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(files().empty());
  store_->put(std::string(100'000, 'x'));
}

TEST_F(Blobs, OldDraftsAreSweptYoungOnesStay) {
  const fs::path old = folder_.path("blobs/tmp/old"), young = folder_.path("blobs/tmp/young");
  overwrite(old, "x");
  overwrite(young, "x");
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(2));
  store_ = open_directory(folder_.path("blobs"), key_);
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(young));
}

}  // namespace
}  // namespace beian::blob
