// decode_stream against decode: the same records, the same faults, wherever the bytes are cut; and
// memory that does not grow with the document.
#include <gmock/gmock.h>
#include <malloc.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"
#include "wire/samples_for_tests.hpp"

namespace beian::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Profile& official() {
  static const auto profile = *Profile::named("miit-3.0");
  return *profile;
}

// The document in pieces of random sizes, mostly small ones.
xml::Source pieces(std::string_view document, uint64_t seed) {
  return [document, random = std::mt19937_64(seed), at = size_t{0}]() mutable {
    const size_t most = random() % 4 == 0 ? 5000 : 7;
    const std::string_view piece = document.substr(at, 1 + random() % most);
    at += piece.size();
    return Result<std::string_view>(piece);
  };
}

// Puts a record back where decode() has it.
void put_back(Json& model, std::string_view operation, Json record) {
  Json* at = &model;
  const auto fields = text::split(operation, '/');
  for (size_t i = 0; i + 1 < fields.size(); ++i) {
    if (at->find(fields[i]) == nullptr) at->set(fields[i], Json::object());
    at = at->find(fields[i]);
  }
  if (at->find(fields.back()) == nullptr) at->set(fields.back(), Json::array());
  at->find(fields.back())->push(std::move(record));
}

// The whole document by way of its records.
Result<Json> gathered(const Profile& profile, std::string_view root, std::string_view xml,
                      uint64_t seed) {
  std::vector<std::pair<std::string, Json>> records;
  std::map<std::string, size_t> counted;
  auto model = decode_stream(profile, root, pieces(xml, seed), [&](const RecordAt& at, Json json) {
    EXPECT_EQ(at.index, ++counted[at.operation]) << at.path;
    EXPECT_THAT(at.path, HasSubstr(at.element->name + "[" + std::to_string(at.index) + "]"));
    records.emplace_back(at.operation, std::move(json));
    return true;
  });
  if (!model) return model;
  for (auto& [operation, record] : records) put_back(*model, operation, std::move(record));
  return model;
}

void same_by_stream(const char* name, const char* root, uint64_t seed) {
  const auto profile = *Profile::named(name);
  Sampler sampler(Sampler::Amount::random, seed);
  const std::string xml = *encode(*profile, root, sampler.value(profile->document(root)));
  const auto whole = decode(*profile, root, xml);
  const auto streamed = gathered(*profile, root, xml, seed);
  RC_ASSERT(whole.has_value());
  RC_ASSERT(streamed.has_value());
  RC_ASSERT(sorted(*streamed) == sorted(*whole));
}

RC_GTEST_PROP(Stream, UploadsAreTheSame, (uint64_t seed)) {
  same_by_stream("miit-3.0", "UploadData", seed);
}
RC_GTEST_PROP(Stream, DownloadsAreTheSame, (uint64_t seed)) {
  same_by_stream("miit-3.0", "DownloadData", seed);
}
RC_GTEST_PROP(Stream, ExtendedUploadsAreTheSame, (uint64_t seed)) {
  same_by_stream("openbeian-3.1", "UploadData", seed);
}
RC_GTEST_PROP(Stream, ExtendedDownloadsAreTheSame, (uint64_t seed)) {
  same_by_stream("openbeian-3.1", "DownloadData", seed);
}

TEST(Stream, EveryBlockFromLeastToMost) {
  for (const char* name : {"miit-3.0", "openbeian-3.1"}) {
    const auto profile = *Profile::named(name);
    for (const char* root : {"UploadData", "DownloadData"}) {
      for (const Element& block : profile->document(root).children) {
        for (const auto amount : {Sampler::Amount::least, Sampler::Amount::most}) {
          const std::string xml =
              *encode(*profile, root, Sampler(amount).document(*profile, root, block.name));
          const auto streamed = gathered(*profile, root, xml, 7);
          ASSERT_TRUE(streamed) << root << " " << block.name;
          EXPECT_EQ(sorted(*streamed), sorted(*decode(*profile, root, xml)))
              << root << " " << block.name;
        }
      }
    }
  }
}

// Faults of the schema are the same; what is not well-formed may be seen earlier or later.
RC_GTEST_PROP(Stream, DamagedDocumentsHaveTheSameFaults,
              (uint64_t seed, std::vector<std::pair<size_t, char>> damage)) {
  Sampler sampler(Sampler::Amount::random, seed);
  std::string xml =
      *encode(official(), "DownloadData", sampler.value(official().document("DownloadData")));
  for (const auto& [at, byte] : damage) xml[at % xml.size()] = byte;
  const auto whole = decode(official(), "DownloadData", xml);
  const auto streamed = gathered(official(), "DownloadData", xml, seed);
  RC_ASSERT(whole.has_value() == streamed.has_value());
  if (whole) RC_ASSERT(sorted(*streamed) == sorted(*whole));
}

std::vector<std::string> paths(const auto& result) {
  std::vector<std::string> found;
  if (!result) {
    for (const Problem& p : result.error()) found.push_back(p.field);
  }
  return found;
}

TEST(Stream, NothingIsHandedOnAfterAFault) {
  const std::string one =
      Sampler(Sampler::Amount::least).text_of(official(), "DownloadData", "ZXSJ");
  const std::string xml =
      one.substr(0, one.find("</ZXSJ>")) + "<Zxxx><Fremd/></Zxxx>" + one.substr(one.find("<Zxxx>"));
  std::vector<std::string> seen;
  const auto model = decode_stream(official(), "DownloadData", pieces(xml, 1),
                                   [&](const RecordAt& at, const Json&) {
                                     seen.push_back(at.operation + " " + at.path);
                                     return true;
                                   });
  EXPECT_THAT(seen, ElementsAre("icp/cancelled /ICP/ZXSJ/Zxxx[1]"));
  EXPECT_EQ(paths(model), paths(decode(official(), "DownloadData", xml)));
  EXPECT_THAT(paths(model).front(), HasSubstr("/ICP/ZXSJ/Zxxx[2]/Fremd"));
}

TEST(Stream, FaultyRecordsMayBeTold) {
  const std::string one =
      Sampler(Sampler::Amount::least).text_of(official(), "DownloadData", "ZXSJ");
  const size_t first = one.find("<Zxxx>"), behind = one.rfind("</Zxxx>") + 7;
  const std::string good = one.substr(first, behind - first);
  std::string many = "<Zxxx>";
  for (int i = 0; i < 150; ++i) many += "<Fremd/>";
  const std::string xml = one.substr(0, first) + good + "<Zxxx><Fremd/></Zxxx>" + good + many +
                          "</Zxxx>" + good + one.substr(behind);
  std::vector<std::string> seen;
  const auto take = [&](const RecordAt& at, const Json&) {
    seen.push_back(at.path);
    return true;
  };
  const auto told = [&](const RecordAt& at, const Problems& problems) {
    seen.push_back(at.path + " " + std::to_string(at.line) + " " +
                   std::to_string(problems.size() >= 100) + " " + problems.front().field);
    return true;
  };
  EXPECT_TRUE(decode_stream(official(), "DownloadData", pieces(xml, 1), take, {}, told));
  // The first line is the declaration's.
  EXPECT_THAT(seen,
              ElementsAre("/ICP/ZXSJ/Zxxx[1]", "/ICP/ZXSJ/Zxxx[2] 2 0 /ICP/ZXSJ/Zxxx[2]/Fremd",
                          "/ICP/ZXSJ/Zxxx[3]", "/ICP/ZXSJ/Zxxx[4] 2 1 /ICP/ZXSJ/Zxxx[4]/Fremd",
                          "/ICP/ZXSJ/Zxxx[5]"));
  // A fault outside of records is the document's, as ever.
  seen.clear();
  const std::string outside = one.substr(0, first) + good + "<Fremd/>" + good + one.substr(behind);
  EXPECT_EQ(paths(decode_stream(official(), "DownloadData", pieces(outside, 1), take, {}, told)),
            std::vector<std::string>{"/ICP/ZXSJ/Fremd"});
  EXPECT_EQ(seen.size(), 1u);
}

// One bad byte must not cost all that stands behind it.
TEST(Stream, WrongBytesAreAFaultOfTheirRecord) {
  const std::string one =
      Sampler(Sampler::Amount::most).text_of(official(), "DownloadData", "ZXSJ");
  const size_t first = one.find("<Zxxx>"), behind = one.rfind("</Zxxx>") + 7;
  const std::string good = one.substr(first, one.find("</Zxxx>") + 7 - first);
  std::string bad = good;
  bad.insert(bad.find("</Bz>"), "\xFF");
  const std::string xml = one.substr(0, first) + good + bad + good + one.substr(behind);
  std::vector<std::string> seen;
  const auto take = [&](const RecordAt& at, const Json&) {
    seen.push_back(at.path);
    return true;
  };
  const auto told = [&](const RecordAt& at, const Problems& problems) {
    seen.push_back(at.path + " " + problems.front().args.at(1).second);
    return true;
  };
  EXPECT_TRUE(decode_stream(official(), "DownloadData", pieces(xml, 1), take, {}, told));
  EXPECT_THAT(seen, ElementsAre("/ICP/ZXSJ/Zxxx[1]",
                                "/ICP/ZXSJ/Zxxx[2] holds bytes that are no characters of its "
                                "encoding",
                                "/ICP/ZXSJ/Zxxx[3]"));
  EXPECT_FALSE(decode_stream(official(), "DownloadData", pieces(xml, 1), take));
}

TEST(Stream, AHandlerMayStopAndItsExceptionsPass) {
  const std::string xml =
      Sampler(Sampler::Amount::most).text_of(official(), "DownloadData", "ZXSJ");
  int seen = 0;
  EXPECT_TRUE(decode_stream(official(), "DownloadData", pieces(xml, 1),
                            [&](const RecordAt&, const Json&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  const OnRecord thrower = [](const RecordAt&, const Json&) -> bool {
    throw std::runtime_error("x");
  };
  EXPECT_THROW(
      static_cast<void>(decode_stream(official(), "DownloadData", pieces(xml, 1), thrower)),
      std::runtime_error);
  EXPECT_THROW(static_cast<void>(decode_stream(
                   official(), "DownloadData",
                   []() -> Result<std::string_view> { throw std::runtime_error("y"); }, thrower)),
               std::runtime_error);
}

TEST(Stream, ProblemsOfTheSourceAndWrongBytes) {
  const auto failing = [first = true]() mutable -> Result<std::string_view> {
    if (!first) return fail(ProblemCode::not_found, "/file");
    first = false;
    return "<DownloadData version='V.3.0'>";
  };
  const auto model = decode_stream(official(), "DownloadData", failing, {});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().back().code, ProblemCode::not_found);
  EXPECT_FALSE(decode_stream(official(), "DownloadData", pieces("", 1), {}));
  for (const char* bytes : {"\x81\x20", "\xB2"}) {
    const auto wrong = decode_stream(
        official(), "DownloadData",
        pieces(std::string("<?xml version='1.0' encoding='GBK'?><DownloadData version='V.3.0'>") +
                   bytes + "</DownloadData>",
               3),
        {});
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().back().args.back().second, HasSubstr("not GBK"));
  }
}

TEST(Stream, Limits) {
  const std::string xml =
      Sampler(Sampler::Amount::most).text_of(official(), "DownloadData", "ZXSJ");
  EXPECT_FALSE(
      decode_stream(official(), "DownloadData", pieces(xml, 1), {}, {.max_bytes = xml.size() - 1}));
  EXPECT_TRUE(
      decode_stream(official(), "DownloadData", pieces(xml, 1), {}, {.max_bytes = xml.size()}));
  const auto large =
      decode_stream(official(), "DownloadData", pieces(xml, 1), {}, {.max_record_bytes = 300});
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().front().field, HasSubstr("/ICP/ZXSJ/Zxxx[1]"));
  const std::string comment = "<!--" + std::string(5u << 20, 'x');
  const auto hidden = decode_stream(official(), "DownloadData", pieces(comment, 1), {});
  ASSERT_FALSE(hidden);
  EXPECT_THAT(hidden.error().front().args.back().second, HasSubstr("too long"));
}

TEST(Stream, OutOfAZip) {
  const std::string xml = Sampler(Sampler::Amount::most).text_of(official(), "DownloadData", "ICP");
  const Envelope sealed = seal_envelope(xml, {});
  auto unzip = open_envelope_stream(sealed, {});
  ASSERT_TRUE(unzip);
  size_t records = 0;
  EXPECT_TRUE(decode_stream(
      official(), "DownloadData", [&] { return unzip->next_piece(); },
      [&](const RecordAt&, const Json&) { return ++records > 0; }));
  EXPECT_GT(records, 10u);
  EXPECT_FALSE(unzip->fault());

  auto short_one = open_envelope_stream(sealed, {}, {.max_xml_bytes = xml.size() - 1});
  ASSERT_FALSE(short_one);
  EXPECT_EQ(short_one.error(), EnvelopeFault::too_large);
}

// A synchronisation file of 64 MB that never exists as a whole.
TEST(Stream, MemoryDoesNotGrowWithTheDocument) {
  const std::string one =
      Sampler(Sampler::Amount::most).text_of(official(), "DownloadData", "SJTB");
  const size_t first = one.find("<Baxx>"), behind = one.rfind("</Baxx>") + 7;
  const std::string record = one.substr(first, one.find("</Baxx>") + 7 - first);
  const size_t times = (64u << 20) / record.size();
  size_t state = 0;
  const xml::Source source = [&]() -> Result<std::string_view> {
    const size_t at = state++;
    if (at == 0) return std::string_view(one).substr(0, first);
    if (at <= times) return record;
    return at == times + 1 ? std::string_view(one).substr(behind) : std::string_view();
  };
  size_t records = 0, highest = 0;
  const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  const auto model =
      decode_stream(official(), "DownloadData", source, [&](const RecordAt& at, const Json&) {
        EXPECT_EQ(at.index, ++records);
        const auto now = mallinfo2();
        highest = std::max(highest, now.uordblks + now.hblkhd);
        return true;
      });
  ASSERT_TRUE(model) << paths(model).front();
  EXPECT_EQ(records, times);
  EXPECT_LT(highest - before, 8u << 20);
}

}  // namespace
}  // namespace beian::wire
