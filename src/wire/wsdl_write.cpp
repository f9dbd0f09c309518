#include <stdexcept>

#include "platform/xml/xml.hpp"
#include "wire/soap.hpp"

namespace beian::wire {

namespace {

// "<NAME k1="v1" …" + end; the values are escaped.
void tag(std::string& out, std::string_view name,
         std::initializer_list<std::pair<std::string_view, std::string_view>> attributes,
         std::string_view end = "/>") {
  out += '<';
  out += name;
  for (const auto& [key, value] : attributes) {
    out += ' ';
    out += key;
    out += "=\"";
    xml::append_escaped(out, value);
    out += '"';
  }
  out += end;
  out += '\n';
}

std::string_view schema_type(std::string_view parameter) {
  if (parameter == "ispId" || parameter == "dataSequence") return "xs:long";
  if (parameter == "hashAlgorithm" || parameter == "encryptAlgorithm" ||
      parameter == "compressionFormat" || parameter == "queryConditionType")
    return "xs:int";
  return "xs:string";
}

void write_types(std::string& out, const OperationSpec& operation,
                 std::string_view first_parameter) {
  tag(out, "xs:element", {{"name", operation.name}}, "><xs:complexType><xs:sequence>");
  for (const std::string_view parameter : operation.parameters) {
    tag(out, "xs:element",
        {{"name", parameter == "ispId" ? first_parameter : parameter},
         {"type", schema_type(parameter)}});
  }
  out += "</xs:sequence></xs:complexType></xs:element>\n";
  tag(out, "xs:element", {{"name", std::string(operation.name) + "Response"}},
      "><xs:complexType><xs:sequence>");
  tag(out, "xs:element", {{"name", "return"}, {"type", "xs:string"}, {"minOccurs", "0"}});
  out += "</xs:sequence></xs:complexType></xs:element>\n";
}

void write_message(std::string& out, const std::string& name) {
  tag(out, "wsdl:message", {{"name", name}}, ">");
  tag(out, "wsdl:part", {{"name", "parameters"}, {"element", "tns:" + name}});
  out += "</wsdl:message>\n";
}

void write_port_operation(std::string& out, const std::string& name) {
  tag(out, "wsdl:operation", {{"name", name}}, ">");
  tag(out, "wsdl:input", {{"message", "tns:" + name}});
  tag(out, "wsdl:output", {{"message", "tns:" + name + "Response"}});
  out += "</wsdl:operation>\n";
}

void write_binding_operation(std::string& out, const std::string& name) {
  tag(out, "wsdl:operation", {{"name", name}}, ">");
  tag(out, "soap:operation", {{"soapAction", ""}, {"style", "document"}});
  out +=
      "<wsdl:input><soap:body use=\"literal\"/></wsdl:input>\n"
      "<wsdl:output><soap:body use=\"literal\"/></wsdl:output>\n</wsdl:operation>\n";
}

}  // namespace

std::string write_wsdl(std::string_view service, std::string_view address,
                       std::string_view target_namespace, std::string_view first_parameter) {
  std::vector<const OperationSpec*> own;
  for (const OperationSpec& operation : operations()) {
    if (operation.service == service) own.push_back(&operation);
  }
  if (own.empty()) throw std::logic_error("no service " + std::string(service));
  const std::string name(service);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  tag(out, "wsdl:definitions",
      {{"xmlns:wsdl", "http://schemas.xmlsoap.org/wsdl/"},
       {"xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/"},
       {"xmlns:xs", "http://www.w3.org/2001/XMLSchema"},
       {"xmlns:tns", target_namespace},
       {"name", name + "Service"},
       {"targetNamespace", target_namespace}},
      ">");
  out += "<wsdl:types>\n";
  tag(out, "xs:schema",
      {{"targetNamespace", target_namespace}, {"elementFormDefault", "unqualified"}}, ">");
  for (const OperationSpec* operation : own) write_types(out, *operation, first_parameter);
  out += "</xs:schema>\n</wsdl:types>\n";
  for (const OperationSpec* operation : own) {
    write_message(out, std::string(operation->name));
    write_message(out, std::string(operation->name) + "Response");
  }
  tag(out, "wsdl:portType", {{"name", name}}, ">");
  for (const OperationSpec* operation : own)
    write_port_operation(out, std::string(operation->name));
  out += "</wsdl:portType>\n";
  tag(out, "wsdl:binding", {{"name", name + "Binding"}, {"type", "tns:" + name}}, ">");
  tag(out, "soap:binding",
      {{"style", "document"}, {"transport", "http://schemas.xmlsoap.org/soap/http"}});
  for (const OperationSpec* operation : own)
    write_binding_operation(out, std::string(operation->name));
  out += "</wsdl:binding>\n";
  tag(out, "wsdl:service", {{"name", name + "Service"}}, ">");
  tag(out, "wsdl:port", {{"name", name + "Port"}, {"binding", "tns:" + name + "Binding"}}, ">");
  tag(out, "soap:address", {{"location", address}});
  out += "</wsdl:port>\n</wsdl:service>\n</wsdl:definitions>\n";
  return out;
}

}  // namespace beian::wire
