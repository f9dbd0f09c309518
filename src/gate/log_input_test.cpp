// Files of every packing, whole and cut, become the same lines.
#include "gate/log_input.hpp"

#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "gate/log_bytes.hpp"

namespace beian::gate {
namespace {

std::string gzip(const std::string& text) {
  std::string out(text.size() + 1024, '\0');
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.flush = NO_FLUSH;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uint32_t>(text.size());
  stream.next_out = reinterpret_cast<uint8_t*>(out.data());
  stream.avail_out = static_cast<uint32_t>(out.size());
  EXPECT_EQ(isal_deflate_stateless(&stream), COMP_OK);
  out.resize(stream.total_out);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

class LogInputs : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = ::testing::TempDir() + "log_input_" + std::to_string(getpid());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& name, const std::string& bytes) {
    const std::string path = folder + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  struct Read {
    std::string text, problem;
    uint64_t overlong = 0;
    size_t begins = 0, ends = 0;
  };
  static Read read(const std::vector<std::string>& files, size_t block = 4096) {
    Read out;
    LogInput input(files, block);
    while (const auto* one = input.next()) {
      if (!one->ends) EXPECT_TRUE(one->lines.empty() || one->lines.ends_with('\n'));
      out.text += one->lines;
      out.problem += one->problem;
      out.overlong += one->overlong;
      out.begins += one->begins;
      out.ends += one->ends;
    }
    EXPECT_EQ(out.begins, files.size());
    EXPECT_EQ(out.ends, files.size());
    return out;
  }
  static std::string numbers(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += "line " + std::to_string(i) + " 样例\n";
    return out;
  }

  std::string folder;
};

TEST_F(LogInputs, TheSameLinesFromEveryPacking) {
  const std::string text = numbers(20000);
  const std::string half = text.substr(0, 100000), rest = text.substr(100000);
  const std::vector<std::pair<std::string, std::string>> packed = {
      {"plain", text},
      {"gzip", gzip(text)},
      {"zstd", zstd(text)},
      {"members", gzip(half) + gzip(rest)},
      {"frames", zstd(half) + zstd(rest)},
      {"padded", gzip(text) + std::string(3000, '\0')},
  };
  for (const auto& [name, bytes] : packed) {
    const Read got = read({file(name, bytes)});
    EXPECT_TRUE(got.text == text) << name;
    EXPECT_EQ(got.problem, "") << name;
  }
  // Many files, and a last line without an end.
  const Read many = read({file("a", "one\ntwo"), file("b", ""), file("c", zstd("three\n"))});
  EXPECT_EQ(many.text, "one\ntwothree\n");
  EXPECT_EQ(read({file("empty.gz", gzip(""))}).problem, "");
}

TEST_F(LogInputs, WhatIsCutOrDamagedIsToldAndTheRestCounts) {
  const std::string text = numbers(50000);
  const std::string gz = gzip(text), zst = zstd(text);
  for (const auto& [name, bytes] : {std::pair{"gz", gz.substr(0, gz.size() - 9)},
                                    {"half.gz", gz.substr(0, gz.size() / 2)},
                                    {"zst", zst.substr(0, zst.size() - 4)},
                                    {"half.zst", zst.substr(0, zst.size() / 2)}}) {
    const Read got = read({file(name, bytes)});
    EXPECT_EQ(got.problem, "cut short") << name;
    EXPECT_TRUE(text.starts_with(got.text)) << name;
    if (std::string_view(name).starts_with("half") && name != std::string_view("half.zst"))
      EXPECT_GT(got.text.size(), text.size() / 4) << name;
  }
  std::string wrong = gz;
  wrong[wrong.size() - 6] ^= 1;  // of the checksum
  EXPECT_EQ(read({file("sum.gz", wrong)}).problem, "damaged");
  EXPECT_EQ(read({file("behind.gz", gz + std::string(40, 'x'))}).problem, "damaged");
  EXPECT_EQ(read({file("behind.zst", zst + "xxxxx")}).problem, "damaged");
  EXPECT_EQ(read({folder + "/none"}).problem, "No such file or directory");
  EXPECT_EQ(read({folder}).problem, "Is a directory");
}

TEST_F(LogInputs, OverlongLinesAreLeftOut) {
  const std::string giant(10000, 'x');
  const Read got = read({file("giant", "a\n" + giant + "\nb\n" + giant + giant + "\nc\n")});
  EXPECT_EQ(got.text, "a\nb\nc\n");
  EXPECT_EQ(got.overlong, 2u);
  EXPECT_EQ(read({file("only", giant)}).overlong, 1u);
  EXPECT_EQ(read({file("first", giant + "\nb\n")}).text, "b\n");
  // As long as a block: with its end it fits, one more does not.
  EXPECT_EQ(read({file("fits", std::string(4095, 'y') + "\nb\n")}).overlong, 0u);
  EXPECT_EQ(read({file("not", std::string(4096, 'y') + "\nb\n")}).overlong, 1u);
}

TEST_F(LogInputs, NobodyNeedsToReadToTheEnd) {
  LogInput input({file("long", numbers(200000))}, 4096);
  EXPECT_NE(input.next(), nullptr);
}

}  // namespace
}  // namespace beian::gate
