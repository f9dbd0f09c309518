#include "platform/xml/xml.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace beian::xml {
namespace {

using ::testing::HasSubstr;

std::string reason(const auto& result) {
  return result ? "" : result.error().front().args.at(1).second;
}

TEST(Xml, ReadsNamesNamespacesAttributesAndText) {
  const auto root = parse(R"(<?xml version="1.0"?><!-- c --><a:r xmlns:a="urn:x" a:k="1&amp;&#50;">
    t<b>1<![CDATA[<&>]]>2</b>&lt;&#x4E2D;</a:r>)");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "r");
  EXPECT_EQ(root->ns, "urn:x");
  EXPECT_EQ(root->attribute("k"), "1&2");
  EXPECT_EQ(root->child("b")->text, "1<&>2");
  EXPECT_EQ(text::trim(root->text), "t<中");
  EXPECT_EQ(root->child("c"), nullptr);
  EXPECT_EQ(root->attribute("none"), "");
}

TEST(Xml, ReadsTheDeclaredEncoding) {
  const std::string gbk = *text::to_gbk("样例单位有限公司镕");
  for (const char* name : {"GBK", "gb2312", "GB18030"}) {
    const auto root =
        parse(std::string("<?xml version='1.0' encoding = '") + name + "'?><r>" + gbk + "</r>");
    ASSERT_TRUE(root) << name;
    EXPECT_EQ(root->text, "样例单位有限公司镕") << name;
  }
  EXPECT_EQ(parse("\xEF\xBB\xBF<r>样</r>")->text, "样");
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("<?xml version=\"1.0\" encoding=\"UTF-16\"?><r>x</r>")) {
    utf16 += c;
    utf16 += '\0';
  }
  EXPECT_EQ(parse(utf16)->text, "x");
  // A four-byte character of GB18030: U+20C21.
  EXPECT_EQ(parse("<?xml version='1.0' encoding='GB18030'?><r>a\x95\x34\xB8\x37z</r>")->text.size(),
            6u);
}

TEST(Xml, TakesCharactersWhateverTheDeclarationSays) {
  const auto root = parse_characters("<?xml version=\"1.0\" encoding=\"GBK\"?><r>操作成功</r>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->text, "操作成功");
  EXPECT_FALSE(parse_characters("<r>\xB2\xD9</r>"));
}

TEST(Xml, RefusesWrongBytesAndUnknownEncodings) {
  EXPECT_THAT(reason(parse("<?xml version='1.0' encoding='GBK'?><r>\x81\x20</r>")),
              HasSubstr("not GBK"));
  EXPECT_THAT(reason(parse("<?xml version='1.0' encoding='GBK'?><r>\xB2</r>")), HasSubstr("GBK"));
  EXPECT_THAT(reason(parse("<?xml version='1.0' encoding='GBK'?><r/>\xB2")), HasSubstr("GBK"));
  EXPECT_THAT(reason(parse("<r>\xFF</r>")), HasSubstr("UTF-8"));
  EXPECT_THAT(reason(parse("<?xml version='1.0' encoding='EBCDIC-US'?><r/>")),
              HasSubstr("unsupported encoding"));
}

TEST(Xml, WrongBytesMayBeMarkedInstead) {
  const auto text_of = [](const std::string& document) {
    std::string text;
    size_t at = 0;
    const Status read = xml::read(
        [&]() -> Result<std::string_view> {
          return std::string_view(document).substr(std::min(at++, document.size()), 1);
        },
        {.start = [](std::string_view, const Attributes&) { return true; },
         .end = [](std::string_view) { return true; },
         .text =
             [&](std::string_view utf8) {
               text += utf8;
               return true;
             }},
        {.mark_wrong_bytes = true});
    return read ? text : "refused";
  };
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(text_of("<?xml version='1.0' encoding='GBK'?><r>a\xFF\xD1\xF9\x81</r>"),
            "a" + mark + "样" + mark);
  EXPECT_EQ(text_of("<r>a\xFF样\xE6\xA0</r>"), "a" + mark + "样" + mark + mark);
  EXPECT_EQ(text_of("<?xml version='1.0' encoding='GB18030'?><r>a\xFFz</r>"), "a" + mark + "z");
  EXPECT_EQ(text_of("<r>\xFF</r\xFF>"), "refused");
}

TEST(Xml, RefusesDoctypesAndEntities) {
  EXPECT_THAT(reason(parse("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><r>&x;</r>")),
              HasSubstr("document type"));
  EXPECT_THAT(reason(parse("<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><r/>")),
              HasSubstr("document type"));
  std::string bomb = "<!DOCTYPE r [<!ENTITY a0 'ha'>";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "&a" + std::to_string(i - 1) + ";";
    bomb += "<!ENTITY a" + std::to_string(i) + " '" + before + before + "'>";
  }
  EXPECT_THAT(reason(parse(bomb + "]><r>&a29;</r>")), HasSubstr("document type"));
  EXPECT_FALSE(parse("<r>&other;</r>"));
  EXPECT_FALSE(parse("<r a='&other;'/>"));
}

TEST(Xml, TellsTheLineOfAFault) {
  EXPECT_THAT(reason(parse("<r>\n<b>\n</r>")), HasSubstr("line 3"));
  for (const char* broken : {"", "x", "<r>", "<r/><r/>", "<r a=1/>", "<r>&#0;</r>", "<r>]]></r>"})
    EXPECT_FALSE(parse(broken)) << broken;
}

TEST(Xml, BoundsDepthAndSize) {
  const auto nested = [](int n) {
    std::string s;
    for (int i = 0; i < n; ++i) s += "<a>";
    for (int i = 0; i < n; ++i) s += "</a>";
    return s;
  };
  EXPECT_TRUE(parse(nested(64)));
  EXPECT_THAT(reason(parse(nested(65))), HasSubstr("deep"));
  EXPECT_FALSE(parse(nested(1'000'000)));
  EXPECT_THAT(reason(parse("<r>12345</r>", {.max_bytes = 5})), HasSubstr("large"));
}

TEST(Xml, BoundsElementsAndAttributes) {
  const auto attributes = [](int n, const std::string& before) {
    std::string s = before + "<r";
    for (int i = 0; i < n; ++i) s += (i % 2 == 0 ? " a" : " xmlns:a") + std::to_string(i) + "='>='";
    return s + "/>";
  };
  EXPECT_TRUE(parse(attributes(64, "")));
  EXPECT_THAT(reason(parse(attributes(65, ""))), HasSubstr("attributes"));
  EXPECT_THAT(reason(parse(attributes(1'000'000, "<?p <a '?><!-- <b \" -->"))),
              HasSubstr("attributes"));
  // What only looks like attributes is none.
  const std::string many(1000, '=');
  EXPECT_TRUE(parse("<?p " + many + "?><r a='" + many + "'>" + many + "<!-- <x " + many +
                    " --><![CDATA[<y \"" + many + "]]></r>"));

  std::string elements = "<r>";
  for (int i = 0; i < 10; ++i) elements += "<b/>";
  EXPECT_TRUE(parse(elements + "</r>", {.max_elements = 11}));
  EXPECT_THAT(reason(parse(elements + "</r>", {.max_elements = 10})), HasSubstr("elements"));
  for (size_t i = 0; i < kMaxTreeElements; ++i) elements += "<b/>";
  EXPECT_THAT(reason(parse(elements + "</r>")), HasSubstr("elements"));
  EXPECT_TRUE(read(elements + "</r>", {}));
}

TEST(Xml, ReadsTextOverTenMegabytes) {
  const std::string large(12u << 20, 'A');
  const auto root = parse("<?xml version='1.0' encoding='GBK'?><r>" + large + "\xB2\xD9</r>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->text, large + "操");
}

// What one document looks like, however it comes.
std::string told(const Status& status, const std::string& heard) {
  return heard + " | " + reason(status);
}
struct Heard {
  std::string all;
  Events events() {
    return {.start =
                [&](std::string_view name, const Attributes& attributes) {
                  all += "<" + std::string(name);
                  for (const auto& [key, value] : attributes) all += " " + key + "=" + value;
                  return true;
                },
            .end = [&](std::string_view) { return all += ">", true; },
            .text = [&](std::string_view s) { return all += s, true; }};
  }
};

TEST(Xml, PiecesCutAnywhereReadAsTheWhole) {
  const std::string inside =
      "<r a='>=' b=\"'\"><!----><!-- <x - --><?p <a '?><![CDATA[<y \"]] >]]>样例\xF0\xA0\xB0\xA1"
      "é&lt;<b/>\r\n</r>";
  const std::string four = "<?xml version='1.0' encoding='GB18030'?><r>a\x95\x34\xB8\x37z</r>";
  std::string wide = "\xFE\xFF";
  for (const char c : std::string("<?xml version='1.0'?><r>x</r>")) wide += {'\0', c};
  for (const std::string& document :
       {"<?xml version='1.0' encoding='GBK'?>" + *text::to_gbk_xml(inside), inside,
        "\xEF\xBB\xBF" + inside, four, wide, std::string("<r>\xE6\xA0</r>"), std::string("<r"),
        std::string("<r>\xE6\xA0"), std::string("<!D"), std::string("<!-x><r/>"),
        std::string("<?xml version='1.0' encoding='GB"), std::string("<r a='1' a='2'/>")}) {
    Heard whole;
    const Status expected = read(document, whole.events());
    for (const size_t size : {1, 2, 3, 5, 64, 1000}) {
      size_t at = 0;
      std::string kept;
      const Source source = [&]() -> Result<std::string_view> {
        kept = document.substr(std::min(at, document.size()), size);
        at += size;
        return kept;
      };
      Heard heard;
      const Status status = read(source, heard.events());
      EXPECT_EQ(status.has_value(), expected.has_value()) << document;
      if (!expected) continue;
      EXPECT_EQ(told(status, heard.all), told(expected, whole.all)) << size;
    }
  }
}

TEST(Xml, StreamsAreBounded) {
  const auto endless = [](std::string start, std::string more) -> Source {
    return [start = std::move(start), more = std::move(more),
            first = true]() mutable -> Result<std::string_view> {
      return std::exchange(first, false) ? start : more;
    };
  };
  const std::string a(100'000, 'a');
  EXPECT_THAT(reason(read(endless("<r>", a), {}, {.max_bytes = 10u << 20})), HasSubstr("large"));
  for (const char* start : {"<!--", "<r><![CDATA[", "<?p ", "<r b='", "<"})
    EXPECT_THAT(reason(read(endless(start, a), {})), HasSubstr("too long")) << start;
  size_t number = 0;
  std::string kept;
  const Source names = [&]() -> Result<std::string_view> {
    kept = number == 0 ? "<r>" : "";
    for (int i = 0; i < 100; ++i) kept += "<n" + std::to_string(++number) + "/>";
    return kept;
  };
  EXPECT_FALSE(read(names, {}, {.max_elements = 1u << 30, .max_markup = 100'000}));
  EXPECT_LT(number, 100'000u);
}

TEST(Xml, HandlersStopTheReadingAndTheirExceptionsPass) {
  int starts = 0;
  Events events;
  events.start = [&](std::string_view, const Attributes&) { return ++starts < 2; };
  EXPECT_TRUE(read("<a><b/><c/></broken>", events));
  EXPECT_EQ(starts, 2);
  events.start = [](std::string_view, const Attributes&) -> bool { throw std::runtime_error("x"); };
  EXPECT_THROW(static_cast<void>(read("<a/>", events)), std::runtime_error);
}

TEST(Xml, EscapedTextComesBack) {
  const std::string hard = "a<b>&\"'\r\n\t]]>&amp;中\xF0\xA0\xB0\xA1";
  std::string document = "<r k=\"";
  append_escaped(document, "<&\"'>\r");
  document += "\">";
  append_escaped(document, hard);
  document += "</r>";
  const auto root = parse(document);
  ASSERT_TRUE(root) << reason(root);
  EXPECT_EQ(root->text, hard);
  EXPECT_EQ(root->attribute("k"), "<&\"'>\r");
  std::string out;
  append_escaped(out, std::string_view("a\0b\x1F"
                                       "c\xEF\xBF\xBF",
                                       8));
  EXPECT_EQ(out,
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c\xEF\xBF\xBD");
  EXPECT_EQ(find_forbidden("plain 中\t"), std::string_view::npos);
  EXPECT_EQ(find_forbidden("ab\x01"), 2u);
}

}  // namespace
}  // namespace beian::xml
