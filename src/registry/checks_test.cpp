// Cancellations, blacklists, check findings and delivered code tables, on both databases.
#include <gtest/gtest.h>

#include "registry/blacklist.hpp"
#include "registry/codes.hpp"
#include "registry/findings.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

class Checks : public ::testing::TestWithParam<std::string> {
 protected:
  template <class Work>
  auto write(Work&& work) {
    clock.advance(Millis(1));
    std::optional<decltype(work(std::declval<db::Tx&>()))> out;
    db.database->write([&](db::Tx& tx) { out.emplace(work(tx)); });
    return *out;
  }
  template <class Work>
  auto read(Work&& work) {
    return db.database->read_value(work);
  }
  void put(const EntitySample& entity, const std::vector<ServiceSample>& services,
           const std::string& account = "account-1") {
    const auto done = write([&](db::Tx& tx) {
      return record(tx, clock.now(), cipher, account, kOwn, record_of(entity, services));
    });
    ASSERT_TRUE(done);
  }
  Result<Cancelled> cancelled(Cancel what, int64_t id,
                              const std::vector<int64_t>& provinces = {440000}) {
    return write([&](db::Tx& tx) { return cancel(tx, clock.now(), what, provinces, id); });
  }
  std::string reason(const std::string& host) {
    return read([&](db::Tx& tx) { return access(tx, host).reason; });
  }
  std::vector<std::string> journal() {
    std::vector<std::string> out;
    for (const auto& change : read([](db::Tx& tx) { return changes_after(tx, 0, 1000); }))
      out.push_back(change.domain + " " + change.what);
    return out;
  }
  std::string dump(const std::string& table) {
    return read([&](db::Tx& tx) {
      std::string all;
      for (const auto& row : tx.query("SELECT * FROM " + table)) all += row.text("document");
      return all;
    });
  }

  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
};
INSTANTIATE_TEST_SUITE_P(Backends, Checks, ::testing::ValuesIn(testing::backends()));

ServiceSample second_service() {
  ServiceSample service;
  service.id = 2;
  service.number = "粤ICP备2026000001号-2";
  service.domains = {{2, "yangli-two-example.cn"}};
  service.accesses = {{2, kOwn}, {3, kOther}};
  return service;
}

TEST_P(Checks, ACancelledEntityTakesItsServicesAlong) {
  put({}, {{}, second_service()});
  const auto done = cancelled(Cancel::entity, 1);
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->changed);
  EXPECT_EQ(done->filing_number, "粤ICP备2026000001号");
  EXPECT_EQ(done->account_id, "account-1");
  EXPECT_EQ(reason("www.yangli-example.cn"), "cancelled");
  EXPECT_EQ(reason("yangli-two-example.cn"), "cancelled");
  EXPECT_FALSE(read([&](db::Tx& tx) { return find_entity(tx, cipher, 1, "91990000MA0000000X"); }));
  const auto told = journal();
  EXPECT_EQ(told.size(), 4u);
  EXPECT_FALSE(cancelled(Cancel::entity, 1)->changed);
  EXPECT_EQ(journal(), told);
  // Filed again by the very same record.
  put({}, {{}, second_service()});
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
}

TEST_P(Checks, AServiceOrAnAccessEndsAlone) {
  put({}, {{}, second_service()});
  ASSERT_TRUE(cancelled(Cancel::service, 1));
  EXPECT_EQ(reason("yangli-example.cn"), "cancelled");
  EXPECT_EQ(reason("yangli-two-example.cn"), "filed");
  EXPECT_TRUE(read([&](db::Tx& tx) { return find_entity(tx, cipher, 1, "91990000MA0000000X"); }));
  ASSERT_TRUE(cancelled(Cancel::access, 2));
  EXPECT_EQ(reason("yangli-two-example.cn"), "no_access_here");
}

TEST_P(Checks, CancellationsOfNobodyAndOfTwo) {
  put({}, {{}});
  EntitySample elsewhere;
  elsewhere.province = 110000;
  ServiceSample service = second_service();
  service.id = 1;
  put(elsewhere, {service});
  EXPECT_EQ(cancelled(Cancel::service, 77).error().front().code, ProblemCode::not_found);
  EXPECT_EQ(cancelled(Cancel::service, 1, {}).error().front().code, ProblemCode::not_found);
  EXPECT_EQ(cancelled(Cancel::service, 1, {440000, 110000}).error().front().code,
            ProblemCode::conflict);
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
}

TEST_P(Checks, AListedDomainDeniesWhatIsBelowIt) {
  put({}, {{}});
  const ListedDomain listed{0, "Yangli-Example.CN.", 0, "样例网站", "样例原因"};
  EXPECT_TRUE(
      write([&](db::Tx& tx) { return list_domain(tx, clock.now(), cipher, "gd", listed); }));
  EXPECT_FALSE(
      write([&](db::Tx& tx) { return list_domain(tx, clock.now(), cipher, "gd", listed); }));
  EXPECT_EQ(reason("www.yangli-example.cn"), "blacklisted");
  // Another authority lists it too: taking it off one list is not enough.
  write([&](db::Tx& tx) { return list_domain(tx, clock.now(), cipher, "bj", listed); });
  EXPECT_TRUE(write([&](db::Tx& tx) { return unlist_domain(tx, clock.now(), "gd", listed); }));
  EXPECT_EQ(reason("yangli-example.cn"), "blacklisted");
  EXPECT_TRUE(write([&](db::Tx& tx) { return unlist_domain(tx, clock.now(), "bj", listed); }));
  EXPECT_FALSE(write([&](db::Tx& tx) { return unlist_domain(tx, clock.now(), "bj", listed); }));
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
  EXPECT_EQ(journal(),
            (std::vector<std::string>{"yangli-example.cn filed", "yangli-example.cn blacklisted",
                                      "yangli-example.cn filed"}));
}

TEST_P(Checks, OrdersFindWhatIsListed) {
  const ListedEntity company{1, "91990000ma0000000x", "样例科技有限公司", 4, "样例原因"};
  const ListedEntity person{2, "999999190001010014", "样例甲", 5, ""};
  const ListedDomain access{7, "www.yangli-bad-example.cn", 3405803777, "", "样例非法接入"};
  write([&](db::Tx& tx) {
    list_entity(tx, clock.now(), cipher, "gd", company);
    list_entity(tx, clock.now(), cipher, "gd", person);
    return list_domain(tx, clock.now(), cipher, "gd", access);
  });
  read([&](db::Tx& tx) {
    const auto number = listed_certificate(tx, cipher, " 91990000MA0000000X ");
    EXPECT_TRUE(number && number->text.find("样例原因") != std::string::npos);
    EXPECT_TRUE(listed_certificate(tx, cipher, "999999190001010014"));
    EXPECT_FALSE(listed_certificate(tx, cipher, "91990000MA0000001X"));
    EXPECT_TRUE(listed_name(tx, cipher, "样例科技有限公司"));
    EXPECT_FALSE(listed_name(tx, cipher, "样例甲"));
    // The filing of the independent domain would cover the listed name.
    EXPECT_TRUE(listed_domain(tx, cipher, "yangli-bad-example.cn"));
    EXPECT_FALSE(listed_domain(tx, cipher, "yangli-good-example.cn"));
    const auto address = listed_address(tx, cipher, 3405803770, 3405803780);
    EXPECT_TRUE(address && address->list == "illegal_access");
    EXPECT_FALSE(listed_address(tx, cipher, 3405803778, 3405803780));
    return 0;
  });
  EXPECT_EQ(reason("yangli-bad-example.cn"), "not_filed");
  EXPECT_EQ(reason("a.www.yangli-bad-example.cn"), "blacklisted");
  for (const std::string table : {"registry_blacklist_entities", "registry_blacklist_domains"})
    EXPECT_EQ(dump(table).find("样例"), std::string::npos);
  const auto entries = read([&](db::Tx& tx) { return blacklist(tx, cipher, "entity", 0, 10); });
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(to_string(entries).find("999999190001010014"), std::string::npos);
  EXPECT_EQ(to_string(entries).find("样例甲"), std::string::npos);
  EXPECT_TRUE(
      write([&](db::Tx& tx) { return unlist_entity(tx, cipher, "gd", 1, "91990000MA0000000X"); }));
  EXPECT_FALSE(
      read([&](db::Tx& tx) { return listed_name(tx, cipher, "样例科技有限公司").has_value(); }));
}

TEST_P(Checks, AnIllegalAccessThatMovedLeavesItsOldDomain) {
  put({}, {{}});
  ListedDomain access{7, "yangli-example.cn", 3405803777, "", ""};
  write([&](db::Tx& tx) { return list_domain(tx, clock.now(), cipher, "gd", access); });
  EXPECT_EQ(reason("yangli-example.cn"), "blacklisted");
  access.name = "yangli-other-example.cn";
  write([&](db::Tx& tx) { return list_domain(tx, clock.now(), cipher, "gd", access); });
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
  EXPECT_EQ(reason("yangli-other-example.cn"), "blacklisted");
}

TEST_P(Checks, FindingsStandOnRecordsUntilTheyAreSettled) {
  put({}, {{}});
  CheckFinding finding;
  finding.source = "gd";
  finding.kind = "shell_service";
  finding.service_id = 1;
  finding.filing_number = "粤ICP备2026000001号-1";
  finding.checked = "2026-11-01";
  finding.details = Json::object({{"certificate_number", "999999190001010014"}});
  const auto once = [&] {
    return write(
        [&](db::Tx& tx) { return put_finding(tx, clock.now(), cipher, {440000}, finding); });
  };
  const auto first = once();
  EXPECT_TRUE(first.known);
  EXPECT_EQ(first.account_id, "account-1");
  EXPECT_TRUE(once().repeated);
  finding.service_id = 99;
  EXPECT_FALSE(once().known);
  FindingFilter own;
  own.account_id = "account-1";
  const auto list = read([&](db::Tx& tx) { return findings(tx, cipher, own); });
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list.at(0)["times"].as_int(), 2);
  EXPECT_EQ(to_string(list).find("999999190001010014"), std::string::npos);
  EXPECT_EQ(read([&](db::Tx& tx) { return findings(tx, cipher, {}); }).size(), 2u);
  EXPECT_EQ(write([&](db::Tx& tx) {
              return settle_findings(tx, clock.now(), "gd", "shell_service", 1, "存活");
            }),
            1);
  EXPECT_FALSE(write([&](db::Tx& tx) {
                 return settle_finding(tx, clock.now(), first.number, "officer", "已处理");
               }).has_value());
  // Found again: a new one.
  finding.service_id = 1;
  EXPECT_FALSE(once().repeated);
}

TEST_P(Checks, ADeliveredTableReplacesTheProgramsOne) {
  const std::vector<DeliveredRow> rows = {{1, "样例内容一", "", true, {}},
                                          {8, "样例内容八", "", false, {}},
                                          {999, "新内容", "", true, {}}};
  const auto deliver = [&](int64_t download, const std::vector<DeliveredRow>& delivered) {
    return write([&](db::Tx& tx) {
      for (const auto& row : delivered)
        put_codes(tx, clock.now(), "gd", download, "service_content", {row});
      return enforce_codes(tx, clock.now(), download);
    });
  };
  read([&](db::Tx& tx) {
    EXPECT_TRUE(CodeBook(tx).check("service_content", 8));
    EXPECT_FALSE(CodeBook(tx).check("service_content", 999));
    EXPECT_FALSE(current_codes(tx, "no_such_table"));
    EXPECT_FALSE(current_codes(tx, "region"));
    return 0;
  });
  auto done = deliver(5, rows);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_TRUE(done[0].changed);
  EXPECT_EQ(done[0].version, 2);
  done = deliver(6, rows);
  EXPECT_FALSE(done[0].changed);
  read([&](db::Tx& tx) {
    CodeBook book(tx);
    EXPECT_FALSE(book.check("service_content", 8));
    EXPECT_TRUE(book.check("service_content", 999));
    EXPECT_FALSE(book.check("service_content", 2));
    EXPECT_EQ(book.name("service_content", 8), "样例内容八");
    EXPECT_EQ(book.name("entity_nature", 4), "企业");
    const auto current = current_codes(tx, "service_content");
    EXPECT_EQ(current->version.download, 5);
    // What the program knows beside stays.
    EXPECT_FALSE(current->table.find(1)->en.empty());
    return 0;
  });
  done = deliver(7, {{1, "改名", "", true, {}}});
  EXPECT_EQ(done[0].version, 3);
  EXPECT_EQ(read([&](db::Tx& tx) { return CodeBook(tx).name("service_content", 1); }), "改名");
}

TEST_P(Checks, AVersionThatStillArrivesIsNotInForce) {
  write([&](db::Tx& tx) {
    put_codes(tx, clock.now(), "gd", 5, "region", {{110000, "北京市", "", true, {}}});
    return 0;
  });
  EXPECT_FALSE(read([](db::Tx& tx) { return current_codes(tx, "region").has_value(); }));
  write([&](db::Tx& tx) { return enforce_codes(tx, clock.now(), 5).size(); });
  EXPECT_TRUE(read([](db::Tx& tx) { return current_codes(tx, "region").has_value(); }));
}

}  // namespace
}  // namespace beian::registry::test
