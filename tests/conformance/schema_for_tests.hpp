// The official schemas of the interface, for tests of documents against them. They are no part of
// this project: BEIAN_XSD_DIR names their folder, the default is ../shared/spec/xsd beside the
// source tree. Without them such tests say so and are skipped.
#pragma once

#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

namespace beian::conformance {

namespace fs = std::filesystem;

inline fs::path schema_folder() {
  const char* given = std::getenv("BEIAN_XSD_DIR");
  return given != nullptr ? fs::path(given) : fs::path(BEIAN_SOURCE_DIR) / "../shared/spec/xsd";
}

inline std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return std::move(bytes).str();
}

struct Free {
  void operator()(xmlDoc* p) const { xmlFreeDoc(p); }
  void operator()(xmlSchema* p) const { xmlSchemaFree(p); }
  void operator()(xmlSchemaParserCtxt* p) const { xmlSchemaFreeParserCtxt(p); }
  void operator()(xmlSchemaValidCtxt* p) const { xmlSchemaFreeValidCtxt(p); }
};
using Document = std::unique_ptr<xmlDoc, Free>;

inline Document parse(const std::string& xml) {
  return Document(xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
                                XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR));
}

class Schema {
 public:
  explicit Schema(const std::string& xsd) {
    const std::unique_ptr<xmlSchemaParserCtxt, Free> context(
        xmlSchemaNewMemParserCtxt(xsd.data(), static_cast<int>(xsd.size())));
    schema_.reset(xmlSchemaParse(context.get()));
    EXPECT_NE(schema_, nullptr);
  }
  // Empty when the document is valid, else why not.
  std::string fault(xmlDoc* document) const {
    if (document == nullptr) return "not well-formed";
    const std::unique_ptr<xmlSchemaValidCtxt, Free> context(xmlSchemaNewValidCtxt(schema_.get()));
    std::string reasons;
    xmlSchemaSetValidStructuredErrors(
        context.get(),
        [](void* into, xmlErrorPtr error) { *static_cast<std::string*>(into) += error->message; },
        &reasons);
    if (xmlSchemaValidateDoc(context.get(), document) == 0) return "";
    return reasons.empty() ? "refused" : reasons;
  }
  std::string fault(const std::string& xml) const { return fault(parse(xml).get()); }

 private:
  std::unique_ptr<xmlSchema, Free> schema_;
};

inline const Schema& data_schema(std::string_view root) {
  static std::map<std::string, Schema, std::less<>> cache;
  const std::string name = root == "UploadData" ? "upload-data.xsd" : "download-data.xsd";
  const auto at = cache.find(name);
  if (at != cache.end()) return at->second;
  return cache.emplace(name, Schema(read_file(schema_folder() / name))).first->second;
}
// The return schemas give msg the exact length 256, which no real message has. That one
// restriction is read as "at most 256"; the rest is validated as it stands.
inline Schema return_schema(const std::string& name) {
  std::string xsd = read_file(schema_folder() / (name + "-return.xsd"));
  const std::string exact = "<xs:length value=\"256\"/>", most = "<xs:maxLength value=\"256\"/>";
  const size_t at = xsd.find(exact);
  EXPECT_NE(at, xsd.npos) << "the known quirk of the schema is gone";
  if (at != xsd.npos) xsd.replace(at, exact.size(), most);
  EXPECT_EQ(xsd.find(exact), xsd.npos);
  return Schema(xsd);
}

}  // namespace beian::conformance
