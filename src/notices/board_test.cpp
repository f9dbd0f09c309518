// The notice board, on every database.
#include "notices/board.hpp"

#include <gtest/gtest.h>

#include "platform/crypto/crypto.hpp"
#include "testing/database.hpp"

namespace beian::notices {
namespace {

class Board : public ::testing::TestWithParam<std::string> {
 protected:
  // Its errors, "created" or "changed".
  std::string put(const std::string& id, const Json& body) {
    clock_.advance(Millis{1000});
    const auto done = put_announcement(*context_, admin(), "127.0.0.1", id, body);
    if (done) return done->created ? "created" : "changed";
    std::string out;
    for (const auto& problem : done.error())
      out += std::string(spec_of(problem.code).name) + "@" + problem.field + " ";
    return out;
  }
  static http::Caller admin() {
    http::Caller caller;
    caller.account_id = "admin-1";
    return caller;
  }
  std::string titles(Language language = Language::zh) {
    std::string out;
    const Json shown =
        db_.database->read_value([&](db::Tx& tx) { return board(tx, clock_.now(), language); });
    for (const auto& one : shown.items()) out += one["title"].as_string() + " ";
    return out;
  }
  static Json said(const std::string& title, const Json& more = Json::object()) {
    Json out = more;
    out.set("title", title);
    out.set("text", "样例");
    return out;
  }

  testing::TestDatabase db_ = testing::make_database(GetParam());
  FakeClock clock_;
  Secret key_{std::string(32, 'k')};
  crypto::ColumnCipher cipher_{key_};
  std::shared_ptr<const Context> context_ =
      std::make_shared<Context>(Context{db_.database, clock_, orders::OrderStore(cipher_)});
};
INSTANTIATE_TEST_SUITE_P(Backends, Board, ::testing::ValuesIn(testing::backends()));

TEST_P(Board, ShowsWhatIsForToday) {
  const auto day = [&](int from_now) {
    return china_date(clock_.now() + std::chrono::days{from_now});
  };
  EXPECT_EQ(put("now", said("样例一", Json::object({{"title_en", "One"}}))), "created");
  EXPECT_EQ(put("over", said("样例二", Json::object({{"since", day(-9)}, {"until", day(-1)}}))),
            "created");
  EXPECT_EQ(put("later", said("样例三", Json::object({{"since", day(1)}}))), "created");
  EXPECT_EQ(put("last-day", said("样例四", Json::object({{"since", day(-1)}, {"until", day(0)}}))),
            "created");
  EXPECT_EQ(titles(), "样例一 样例四 ");
  EXPECT_EQ(titles(Language::en), "One 样例四 ");
  EXPECT_EQ(put("now", said("样例五")), "changed");
  EXPECT_EQ(titles(Language::en), "样例五 样例四 ");
  clock_.advance(std::chrono::days{1});
  EXPECT_EQ(titles(), "样例三 样例五 ");
  EXPECT_TRUE(remove_announcement(*context_, admin(), "127.0.0.1", "now"));
  EXPECT_FALSE(remove_announcement(*context_, admin(), "127.0.0.1", "now"));
  EXPECT_EQ(titles(), "样例三 ");
  db_.database->read([&](db::Tx& tx) {
    EXPECT_EQ(announcements(tx).size(), 3u);
    EXPECT_EQ(tx.query_i64("SELECT COUNT(*) AS n FROM account_events WHERE kind LIKE "
                           "'announcement_%'"),
              6);
  });
}

TEST_P(Board, RefusesWhatCannotBeShown) {
  EXPECT_EQ(put("A", Json::object()), "bad_format@/id required@/title required@/text ");
  EXPECT_EQ(put("a", said(std::string(101, 'x'), Json::object({{"until", "soon"}, {"by", 1}}))),
            "too_long@/title bad_format@/until unknown_field@/by ");
  EXPECT_EQ(put("a", said("样例", Json::object({{"until", "2020-01-01"}}))),
            "out_of_range@/until ");
  EXPECT_EQ(titles(), "");
}

}  // namespace
}  // namespace beian::notices
