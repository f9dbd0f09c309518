#include "materials/materials.hpp"

#include <gtest/gtest.h>

#include "platform/image/image.hpp"
#include "testing/database.hpp"

namespace beian::materials {
namespace {

const TimePoint kNow{Millis{1'780'000'000'000}};

class Materials : public ::testing::TestWithParam<std::string> {
 protected:
  Material sample(const std::string& order, int purpose, const std::string& owner) {
    Material m;
    m.id = order + std::to_string(purpose) + owner;
    m.order_id = order;
    m.purpose = purpose;
    m.owner = owner;
    m.original = "ref-original";
    m.reported = "ref-reported";
    m.reported_bytes = 1234;
    m.width = 40;
    m.height = 30;
    m.file_name = "样例.jpg";
    m.created = kNow;
    return m;
  }
  void add(const Material& m) {
    db_.database->write([&](db::Tx& tx) { insert(tx, m); });
  }
  std::vector<Material> all(const std::string& order) {
    return db_.database->read_value([&](db::Tx& tx) { return of_order(tx, order); });
  }
  testing::TestDatabase db_ = testing::make_database(GetParam());
};

TEST_P(Materials, RowsGoThereAndBack) {
  const Material m = sample("A", 1, "/services/0");
  add(m);
  add(sample("A", 2, "/entity"));
  add(sample("B", 2, "/entity"));
  const auto of_a = all("A");
  ASSERT_EQ(of_a.size(), 2u);
  EXPECT_EQ(of_a[0].id, m.id);
  EXPECT_EQ(of_a[0].owner, m.owner);
  EXPECT_EQ(of_a[0].original, m.original);
  EXPECT_EQ(of_a[0].reported, m.reported);
  EXPECT_EQ(of_a[0].reported_bytes, m.reported_bytes);
  EXPECT_EQ(of_a[0].width, 40);
  EXPECT_EQ(of_a[0].height, 30);
  EXPECT_EQ(of_a[0].file_name, m.file_name);
  EXPECT_EQ(of_a[0].created, kNow);
}

TEST_P(Materials, OnePictureForAPurposeAndOwner) {
  add(sample("A", 4, "/services/0"));
  add(sample("A", 4, "/services/1"));
  Material newer = sample("A", 4, "/services/0");
  newer.id = "newer";
  newer.reported = "ref-newer";
  add(newer);
  ASSERT_EQ(all("A").size(), 2u);
  EXPECT_EQ(all("A")[0].id, "newer");
  EXPECT_EQ(all("A")[0].reported, "ref-newer");
}

TEST_P(Materials, FindAndRemove) {
  const Material m = sample("A", 3, "/entity");
  add(m);
  db_.database->write([&](db::Tx& tx) {
    ASSERT_TRUE(find(tx, m.id));
    EXPECT_EQ(find(tx, m.id)->order_id, "A");
    EXPECT_FALSE(find(tx, "other"));
    EXPECT_TRUE(remove(tx, m.id));
    EXPECT_FALSE(remove(tx, m.id));
    EXPECT_FALSE(find(tx, m.id));
  });
}

INSTANTIATE_TEST_SUITE_P(Backends, Materials, ::testing::ValuesIn(testing::backends()));

class Prepare : public ::testing::Test {
 protected:
  testing::TempFolder folder_;
  std::unique_ptr<blob::Store> blobs_ =
      blob::open_directory(folder_.path("blobs"), Secret(std::string(32, 'k')));
};

TEST_F(Prepare, ReencodesToTheAuthoritysLimits) {
  const std::string picture = image::draw_sample(image::Format::png, 1800, 1350, "样例证件");
  for (const int purpose : {1, 2, 6}) {
    const auto made = prepare(*blobs_, kNow, "A", purpose, "/entity", "样例.png", picture);
    ASSERT_TRUE(made);
    const auto reported = blobs_->get(made->reported);
    ASSERT_TRUE(reported);
    EXPECT_EQ(static_cast<int64_t>(reported->size()), made->reported_bytes);
    EXPECT_LE(reported->size(), authority_limit(purpose));
    const auto info = image::check(*reported);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->format, image::Format::jpeg);
    EXPECT_EQ(info->width, made->width);
    EXPECT_EQ(*blobs_->get(made->original), picture);
  }
}

TEST_F(Prepare, RefusesWithoutStoring) {
  const auto code = [&](int purpose, std::string_view bytes) {
    const auto made = prepare(*blobs_, kNow, "A", purpose, "/entity", "样例.jpg", bytes);
    EXPECT_FALSE(made);
    return made ? ProblemCode::internal : made.error().front().code;
  };
  EXPECT_EQ(code(0, "x"), ProblemCode::code_unknown);
  EXPECT_EQ(code(8, "x"), ProblemCode::code_unknown);
  EXPECT_EQ(code(2, "not a picture"), ProblemCode::picture_kind);
  const std::string picture = image::draw_sample(image::Format::jpeg, 400, 300, "样例");
  EXPECT_EQ(code(2, picture.substr(0, picture.size() - 200)), ProblemCode::picture_not_decodable);
}

TEST_F(Prepare, AnIconIsASquareOfItsOwnSize) {
  const auto code = [&](int width, int height) {
    const std::string picture = image::draw_sample(image::Format::png, width, height, "样例");
    const auto made = prepare(*blobs_, kNow, "A", 7, "/services/0/app", "", picture);
    return made ? ProblemCode::internal : made.error().front().code;
  };
  EXPECT_EQ(code(256, 256), ProblemCode::internal);  // none
  EXPECT_EQ(code(64, 64), ProblemCode::internal);    // too small for any other picture
  EXPECT_EQ(code(256, 200), ProblemCode::bad_app_field);
  EXPECT_EQ(code(40, 40), ProblemCode::picture_too_small);
  EXPECT_EQ(code(1100, 1100), ProblemCode::picture_too_many_pixels);
}

TEST(AuthorityLimit, OnlyForPurposesThatExist) {
  EXPECT_EQ(authority_limit(1), 150u * 1024);
  EXPECT_EQ(authority_limit(5), 100u * 1024);
  EXPECT_EQ(authority_limit(0), 0u);
  EXPECT_EQ(authority_limit(-1), 0u);
  EXPECT_EQ(authority_limit(7), 100u * 1024);  // the icon of an app
  EXPECT_EQ(authority_limit(8), 0u);
}

}  // namespace
}  // namespace beian::materials
