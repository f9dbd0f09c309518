#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "platform/config/declarations.hpp"
#include "platform/config/in_force.hpp"
#include "platform/config/settings.hpp"

namespace beian::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

struct Config : ::testing::Test {
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() /
             ("beian-config-test-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string write(const std::string& text, const std::string& name = "beian.toml") {
    std::ofstream(folder / name) << text;
    return (folder / name).string();
  }
  std::filesystem::path folder;
};

std::vector<std::string> fields_of(const Result<Settings>& r) {
  std::vector<std::string> out;
  if (!r) {
    for (const auto& p : r.error()) out.push_back(p.field);
  }
  return out;
}

constexpr const char* kLink =
    "[[authority]]\nid = \"gd\"\nprovinces = [440000, 450000]\n"
    "base_url = \"http://127.0.0.1:9/\"\nuser_name = \"isp\"\npassword = \"p\"\nprovider_id = 7\n";

TEST_F(Config, HasDefaultsForEverything) {
  const auto s = load({});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->server.address, "127.0.0.1");
  EXPECT_EQ(s->server.port, 8080);
  EXPECT_EQ(s->server.idle_timeout, Millis{60'000});
  EXPECT_EQ(s->session.life, Millis{12 * 3600 * 1000});
  EXPECT_TRUE(s->accounts.open_registration);
  EXPECT_EQ(s->orders.expiry_days, 45);
  EXPECT_EQ(s->reporting.batch_records, 1000);
  EXPECT_EQ(s->log.level, "info");
  EXPECT_TRUE(s->authorities.empty());
}

TEST_F(Config, LetsTheLaterSourceWin) {
  const std::string file = write("[server]\nport = 1\nhandler_threads = 3\naddress = \"::1\"\n");
  const auto s =
      load({.file = file,
            .environment = {{"BEIAN_SERVER_PORT", "2"}, {"BEIAN_SERVER_ADDRESS", "0.0.0.0"}},
            .overrides = {{"server.port", "3"}}});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->server.port, 3);
  EXPECT_EQ(s->server.address, "0.0.0.0");
  EXPECT_EQ(s->server.handler_threads, 3);
}

TEST_F(Config, InForceTellsWhereFromAndNoPassword) {
  const auto all = in_force(
      {.environment = {{"BEIAN_SERVER_PORT", "2"}},
       .overrides = {{"database.url", "postgresql://beian:secret@db/beian?password=secret"},
                     {"orders.reminder_days", "10,20"}}});
  ASSERT_EQ(all.size(), declarations().size());
  const auto line = [&](std::string_view key) {
    return *std::ranges::find(all, key, &InForce::key);
  };
  EXPECT_EQ(line("server.port").value, "2");
  EXPECT_EQ(line("server.port").from, "environment");
  EXPECT_EQ(line("server.port").otherwise, "8080");
  EXPECT_EQ(line("server.address").from, "default");
  EXPECT_EQ(line("database.url").value, "postgresql://…@db/beian");
  EXPECT_EQ(line("database.url").from, "command_line");
  EXPECT_EQ(line("orders.reminder_days").value, "10,20");
  EXPECT_EQ(line("accounts.open_registration").value, "true");
}

TEST_F(Config, CollectsEverythingThatIsWrong) {
  const std::string file = write(
      "stray = 1\n[server]\nport = \"80\"\nhandler_threads = 0\nprot = 1\n"
      "[log]\nlevel = \"loud\"\n[nonsense]\na = 1\n[session]\nsecure_cookie = 1\n");
  const auto s = load({.file = file,
                       .environment = {{"BEIAN_SERVER_PROT", "1"},
                                       {"BEIAN_ORDERS_EXPIRY_DAYS", "soon"},
                                       {"BEIAN_TEST_POSTGRES", "left alone"}},
                       .overrides = {{"metrics.public", "perhaps"}, {"nothing", "1"}}});
  EXPECT_THAT(
      fields_of(s),
      UnorderedElementsAre("stray", "server.port", "server.handler_threads", "server.prot",
                           "log.level", "nonsense.a", "session.secure_cookie", "BEIAN_SERVER_PROT",
                           "orders.expiry_days", "metrics.public", "nothing"));
  for (const auto& p : s.error()) {
    const std::string text = problem_text(p.code, p.args, Language::en);
    EXPECT_THAT(text, HasSubstr(p.field));
    EXPECT_THAT(problem_text(p.code, p.args, Language::zh), ::testing::Not(HasSubstr("expected")));
  }
}

TEST_F(Config, SaysWhereAFileIsMalformed) {
  const auto s = load({.file = write("[server]\nport = = 1\n")});
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error()[0].code, ProblemCode::malformed_toml);
  EXPECT_EQ(s.error()[0].args[0], std::make_pair(std::string("line"), std::string("2")));
  EXPECT_EQ(load({.file = write("[server]\nport = 1\nport = 2\n")}).error()[0].code,
            ProblemCode::malformed_toml);
}

TEST_F(Config, SaysWhyAFileCannotBeRead) {
  const auto missing = load({.file = (folder / "none.toml").string()});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error()[0].code, ProblemCode::file_unreadable);
  EXPECT_THAT(problem_text(missing.error()[0].code, missing.error()[0].args, Language::en),
              HasSubstr("No such file"));
  const auto directory = load({.file = folder.string()});
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error()[0].code, ProblemCode::file_unreadable);
  EXPECT_TRUE(load({.file = write("")})) << "an empty file is fine";
}

TEST_F(Config, WhatIsKeptComesAfterTheDefaultsAndBeforeTheFile) {
  const Values kept{{"orders.expiry_days", "60"}, {"session.hours", "2"}};
  const std::string file = write("[session]\nhours = 3\n");
  const auto s = load({.kept = kept, .file = file});
  ASSERT_TRUE(s) << fields_of(s).front();
  EXPECT_EQ(s->orders.expiry_days, 60);
  EXPECT_EQ(s->session.life, Millis{3 * 3600 * 1000});
  for (const auto& one : in_force({.kept = kept, .file = file})) {
    if (one.key == "orders.expiry_days") EXPECT_EQ(one.from, "kept");
    if (one.key == "session.hours") EXPECT_EQ(one.from, "file");
    if (one.key == "server.port") EXPECT_FALSE(one.may_be_kept);
  }
  EXPECT_THAT(fields_of(load({.kept = {{"server.port", "80"}, {"orders.expiry_days", "0"}}})),
              UnorderedElementsAre("server.port", "orders.expiry_days"));
}

TEST_F(Config, KeepsOnlySoundValuesOfWhatIsNotTheMachines) {
  const auto refused = [](std::string_view key, const std::string& value) {
    const auto kept = kept_value(key, value);
    return kept ? "" : std::string(spec_of(kept.error()[0].code).name) + kept.error()[0].field;
  };
  EXPECT_EQ(kept_value("orders.reminder_days", " 5, 7").value(), "5,7");
  EXPECT_EQ(kept_value("orders.resource_required", "0").value(), "false");
  EXPECT_EQ(refused("server.address", "0.0.0.0"), "unknown_setting/key");
  EXPECT_EQ(refused("database.url", "x"), "unknown_setting/key");
  EXPECT_EQ(refused("session.secure_cookie", "true"), "unknown_setting/key");
  EXPECT_EQ(refused("materials.reading_program", "/bin/sh"), "unknown_setting/key");
  EXPECT_EQ(refused("accounts.password_memory_mb", "64"), "unknown_setting/key");
  EXPECT_EQ(refused("reporting.library_bytes", "52428800"), "unknown_setting/key");
  EXPECT_EQ(refused("no.such", "x"), "unknown_setting/key");
  EXPECT_EQ(refused("orders.expiry_days", "0"), "out_of_range/value");
  EXPECT_EQ(refused("orders.expiry_days", "many"), "out_of_range/value");
  EXPECT_EQ(refused("accounts.domain_holder", "nobody"), "bad_setting/value");
  EXPECT_EQ(refused("provider.name", std::string(201, 'x')), "too_long/value");
  for (const auto& d : declarations())
    if (may_be_kept(d)) EXPECT_EQ(refused(d.key, std::string(d.otherwise)), "") << d.key;
}

TEST_F(Config, TellsInTheReadersLanguageWhatMayBeKept) {
  const auto reason = [](std::string_view key, const std::string& value, auto... language) {
    return kept_value(key, value, language...).error()[0].args.back().second;
  };
  EXPECT_EQ(reason("accounts.domain_holder", "nobody"), "应为 province、entity、anyone 之一");
  EXPECT_EQ(reason("accounts.domain_holder", "nobody", Language::en),
            "one of province, entity, anyone expected");
  EXPECT_EQ(reason("orders.resource_required", "perhaps"), "应为 true 或 false");
  EXPECT_EQ(reason("orders.reminder_days", "7,5").substr(0, 6), "应为");
}

TEST_F(Config, ReadsLinks) {
  const auto s = load({.file = write(kLink)});
  ASSERT_TRUE(s) << fields_of(s).front();
  ASSERT_EQ(s->authorities.size(), 1u);
  const auto& link = s->authorities[0];
  EXPECT_EQ(link.id, "gd");
  EXPECT_THAT(link.provinces, ElementsAre(440000, 450000));
  EXPECT_EQ(link.upload_wsdl, "http://127.0.0.1:9/ISPWebService/upDownLoad?wsdl");
  EXPECT_EQ(link.query_wsdl, "http://127.0.0.1:9/BeianStatusWebService/queryBeianStatus?wsdl");
  EXPECT_EQ(link.verify_wsdl, "http://127.0.0.1:9/BeianStatusWebService/verifyBamm?wsdl");
  EXPECT_EQ(link.password.reveal(), "p");
  EXPECT_EQ(link.provider_id, 7);
  EXPECT_EQ(link.profile, "miit-3.0");
  EXPECT_FALSE(link.encrypted);
  EXPECT_EQ(link.poll, Millis{30'000});
}

TEST_F(Config, TakesLinksInTheirOtherForms) {
  write("s3cret\nrest\n", "pw");
  const auto s = load(
      {.file = write("[[authority]]\nid = \"x\"\nprovinces = [\"110000\"]\n"
                     "upload_wsdl = \"http://a.example.cn/u?wsdl\"\n"
                     "query_wsdl = \"https://b.example.cn/q?wsdl\"\nuser_name = \"isp\"\n"
                     "password_file = \"pw\"\nprovider_id = 7\nprofile = \"openbeian-3.1\"\n"
                     "encryption = \"aes\"\nkey = \"0123456789abcdef\"\niv = \"fedcba9876543210\"\n"
                     "poll_seconds = 5\n")});
  ASSERT_TRUE(s) << fields_of(s).front();
  const auto& link = s->authorities[0];
  EXPECT_EQ(link.password.reveal(), "s3cret");
  EXPECT_EQ(link.query_wsdl, "https://b.example.cn/q?wsdl");
  EXPECT_EQ(link.verify_wsdl, "");
  EXPECT_TRUE(link.encrypted);
  EXPECT_EQ(link.key.reveal(), "0123456789abcdef");
  EXPECT_EQ(link.iv.reveal(), "fedcba9876543210");
  EXPECT_EQ(link.profile, "openbeian-3.1");
  EXPECT_EQ(link.poll, Millis{5'000});
}

TEST_F(Config, FindsEveryFaultOfALink) {
  const auto s =
      load({.file = write("[[authority]]\nid = \"a b\"\nprovinces = [440100, 440000, 440000]\n"
                          "base_url = \"ftp://x\"\npassword = \"p\"\npassword_file = \"q\"\n"
                          "provider_id = 0\nprofile = \"miit-9\"\nencryption = \"aes\"\n"
                          "key = \"short\"\npoll_seconds = 0\nextra = 1\n")});
  EXPECT_THAT(fields_of(s),
              UnorderedElementsAre(
                  "authority[0].extra", "authority[0].id", "authority[0].provinces",
                  "authority[0].provinces", "authority[0].base_url", "authority[0].user_name",
                  "authority[0].password", "authority[0].provider_id", "authority[0].profile",
                  "authority[0].key", "authority[0].iv", "authority[0].poll_seconds"));
  EXPECT_THAT(fields_of(load({.file = write("[[authority]]\n")})),
              UnorderedElementsAre("authority[0].id", "authority[0].provinces",
                                   "authority[0].base_url", "authority[0].user_name",
                                   "authority[0].password", "authority[0].provider_id"));
  EXPECT_THAT(fields_of(load({.file = write("[authority]\nid = \"x\"\n")})),
              ElementsAre("authority"));
}

TEST_F(Config, RefusesTwoLinksForOneProvinceOrOneName) {
  EXPECT_THAT(
      fields_of(load({.file = write(std::string(kLink) + kLink)})),
      UnorderedElementsAre("authority[1].id", "authority[1].provinces", "authority[1].provinces"));
}

TEST_F(Config, ExampleHoldsEveryDefault) {
  const std::string text = example();
  const auto s = load({.file = write(text)});
  ASSERT_TRUE(s) << fields_of(s).front();
  for (const auto& d : declarations()) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(d.key.substr(d.key.find('.') + 1)) + " = "));
    EXPECT_THAT(text, HasSubstr(std::string(d.zh)));
  }
  // The commented link works once its # is taken away and its choices are made.
  std::string link;
  std::istringstream lines(text.substr(text.find("# [[authority]]")));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ") && !line.starts_with("#   ") && !line.starts_with("# password ="))
      link += line.substr(2) + "\n";
  }
  const auto bare = load({.file = write(link)});
  EXPECT_THAT(fields_of(bare), UnorderedElementsAre("authority[0].password_file",
                                                    "authority[0].key", "authority[0].iv"))
      << link;
}

TEST_F(Config, PagesNameEverySetting) {
  for (const auto language : {Language::zh, Language::en}) {
    const std::string page = settings_page(language);
    for (const auto& d : declarations()) {
      EXPECT_THAT(page, HasSubstr("`" + std::string(d.key) + "`"));
      EXPECT_THAT(page, HasSubstr("`" + environment_name(d) + "`"));
      EXPECT_THAT(page, HasSubstr(std::string(language == Language::zh ? d.zh : d.en)));
    }
  }
}

TEST_F(Config, DeclaresEachOnce) {
  std::set<std::string_view> keys;
  std::set<std::string> names;
  for (const auto& d : declarations()) {
    EXPECT_TRUE(keys.insert(d.key).second) << d.key;
    EXPECT_TRUE(names.insert(environment_name(d)).second) << d.key;
    EXPECT_EQ(std::count(d.key.begin(), d.key.end(), '.'), 1) << d.key;
  }
}

TEST_F(Config, ReadsTheProcessEnvironment) {
  ::setenv("BEIAN_SERVER_PORT", "4321", 1);
  const auto s = load({.environment = process_environment()});
  ::unsetenv("BEIAN_SERVER_PORT");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->server.port, 4321);
}

}  // namespace
}  // namespace beian::config
