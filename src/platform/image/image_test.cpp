#include "platform/image/image.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <thread>
#include <vector>

#include "platform/image/jpeg.hpp"
#include "testing/pictures.hpp"

namespace beian::image {
namespace {

const Limits kAnySize{.min_side = 1};

ProblemCode why(const std::string& bytes, const Limits& limits = {}) {
  const auto result = check(bytes, limits);
  const auto second = reencode_jpeg(bytes, 100'000, limits);
  EXPECT_FALSE(second) << "both must refuse the same";
  if (result) return ProblemCode::internal;
  if (!second) {
    EXPECT_EQ(second.error().front().code, result.error().front().code);
  }
  return result.error().front().code;
}

void expect_colour(const testing::Rgb& seen, int red, int green, int blue, int near = 12) {
  EXPECT_NEAR(seen.red, red, near);
  EXPECT_NEAR(seen.green, green, near);
  EXPECT_NEAR(seen.blue, blue, near);
}

TEST(Check, TellsKindAndSize) {
  const auto jpeg = check(testing::jpeg(640, 480)).value();
  EXPECT_EQ(jpeg.format, Format::jpeg);
  EXPECT_EQ(jpeg.width, 640);
  EXPECT_EQ(jpeg.height, 480);
  EXPECT_EQ(check(testing::png(300, 200)).value().format, Format::png);
}

TEST(Check, OtherContentIsNoPicture) {
  EXPECT_EQ(why("这是一个改了名字的文本文件"), ProblemCode::picture_kind);
  EXPECT_EQ(why(""), ProblemCode::picture_kind);
  for (const char* suffix : {".gif", ".tif", ".svg", ".webp"})
    EXPECT_EQ(why(testing::other_format(suffix)), ProblemCode::picture_kind) << suffix;
}

TEST(Check, AMagicNumberAloneDoesNotHelp) {
  EXPECT_EQ(why("\xFF\xD8\xFF"), ProblemCode::picture_not_decodable);
  EXPECT_EQ(why("\xFF\xD8\xFF\xE0 text that goes on for a while, but is no picture at all"),
            ProblemCode::picture_not_decodable);
  EXPECT_EQ(why("\x89PNG\r\n\x1A\n and then text"), ProblemCode::picture_not_decodable);
}

TEST(Check, TruncatedIsRefusedWhereverItIsCut) {
  for (const std::string& whole : {testing::jpeg(400, 300), testing::png(400, 300)})
    for (int percent : {5, 30, 60, 90, 99})
      EXPECT_EQ(why(whole.substr(0, whole.size() * static_cast<size_t>(percent) / 100)),
                ProblemCode::picture_not_decodable)
          << percent << " %";
}

TEST(Check, ATruncatedLargePictureIsRefusedThoughItIsShrunkWhileLoading) {
  const std::string whole = testing::jpeg(3000, 2000);
  EXPECT_EQ(why(whole.substr(0, whole.size() * 9 / 10)), ProblemCode::picture_not_decodable);
}

TEST(Check, ADamagedPngIsRefused) {
  std::string bytes = testing::png(400, 300);
  for (size_t i = bytes.size() / 2; i < bytes.size() / 2 + 50; ++i) bytes[i] = 'x';
  EXPECT_EQ(why(bytes), ProblemCode::picture_not_decodable);
}

long resident_kib() {
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(Check, BombsAreRefusedByTheirHeader) {
  const std::string png = testing::png_bomb(), jpeg = testing::jpeg_bomb();
  EXPECT_LT(png.size(), 4u << 20);
  const long before = resident_kib();
  for (const auto& bomb : {png, jpeg}) {
    const auto result = check(bomb);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().front().code, ProblemCode::picture_too_many_pixels);
    EXPECT_EQ(result.error().front().args.at(0).second, "12000");
    EXPECT_FALSE(reencode_jpeg(bomb, 100'000));
  }
  EXPECT_LT(resident_kib() - before, 8 * 1024);
}

TEST(Check, AThousandPassesAreRefusedEarly) {
  const std::string bytes = testing::jpeg_of_many_scans(3000, 3000);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(why(bytes), ProblemCode::picture_not_decodable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

// They wait for each other, and all come through.
TEST(Check, LargeOnesFromManyThreads) {
  const std::string bytes = testing::png_grey_16_bits(4500, 4000);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] { EXPECT_TRUE(check(bytes, {.max_bytes = 64 << 20})); });
}

TEST(Check, LimitsOfSides) {
  EXPECT_EQ(why(testing::png(99, 400)), ProblemCode::picture_too_small);
  EXPECT_TRUE(check(testing::png(100, 400)));
  EXPECT_EQ(why(testing::png(400, 401), {.max_side = 400}), ProblemCode::picture_too_many_pixels);
  EXPECT_TRUE(check(testing::png(400, 400), {.max_side = 400}));
  EXPECT_EQ(why(testing::png(400, 400), {.max_pixels = 159'999}),
            ProblemCode::picture_too_many_pixels);
  const auto big = testing::jpeg(400, 400);
  EXPECT_EQ(why(big, {.max_bytes = big.size() - 1}), ProblemCode::picture_too_large);
  EXPECT_TRUE(check(big, {.max_bytes = big.size()}));
}

class Fits : public ::testing::TestWithParam<size_t> {};

TEST_P(Fits, EveryKindOfPicture) {
  for (const std::string& bytes :
       {testing::jpeg(), testing::png(), testing::jpeg(2400, 1600), testing::jpeg_noise(900, 600),
        testing::png(100, 4000), testing::jpeg_cmyk(500, 500), testing::png_transparent(800, 600),
        testing::png_grey_16_bits(300, 300)}) {
    const auto small = reencode_jpeg(bytes, GetParam());
    ASSERT_TRUE(small) << small.error().front().field;
    EXPECT_LE(small->size(), GetParam());
    const auto info = check(*small, kAnySize);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->format, Format::jpeg);
  }
}
INSTANTIATE_TEST_SUITE_P(Sizes, Fits, ::testing::Values(5'000, 100 * 1024, 150 * 1024));

TEST(Reencode, KeepsAllPixelsWhereTheyFit) {
  const auto info = check(reencode_jpeg(testing::jpeg(1000, 700), 100 * 1024).value()).value();
  EXPECT_EQ(info.width, 1000);
  EXPECT_EQ(info.height, 700);
}

// A large photo is made use of: no picture of postage-stamp size from 9 million pixels.
TEST(Reencode, StaysAsLargeAsFits) {
  const auto bytes = reencode_jpeg(testing::jpeg(3600, 2400), 100 * 1024).value();
  const auto info = check(bytes).value();
  EXPECT_GE(info.width, 900);
  EXPECT_NEAR(static_cast<double>(info.width) / info.height, 1.5, 0.01);
  EXPECT_GT(bytes.size(), 40u * 1024);
}

TEST(Reencode, TooFewBytesForAnythingIsAProblem) {
  EXPECT_EQ(reencode_jpeg(testing::jpeg(), 200).error().front().code,
            ProblemCode::picture_too_large);
}

TEST(Reencode, TurnsUprightByExif) {
  // Upper half red as stored. Orientation 6: turned by 90 degrees clockwise for display, so that
  // the red half is at the right; 8: at the left; 3: below.
  const auto turned = [](int orientation) {
    return reencode_jpeg(testing::jpeg_turned(400, 200, orientation), 100'000).value();
  };
  expect_colour(testing::pixel(turned(1), 200, 20), 255, 0, 0);
  expect_colour(testing::pixel(turned(3), 200, 20), 0, 0, 255);
  const auto right = turned(6), left = turned(8);
  EXPECT_EQ(check(right).value().width, 200);
  EXPECT_EQ(check(right).value().height, 400);
  expect_colour(testing::pixel(right, 180, 200), 255, 0, 0);
  expect_colour(testing::pixel(right, 20, 200), 0, 0, 255);
  expect_colour(testing::pixel(left, 20, 200), 255, 0, 0);
}

TEST(Reencode, LeavesMetadataBehind) {
  const std::string with = testing::jpeg_turned(400, 200, 6);
  EXPECT_TRUE(testing::has_metadata(with));
  EXPECT_FALSE(testing::has_metadata(reencode_jpeg(with, 100'000).value()));
}

TEST(Reencode, LeavesWhatIsBareAndFitsAsItIs) {
  const std::string bare = testing::jpeg(300, 200);
  EXPECT_EQ(bare_jpeg(bare).size(), bare.size());
  EXPECT_TRUE(reencode_jpeg(bare, bare.size()).value() == bare);
  EXPECT_TRUE(reencode_jpeg(bare + "a tail that is no picture", bare.size()).value() == bare);
  EXPECT_LT(reencode_jpeg(bare, bare.size() - 1).value().size(), bare.size());
}

TEST(Reencode, NothingButABarePictureIsLeft) {
  const std::string bare = testing::jpeg(300, 200);
  const std::string comment = std::string("\xFF\xFE\x00\x09", 4) + "comment";
  const std::string with = bare.substr(0, 2) + comment + bare.substr(2);
  EXPECT_TRUE(bare_jpeg(with).empty());
  const std::string out = reencode_jpeg(with, with.size()).value();
  EXPECT_EQ(out.find("comment"), std::string::npos);
  EXPECT_FALSE(bare_jpeg(out).empty());
  EXPECT_TRUE(bare_jpeg(testing::jpeg_turned(300, 200, 6)).empty());
  EXPECT_TRUE(bare_jpeg(testing::jpeg_cmyk(300, 200)).empty());
  // Cut anywhere, it is neither bare nor read beyond its end.
  for (size_t length = 0; length < bare.size(); length += 7)
    EXPECT_TRUE(bare_jpeg(std::string(bare.substr(0, length))).empty()) << length;
}

TEST(Reencode, TransparentBecomesWhite) {
  for (const bool bits_16 : {false, true}) {
    const auto bytes = reencode_jpeg(testing::png_transparent(400, 200, bits_16), 100'000).value();
    expect_colour(testing::pixel(bytes, 50, 100), 255, 255, 255);
    expect_colour(testing::pixel(bytes, 350, 100), 255, 0, 0);
  }
}

TEST(Reencode, InksAndSixteenBitsBecomePlain) {
  const auto red =
      testing::pixel(reencode_jpeg(testing::jpeg_cmyk(200, 200), 100'000).value(), 100, 100);
  EXPECT_GT(red.red, 180);
  EXPECT_LT(red.green, 90);
  EXPECT_LT(red.blue, 90);
  const auto grey =
      testing::pixel(reencode_jpeg(testing::png_grey_16_bits(200, 200), 100'000).value(), 9, 9);
  expect_colour(grey, 128, 128, 128);
}

TEST(Reencode, FromManyThreads) {
  const std::string bytes = testing::jpeg(600, 400);
  const std::string expected = reencode_jpeg(bytes, 50'000).value();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k) {
        EXPECT_TRUE(reencode_jpeg(bytes, 50'000).value() == expected);
        EXPECT_FALSE(check(bytes.substr(0, bytes.size() / 2)));
      }
    });
}

}  // namespace
}  // namespace beian::image
