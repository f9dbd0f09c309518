// tests/scenarios/judge/files.json played against a whole sandbox: codes of whole files.
#include <gtest/gtest.h>

#include <set>

#include "base/text.hpp"
#include "sandbox/handed_for_tests.hpp"
#include "testing/golden.hpp"

namespace beian::sandbox {
namespace {

class JudgeFiles : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, JudgeFiles, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

Json block_of(const std::string& name) {
  if (name == "icp") return Json::object({{"new_filings", Json::array({samples::record(1)})}});
  if (name == "ip")
    return Json::object(
        {{"new_filings", Json::object({{"sources", Json::array({samples::source(
                                                       7, 3405803776, 3405803903, 10)})}})}});
  return Json::object(
      {{"new_filings", Json::array({samples::domain_name(5, "yangli-reg-example.cn")})}});
}

// Little endian; the samples stay in the first plane.
std::string utf16_of(std::string_view utf8) {
  std::string out;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : 3;
    unsigned unit = length == 1 ? lead : lead & (length == 2 ? 0x1Fu : 0x0Fu);
    for (size_t k = 1; k < length; ++k)
      unit = unit << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3Fu);
    out += static_cast<char>(unit & 0xFF);
    out += static_cast<char>(unit >> 8);
    i += length;
  }
  return out;
}

std::string bytes_of(const Json& example) {
  const std::string& block = example["block"].as_string();
  Json content = block_of(block);
  content.set("provider_id", kA);
  const auto profile = wire::Profile::named("miit-3.0").value();
  const auto gbk =
      wire::encode(*profile, "UploadData", Json::object({{block, std::move(content)}})).value();
  const std::string& encoding = example["encoding"].as_string();
  if (encoding.empty()) return gbk;
  std::string characters = text::from_gbk(gbk).value();
  if (const std::string& declares = example["declares"].as_string(); !declares.empty())
    characters.replace(characters.find("GBK"), 3, declares);
  if (encoding == "UTF-8") return characters;
  return (encoding == "UTF-16" ? "\xFF\xFE" : "") + utf16_of(characters);
}

// Of whole files, wherever they stand in an answer.
void collect(const Json& json, std::set<int64_t>& codes) {
  for (const auto& [name, value] : json.members()) {
    if (name == "code" && value.as_int() >= 5000) codes.insert(value.as_int());
    collect(value, codes);
  }
  for (const auto& item : json.items()) collect(item, codes);
}

// Covers code:5009
TEST_P(JudgeFiles, AreRefusedAsTheScenarioSays) {
  const Json all = parse_json(testing::tree_file("tests/scenarios/judge/files.json")).value();
  for (const auto& example : all["cases"].items()) {
    Providers p(GetParam());
    Json account = Json::object(
        {{"provider_id", kA}, {"user_name", kUser}, {"password", kPassword}, {"province", 440000}});
    if (const Json* businesses = example.find("businesses")) account.set("businesses", *businesses);
    p.s.json("POST", "/manage/providers", account);
    p.report_xml(kA, bytes_of(example));
    std::set<int64_t> codes, expected;
    const auto told = p.fetch(kA);
    for (const auto& document : told) collect(document, codes);
    for (const auto& code : example["codes"].items()) expected.insert(code.as_int());
    EXPECT_EQ(codes, expected) << to_string(example);
    EXPECT_TRUE(expected.empty() || told.size() == 1u) << to_string(example);
  }
}

}  // namespace
}  // namespace beian::sandbox
