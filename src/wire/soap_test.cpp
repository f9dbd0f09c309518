#include "wire/soap.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "platform/xml/xml.hpp"

namespace beian::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string reason(const auto& result) {
  return result ? "" : result.error().front().args.at(0).second;
}

WsdlOperation upload_operation(std::string_view first, bool qualified) {
  WsdlOperation operation =
      *read_wsdl({write_wsdl("upDownLoad", "http://127.0.0.1:1/x", "urn:样例", first)})
           ->find("isp_upload");
  operation.qualified = qualified;
  return operation;
}

TEST(Soap, TheOperations) {
  EXPECT_EQ(operations().size(), 6u);
  EXPECT_EQ(find_operation("isp_upload")->parameters.size(), 10u);
  EXPECT_EQ(find_operation("isp_other"), nullptr);
}

// Covers operation:*
TEST(Soap, ReadsItsOwnWsdl) {
  for (const auto* first : {"ispId", "ispID"}) {
    for (const auto* service : {"upDownLoad", "queryBeianStatus", "verifyBamm"}) {
      const auto wsdl =
          read_wsdl({write_wsdl(service, "http://127.0.0.1:1/a?b&c", "urn:x", first)});
      ASSERT_TRUE(wsdl) << reason(wsdl);
      EXPECT_TRUE(wsdl->imports.empty());
      for (const OperationSpec& spec : operations()) {
        const WsdlOperation* operation = wsdl->find(spec.name);
        ASSERT_EQ(operation != nullptr, spec.service == service) << spec.name;
        if (operation == nullptr) continue;
        EXPECT_EQ(operation->address, "http://127.0.0.1:1/a?b&c");
        EXPECT_EQ(operation->target_namespace, "urn:x");
        EXPECT_EQ(operation->response_element, std::string(spec.name) + "Response");
        EXPECT_EQ(operation->result_element, "return");
        EXPECT_EQ(operation->parameters.size(), spec.parameters.size());
        EXPECT_EQ(operation->parameters[0], first);
        EXPECT_EQ(operation->parameters[4], spec.parameters[4]);
      }
    }
  }
  EXPECT_THROW(write_wsdl("other", "", "", "ispId"), std::logic_error);
}

RC_GTEST_PROP(Soap, RequestsComeBack, (std::string value, bool qualified, bool upper)) {
  std::string clean;  // what XML cannot hold is replaced, so leave it out here
  for (const char c : value)
    if (static_cast<unsigned char>(c) < 0x80 && (c >= 0x20 || c == '\n' || c == '\r')) clean += c;
  clean += "样例";
  const Call call{"isp_upload", {{"dataSequence", "7"}, {"ispid", clean}, {"unknown", "x"}}};
  const auto read =
      read_request(write_request(upload_operation(upper ? "ispID" : "ispId", qualified), call));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->operation == "isp_upload");
  RC_ASSERT(read->parameters.size() == 2u);  // the WSDL's order, and only what it knows
  RC_ASSERT(read->parameters[0].first == (upper ? "ispID" : "ispId"));
  RC_ASSERT(*read->find("ISPID") == clean);
  RC_ASSERT(*read->find("datasequence") == "7");
}

RC_GTEST_PROP(Soap, ResponsesComeBack, (std::string value)) {
  std::string clean = "<?xml version=\"1.0\" encoding=\"GBK\"?><return>]]>&amp;操作成功";
  for (const char c : value)
    if (static_cast<unsigned char>(c) < 0x80 && (c >= 0x20 || c == '\r')) clean += c;
  const auto read = read_response(write_response("isp_upload", "urn:x", clean));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == clean);
}

TEST(Soap, ReadsWhatOthersWrite) {
  const auto call = read_request(R"(<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="urn:x">
 <SOAP-ENV:Header><w:Security xmlns:w="urn:w" SOAP-ENV:mustUnderstand="0">x</w:Security></SOAP-ENV:Header>
 <SOAP-ENV:Body><ns1:isp_download><ns1:ispID>1</ns1:ispID><userName><![CDATA[a&b]]></userName>
 <randVal xmlns="">&lt;r&gt;</randVal></ns1:isp_download></SOAP-ENV:Body></SOAP-ENV:Envelope>)");
  ASSERT_TRUE(call) << reason(call);
  EXPECT_EQ(call->operation, "isp_download");
  EXPECT_EQ(*call->find("ispId"), "1");
  EXPECT_EQ(*call->find("userName"), "a&b");
  EXPECT_EQ(*call->find("randVal"), "<r>");
  EXPECT_EQ(call->find("pwdHash"), nullptr);

  const std::string open =
      R"(<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>)";
  const std::string close = "</S:Body></S:Envelope>";
  EXPECT_EQ(*read_response(open +
                           "<n:isp_uploadResponse xmlns:n='urn:x'><n:return><![CDATA[<return "
                           "version=\"V.3.0\"/>]]></n:return></n:isp_uploadResponse>" +
                           close),
            "<return version=\"V.3.0\"/>");
  EXPECT_EQ(*read_response(open + "<r><out>&lt;a/&gt;</out></r>" + close), "<a/>");
}

TEST(Soap, FaultsAndForeignAnswers) {
  EXPECT_EQ(reason(read_response(write_fault("Server", "坏了 & <x>"))), "soap:Server: 坏了 & <x>");
  EXPECT_THAT(reason(read_response("<html>502</html>")), HasSubstr("not a SOAP"));
  EXPECT_THAT(reason(read_response("Bad Gateway")), HasSubstr("not XML"));
  EXPECT_THAT(reason(read_response("<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'/>")),
              HasSubstr("not SOAP 1.1"));
  const std::string open = R"(<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">)";
  EXPECT_THAT(reason(read_response(open + "</S:Envelope>")), HasSubstr("no body"));
  EXPECT_THAT(reason(read_response(open + "<S:Body/></S:Envelope>")), HasSubstr("empty"));
  EXPECT_THAT(reason(read_response(open + "<S:Body><r/></S:Body></S:Envelope>")),
              HasSubstr("one result"));
  EXPECT_THAT(reason(read_response(open + "<S:Body><r><a><b/></a></r></S:Body></S:Envelope>")),
              HasSubstr("a string"));
  EXPECT_THAT(reason(read_request(open + "<S:Header><h S:mustUnderstand='1'/></S:Header><S:Body>"
                                         "<r/></S:Body></S:Envelope>")),
              HasSubstr("not understood"));
  EXPECT_THAT(reason(read_request(open + "<S:Body><r><ispId/><ispID/></r></S:Body></S:Envelope>")),
              HasSubstr("repeated"));
  EXPECT_THAT(reason(read_request("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + open +
                                  "<S:Body><r>&e;</r></S:Body></S:Envelope>")),
              HasSubstr("document type"));
}

// As the reference implementation of JAX-WS serves it: the schema apart, named types, qualified.
constexpr const char* kApart = R"(<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="http://sample.example/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://sample.example/" name="S">
<types><xsd:schema><xsd:import namespace="http://sample.example/" schemaLocation="http://127.0.0.1:9/s?xsd=1"/></xsd:schema></types>
<message name="in"><part name="parameters" element="tns:isp_verifybamm"/></message>
<message name="out"><part name="parameters" element="tns:isp_verifybammResponse"/></message>
<portType name="P"><operation name="isp_verifybamm"><input message="tns:in"/><output message="tns:out"/></operation></portType>
<binding name="B" type="tns:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
 <operation name="isp_verifybamm"><soap:operation soapAction="urn:act"/>
 <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation></binding>
<service name="S"><port name="Other" binding="tns:B12"><s12:address xmlns:s12="http://schemas.xmlsoap.org/wsdl/soap12/" location="x"/></port>
 <port name="P" binding="tns:B"><soap:address location="http://127.0.0.1:9/s"/></port></service></definitions>)";
constexpr const char* kSchema = R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:tns="http://sample.example/" targetNamespace="http://sample.example/" elementFormDefault="qualified">
<xs:element name="isp_verifybamm" type="tns:isp_verifybamm"/>
<xs:element name="isp_verifybammResponse" type="tns:isp_verifybammResponse"/>
<xs:complexType name="isp_verifybamm"><xs:sequence><xs:element name="ispID" type="xs:long"/>
 <xs:element minOccurs="0" name="baxh" type="xs:string"/></xs:sequence></xs:complexType>
<xs:complexType name="isp_verifybammResponse"><xs:sequence>
 <xs:element minOccurs="0" name="out" type="xs:string"/></xs:sequence></xs:complexType></xs:schema>)";

TEST(Soap, FollowsASchemaThatStandsApart) {
  const auto first = read_wsdl({kApart});
  ASSERT_TRUE(first) << reason(first);
  EXPECT_THAT(first->imports, ElementsAre("http://127.0.0.1:9/s?xsd=1"));
  EXPECT_TRUE(first->operations.empty());
  const auto whole = read_wsdl({kApart, kSchema});
  ASSERT_TRUE(whole) << reason(whole);
  ASSERT_EQ(whole->operations.size(), 1u);
  const WsdlOperation* operation = whole->find("ISP_verifyBamm");
  ASSERT_NE(operation, nullptr);
  EXPECT_THAT(operation->parameters, ElementsAre("ispID", "baxh"));
  EXPECT_TRUE(operation->qualified);
  EXPECT_EQ(operation->soap_action, "urn:act");
  EXPECT_EQ(operation->address, "http://127.0.0.1:9/s");
  EXPECT_EQ(operation->result_element, "out");
  const std::string request = write_request(*operation, {"isp_verifybamm", {{"ispId", "1"}}});
  EXPECT_THAT(request, HasSubstr("<m:ispID>1</m:ispID>"));
}

TEST(Soap, RefusesOtherDescriptions) {
  EXPECT_THAT(reason(read_wsdl({})), HasSubstr("not a WSDL"));
  EXPECT_THAT(reason(read_wsdl({"<html/>"})), HasSubstr("not a WSDL"));
  EXPECT_THAT(reason(read_wsdl({"x"})), HasSubstr("WSDL"));
  EXPECT_THAT(reason(read_wsdl({"<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>"})),
              HasSubstr("no operation"));
  std::string encoded = write_wsdl("verifyBamm", "http://x", "urn:x", "ispId");
  encoded.replace(encoded.find("use=\"literal\""), 13, "use=\"encoded\"");
  EXPECT_THAT(reason(read_wsdl({encoded})), HasSubstr("document/literal"));
  std::string incomplete = write_wsdl("verifyBamm", "http://x", "urn:x", "ispId");
  incomplete.replace(incomplete.find("name=\"isp_verifybamm\""), 21, "name=\"isp_verifyother\"");
  EXPECT_THAT(reason(read_wsdl({incomplete})), HasSubstr("no complete description"));
}

}  // namespace
}  // namespace beian::wire
