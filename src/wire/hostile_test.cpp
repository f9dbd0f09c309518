// What an enemy may send as a data file: each gets the protocol's code or a clear problem, and the
// memory that it takes is bounded. Each case runs in a process of its own, whose peak is looked at.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include <fstream>
#include <functional>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "base/sanitized.hpp"
#include "platform/crypto/crypto.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"
#include "wire/samples_for_tests.hpp"

namespace beian::wire {
namespace {

using ::testing::HasSubstr;

constexpr bool kMemoryIsKnown = !BEIAN_SANITIZED;

constexpr size_t kMiB = 1u << 20;

size_t resident() {
  std::ifstream status("/proc/self/statm");
  size_t pages = 0;
  status >> pages >> pages;
  return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// Runs the checks in a child and expects its memory to grow by no more than `limit`.
void within(size_t limit, const std::function<void()>& checks) {
  const size_t before = resident();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    checks();
    std::fflush(nullptr);
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  rusage usage{};
  ASSERT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "see above";
  const size_t peak = static_cast<size_t>(usage.ru_maxrss) * 1024;
  EXPECT_TRUE(!kMemoryIsKnown || peak < before + limit) << peak - before << " bytes";
}

std::string make_zip(const std::vector<std::pair<std::string, std::string>>& entries) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
  for (const auto& [name, content] : entries)
    zip_file_add(archive, name.c_str(),
                 zip_source_buffer(archive, content.data(), content.size(), 0), 0);
  EXPECT_EQ(zip_close(archive), 0);
  zip_stat_t stat;
  zip_source_open(target);
  zip_source_stat(target, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

Envelope around(const std::string& zip) {
  Envelope envelope;
  envelope.beian_info = base64_encode(zip);
  envelope.beian_info_hash = base64_encode(crypto::md5(zip));
  return envelope;
}

// Both ways of opening give the same fault.
EnvelopeFault fault(const Envelope& envelope, const EnvelopeLimits& limits = {}) {
  const auto whole = open_envelope(envelope, {}, limits);
  EXPECT_FALSE(whole);
  auto stream = open_envelope_stream(envelope, {}, limits);
  std::optional<EnvelopeFault> met;
  if (!stream) met = stream.error();
  while (!met) {
    const auto piece = stream->next();
    if (!piece)
      met = piece.error();
    else if (piece->empty())
      break;
  }
  EXPECT_TRUE(met && !whole && *met == whole.error());
  return whole ? EnvelopeFault{} : whole.error();
}

const Profile& official() {
  static const auto profile = *Profile::named("miit-3.0");
  return *profile;
}

std::string reason(const auto& result) {
  EXPECT_FALSE(result);
  return result ? "" : result.error().front().args.at(1).second;
}

// The first problem of the document, read whole and as a stream.
std::string refused(const std::string& xml, std::string_view root = "UploadData") {
  size_t at = 0;
  const auto source = [&]() -> Result<std::string_view> {
    const auto piece = std::string_view(xml).substr(std::min(at, xml.size()), 4096);
    at += piece.size();
    return piece;
  };
  const auto whole = decode(official(), root, xml);
  const auto streamed = decode_stream(official(), root, source, {}, {.max_bytes = 50 * kMiB});
  EXPECT_FALSE(whole);
  EXPECT_FALSE(streamed);
  if (whole || streamed) return "";
  EXPECT_EQ(whole.error().front().field, streamed.error().front().field);
  EXPECT_EQ(reason(whole), reason(streamed));
  return whole.error().front().field + " " + reason(whole);
}

std::string upload(std::string_view inside) {
  return "<?xml version=\"1.0\" encoding=\"GBK\"?><UploadData version=\"V.3.0\">" +
         std::string(inside) + "</UploadData>";
}

TEST(Hostile, EntitiesAndBombsOfThem) {
  within(8 * kMiB, [] {
    EXPECT_THAT(refused("<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
                        "<UploadData version='V.3.0'>&x;</UploadData>"),
                HasSubstr("document type declaration is not allowed"));
    EXPECT_THAT(refused("<!DOCTYPE u SYSTEM 'http://127.0.0.1:9/u.dtd'><UploadData/>"),
                HasSubstr("document type declaration is not allowed"));
    EXPECT_THAT(refused("<!DOCTYPE u [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'> %p;]><u/>"),
                HasSubstr("document type declaration is not allowed"));
    std::string bomb = "<!DOCTYPE u [<!ENTITY a0 'ha'>";
    for (int i = 1; i < 40; ++i) {
      const std::string before = "&a" + std::to_string(i - 1) + ";";
      bomb += "<!ENTITY a" + std::to_string(i) + " '" + before + before + "'>";
    }
    EXPECT_THAT(refused(bomb + "]><UploadData version='V.3.0'>&a39;</UploadData>"),
                HasSubstr("document type declaration is not allowed"));
    EXPECT_FALSE(decode(official(), "UploadData", upload("<ICP>&undefined;</ICP>")));
  });
}

TEST(Hostile, ZipBombs) {
  const std::string bomb = make_zip({{"a.xml", std::string(128 * kMiB, ' ')}});
  const std::string dense = make_zip({{"a.xml", std::string(40 * kMiB, ' ')}});
  ASSERT_LT(bomb.size(), kMiB);
  within(16 * kMiB, [&] {
    EXPECT_EQ(fault(around(bomb)), EnvelopeFault::too_large);
    // Also where documents of any size are read: for its ratio.
    EXPECT_EQ(fault(around(bomb), {.max_xml_bytes = size_t{1} << 40}), EnvelopeFault::too_large);
    // Below the limit of the size, and yet nothing that anybody would send.
    EXPECT_EQ(fault(around(dense)), EnvelopeFault::too_large);
    // A directory that lies about the size.
    std::string liar = bomb;
    const std::string size{'\0', '\0', '\0', '\x08'}, five{'\5', '\0', '\0', '\0'};
    for (size_t at = liar.find(size); at != liar.npos; at = liar.find(size, at + 1))
      liar.replace(at, 4, five);
    ASSERT_NE(liar, bomb);
    EXPECT_FALSE(open_envelope(around(liar), {}));
  });
}

TEST(Hostile, EntriesAndTheirNames) {
  within(8 * kMiB, [] {
    EXPECT_EQ(fault(around(make_zip({{"a.xml", "<a/>"}, {"b.xml", "<b/>"}}))),
              EnvelopeFault::file_count);
    EXPECT_EQ(fault(around(std::string("PK\5\6", 4) + std::string(18, '\0'))),
              EnvelopeFault::file_count);
    for (const char* name :
         {"../../etc/cron.d/x", "/etc/passwd", "..\\x.xml", "C:\\x.xml", "folder/x.xml", ".."})
      EXPECT_EQ(fault(around(make_zip({{name, "<a/>"}}))), EnvelopeFault::unzip) << name;
    EXPECT_EQ(fault(around("Rar!\x1A\x07")), EnvelopeFault::unzip);
  });
}

TEST(Hostile, TruncatedAndWrongHashes) {
  within(8 * kMiB, [] {
    const Envelope good = seal_envelope(upload("<ICP/>"), {});
    for (size_t cut = 1; cut < good.beian_info.size(); ++cut) {
      Envelope e = good;
      e.beian_info.resize(e.beian_info.size() - cut);
      EXPECT_EQ(fault(e), EnvelopeFault::hash) << cut;
    }
    Envelope e = good;  // of the right length
    e.beian_info_hash = base64_encode(crypto::md5("other"));
    EXPECT_EQ(fault(e), EnvelopeFault::hash);
    e.beian_info_hash = "not base64!";
    EXPECT_EQ(fault(e), EnvelopeFault::hash);
    e.beian_info_hash = "";
    EXPECT_EQ(fault(e), EnvelopeFault::hash);
    const EnvelopeKeys keys{Encryption::aes128cbc, Secret("0123456789abcdef"),
                            Secret("fedcba9876543210")};
    e = seal_envelope(upload("<ICP/>"), keys);
    for (size_t cut = 1; cut < e.beian_info.size(); ++cut) {
      Envelope shorter = e;
      shorter.beian_info.resize(e.beian_info.size() - cut);
      const auto opened = open_envelope(shorter, keys);
      ASSERT_FALSE(opened);
      // A cut after whole blocks may look padded: then its hash tells.
      EXPECT_TRUE(opened.error() == EnvelopeFault::decryption ||
                  opened.error() == EnvelopeFault::hash);
    }
  });
}

TEST(Hostile, SixtyMegabytes) {
  std::string xml = "<UploadData version='V.3.0'><ICP><XZBA><Baxx><Zt_xx><Dwmc>";
  xml.append(60 * kMiB, 'A');
  within(16 * kMiB, [&] {
    EXPECT_THAT(reason(decode(official(), "UploadData", xml)), HasSubstr("too large"));
  });
  const Envelope sealed = seal_envelope(xml, {});
  within(16 * kMiB, [&] { EXPECT_EQ(fault(sealed), EnvelopeFault::too_large); });
}

// Begins with `start` and goes on with `more` for ever.
xml::Source endless(const std::string& start, const std::string& more) {
  return [&, first = true]() mutable -> Result<std::string_view> {
    return std::exchange(first, false) ? start : more;
  };
}

TEST(Hostile, StreamsWithoutEnd) {
  const std::string in_record = "<DownloadData version='V.3.0'><SJTB><ICP><Baxx><Wz_xx>";
  const std::string text(kMiB, 'A');
  std::string elements;
  while (elements.size() < kMiB) elements += "<Ym_xx/>";
  within(64 * kMiB, [&] {
    const auto of = [&](const std::string& start, const std::string& more) {
      return reason(decode_stream(official(), "DownloadData", endless(start, more), {},
                                  {.max_bytes = 40 * kMiB}));
    };
    EXPECT_THAT(of(in_record + "<Wzmc>", text), HasSubstr("is larger than 16777216 bytes"));
    EXPECT_THAT(of("<DownloadData version='V.3.0'><SJTB><ICP>", text), HasSubstr("holds text"));
    EXPECT_THAT(of("<DownloadData version='V.3.0'><!--", text), HasSubstr("too long"));
    EXPECT_THAT(of(in_record, elements), HasSubstr("is missing"));
  });
  // Good elements without end, which take more memory than text.
  const Json sample = Sampler(Sampler::Amount::least).document(official(), "DownloadData", "SJTB");
  const std::string xml = *encode(official(), "DownloadData", sample);
  const size_t first = xml.find("<Ym_xx>"), behind = xml.find("</Ym_xx>") + 8;
  const std::string start = xml.substr(0, first);
  std::string domains;
  while (domains.size() < kMiB) domains += xml.substr(first, behind - first);
  within(96 * kMiB, [&] {
    EXPECT_THAT(reason(decode_stream(official(), "DownloadData", endless(start, domains), {})),
                HasSubstr("is larger than"));
  });
}

TEST(Hostile, Encodings) {
  within(16 * kMiB, [] {
    EXPECT_THAT(refused(upload("\x81\x20")), HasSubstr("not GBK"));
    EXPECT_THAT(reason(decode(official(), "UploadData", upload("") + "\xB2")),
                HasSubstr("not GBK"));
    EXPECT_THAT(refused("<?xml version='1.0' encoding='UTF-8'?><UploadData>\xB2\xD9"),
                HasSubstr("not UTF-8"));
    EXPECT_THAT(refused("<?xml version='1.0' encoding='EBCDIC-CP-US'?><UploadData/>"),
                HasSubstr("unsupported encoding"));
    // UTF-16 is read for what it is, whatever it declares; half a pair is none.
    std::string wide = "\xFF\xFE";
    for (const char c : upload("<Fremd/>")) wide += {c, '\0'};
    EXPECT_THAT(refused(wide), HasSubstr("/Fremd is not expected here"));
    wide.insert(wide.size() - 2, std::string("\x00\xD8", 2));
    EXPECT_FALSE(decode(official(), "UploadData", wide));
    EXPECT_FALSE(decode(official(), "UploadData", wide + "x"));
  });
}

TEST(Hostile, ElementsThatNobodyAskedFor) {
  const std::string icp = "<ICP><Qqdwid>1</Qqdwid></ICP>";
  const std::string good = Sampler(Sampler::Amount::least).text_of(official(), "UploadData", "ICP");
  within(16 * kMiB, [&] {
    EXPECT_THAT(refused(upload("<ICP><Fremd><tief/></Fremd></ICP>")),
                HasSubstr("/ICP/Fremd is not expected here"));
    EXPECT_THAT(refused(upload("<ICP><Qqdwid>1</Qqdwid><Qqdwid>2</Qqdwid></ICP>")),
                HasSubstr("/ICP/Qqdwid occurs more than 1 times"));
    EXPECT_THAT(refused(upload(icp + icp)), HasSubstr("/ICP occurs more than 1 times"));
    EXPECT_THAT(refused(upload(icp + "<IP/>")), HasSubstr("cannot stand beside ICP"));
    EXPECT_THAT(refused(upload("<ICP x='1'><Qqdwid>1</Qqdwid></ICP>")),
                HasSubstr("/ICP/@x is not expected here"));
    EXPECT_THAT(refused(upload("text<ICP><Qqdwid>1</Qqdwid></ICP>")), HasSubstr("text"));
    EXPECT_THAT(refused("<UploadData version='V.3.0'><ICP xmlns='urn:other'/>"),
                HasSubstr("/ICP/Qqdwid is missing"));
    EXPECT_TRUE(decode(official(), "UploadData", good));
  });
}

TEST(Hostile, ManyAndDeepOnes) {
  within(48 * kMiB, [] {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<x>";
    EXPECT_THAT(refused(upload("<ICP>" + deep)), HasSubstr("is not expected here"));
    std::string wide;
    for (int i = 0; i < 300'000; ++i) wide += "<x" + std::to_string(i) + "/>";
    EXPECT_EQ(decode(official(), "UploadData", upload("<ICP>" + wide + "</ICP>")).error().size(),
              100u);
    std::string attributes = "<UploadData version='V.3.0'";
    for (int i = 0; i < 300'000; ++i) attributes += " a" + std::to_string(i) + "='1'";
    EXPECT_THAT(refused(attributes + "/>"), HasSubstr("too many attributes"));
    EXPECT_FALSE(decode(official(), "UploadData", "<!--" + std::string(20 * kMiB, '-')));
  });
}

}  // namespace
}  // namespace beian::wire
