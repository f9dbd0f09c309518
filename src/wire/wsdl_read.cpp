#include <algorithm>

#include "base/text.hpp"
#include "platform/xml/xml.hpp"
#include "wire/soap.hpp"

namespace beian::wire {

namespace {

constexpr std::string_view kWsdlNs = "http://schemas.xmlsoap.org/wsdl/";
constexpr std::string_view kSoapNs = "http://schemas.xmlsoap.org/wsdl/soap/";
constexpr std::string_view kSchemaNs = "http://www.w3.org/2001/XMLSchema";

std::unexpected<Problems> fault(std::string reason) {
  return fail(ProblemCode::soap_fault, "", {{"reason", "WSDL: " + std::move(reason)}});
}

// References are resolved by local name: the documents of one service declare a name once.
std::string_view local(std::string_view qname) {
  const size_t colon = qname.rfind(':');
  return qname.substr(colon == qname.npos ? 0 : colon + 1);
}

bool is(const xml::Node& node, std::string_view ns, std::string_view name) {
  return node.ns == ns && node.name == name;
}

const xml::Node* child(const xml::Node& node, std::string_view ns, std::string_view name) {
  for (const xml::Node& c : node.children) {
    if (is(c, ns, name)) return &c;
  }
  return nullptr;
}

const xml::Node* named_child(const xml::Node& node, std::string_view ns, std::string_view name,
                             std::string_view value) {
  for (const xml::Node& c : node.children) {
    if (is(c, ns, name) && c.attribute("name") == value) return &c;
  }
  return nullptr;
}

// Everything of the given documents that an operation is put together from.
class Documents {
 public:
  void add(const xml::Node& root) {
    if (is(root, kSchemaNs, "schema")) return add_schema(root);
    definitions_.push_back(&root);
    for (const xml::Node& node : root.children) {
      if (is(node, kWsdlNs, "import")) import(node.attribute("location"));
      if (!is(node, kWsdlNs, "types")) continue;
      for (const xml::Node& schema : node.children) {
        if (is(schema, kSchemaNs, "schema")) add_schema(schema);
      }
    }
  }

  // A child of any wsdl:definitions.
  const xml::Node* find(std::string_view kind, std::string_view qname) const {
    for (const xml::Node* root : definitions_) {
      if (const auto* found = named_child(*root, kWsdlNs, kind, local(qname))) return found;
    }
    return nullptr;
  }
  template <class F>
  void each(std::string_view kind, F f) const {
    for (const xml::Node* root : definitions_) {
      for (const xml::Node& node : root->children) {
        if (is(node, kWsdlNs, kind)) f(node);
      }
    }
  }
  // The schema that declares the element, and the declaration.
  std::pair<const xml::Node*, const xml::Node*> element(std::string_view qname) const {
    for (const xml::Node* schema : schemas_) {
      if (const auto* found = named_child(*schema, kSchemaNs, "element", local(qname)))
        return {schema, found};
    }
    return {nullptr, nullptr};
  }
  // The elements in an element's complex type, inline or named.
  std::vector<const xml::Node*> parts(const xml::Node& element) const {
    const xml::Node* type = child(element, kSchemaNs, "complexType");
    for (auto schema = schemas_.begin(); type == nullptr && schema != schemas_.end(); ++schema)
      type = named_child(**schema, kSchemaNs, "complexType", local(element.attribute("type")));
    std::vector<const xml::Node*> found;
    if (type == nullptr) return found;
    for (const xml::Node& group : type->children) {
      if (!is(group, kSchemaNs, "sequence") && !is(group, kSchemaNs, "all")) continue;
      for (const xml::Node& part : group.children) {
        if (is(part, kSchemaNs, "element")) found.push_back(&part);
      }
    }
    return found;
  }
  std::vector<std::string>& imports() { return imports_; }

 private:
  void add_schema(const xml::Node& schema) {
    schemas_.push_back(&schema);
    for (const xml::Node& node : schema.children) {
      if (is(node, kSchemaNs, "import") || is(node, kSchemaNs, "include"))
        import(node.attribute("schemaLocation"));
    }
  }
  void import(std::string_view location) {
    if (!location.empty() &&
        std::find(imports_.begin(), imports_.end(), location) == imports_.end())
      imports_.emplace_back(location);
  }

  std::vector<const xml::Node*> definitions_, schemas_;
  std::vector<std::string> imports_;
};

std::string_view part_name(const xml::Node& part) {
  const std::string_view name = part.attribute("name");
  return name.empty() ? local(part.attribute("ref")) : name;
}

// The element that is the whole body of a message (wrapped style has exactly one part).
std::string_view message_element(const Documents& documents, const xml::Node& port_operation,
                                 std::string_view direction) {
  const xml::Node* io = child(port_operation, kWsdlNs, direction);
  const xml::Node* message =
      io == nullptr ? nullptr : documents.find("message", io->attribute("message"));
  const xml::Node* part = message == nullptr ? nullptr : child(*message, kWsdlNs, "part");
  return part == nullptr ? std::string_view{} : part->attribute("element");
}

bool literal(const xml::Node& binding_operation) {
  for (const std::string_view direction : {"input", "output"}) {
    const xml::Node* io = child(binding_operation, kWsdlNs, direction);
    const xml::Node* body = io == nullptr ? nullptr : child(*io, kSoapNs, "body");
    if (body == nullptr) continue;
    const std::string_view use = body->attribute("use");
    if (!use.empty() && use != "literal") return false;
  }
  return true;
}

// Fills what the schema says; false when a part of it is not there (perhaps not fetched yet).
bool describe(const Documents& documents, const xml::Node& port_operation, WsdlOperation& into) {
  const auto [schema, request] =
      documents.element(message_element(documents, port_operation, "input"));
  const auto [response_schema, response] =
      documents.element(message_element(documents, port_operation, "output"));
  if (request == nullptr || response == nullptr) return false;
  into.name = request->attribute("name");
  into.target_namespace = schema->attribute("targetNamespace");
  into.qualified = schema->attribute("elementFormDefault") == "qualified";
  for (const xml::Node* part : documents.parts(*request)) {
    into.parameters.emplace_back(part_name(*part));
    if (const std::string_view form = part->attribute("form"); !form.empty())
      into.qualified = form == "qualified";
  }
  into.response_element = response->attribute("name");
  const auto results = documents.parts(*response);
  if (into.parameters.empty() || results.size() != 1) return false;
  into.result_element = part_name(*results.front());
  return true;
}

// The operations of one service port with a SOAP 1.1 binding.
Status read_port(const Documents& documents, const xml::Node& port, Wsdl& into, bool partial) {
  const xml::Node* address = child(port, kSoapNs, "address");
  if (address == nullptr) return {};  // SOAP 1.2, HTTP: not ours
  const xml::Node* binding = documents.find("binding", port.attribute("binding"));
  if (binding == nullptr) {
    if (partial) return {};
    return fault("no binding " + std::string(port.attribute("binding")));
  }
  const xml::Node* soap = child(*binding, kSoapNs, "binding");
  const xml::Node* port_type = documents.find("portType", binding->attribute("type"));
  if (soap == nullptr || port_type == nullptr) {
    if (partial) return {};
    return fault("binding " + std::string(binding->attribute("name")) + " is incomplete");
  }
  for (const xml::Node& bound : binding->children) {
    if (!is(bound, kWsdlNs, "operation")) continue;
    const std::string name(bound.attribute("name"));
    const xml::Node* details = child(bound, kSoapNs, "operation");
    std::string_view style = details == nullptr ? "" : details->attribute("style");
    if (style.empty()) style = soap->attribute("style");
    if ((!style.empty() && style != "document") || !literal(bound))
      return fault(name + " is not document/literal");
    WsdlOperation operation;
    const xml::Node* declared = named_child(*port_type, kWsdlNs, "operation", name);
    if (declared == nullptr || !describe(documents, *declared, operation)) {
      if (partial) continue;
      return fault(name + " has no complete description");
    }
    if (details != nullptr) operation.soap_action = details->attribute("soapAction");
    operation.address = text::trim(address->attribute("location"));
    into.operations.push_back(std::move(operation));
  }
  return {};
}

}  // namespace

const WsdlOperation* Wsdl::find(std::string_view name) const {
  for (const WsdlOperation& operation : operations) {
    if (text::lower_ascii(operation.name) == text::lower_ascii(name)) return &operation;
  }
  return nullptr;
}

Result<Wsdl> read_wsdl(const std::vector<std::string>& texts) {
  std::vector<xml::Node> roots;
  for (const std::string& one : texts) {
    auto root = xml::parse(one);
    if (!root) return fault(root.error().front().args.back().second);
    roots.push_back(std::move(*root));
  }
  if (roots.empty() || !is(roots.front(), kWsdlNs, "definitions"))
    return fault("not a WSDL 1.1 document");
  Documents documents;
  for (const xml::Node& root : roots) documents.add(root);

  Wsdl wsdl;
  wsdl.imports = documents.imports();
  // Not all of it was fetched yet: what is missing may be there.
  const bool partial = wsdl.imports.size() + 1 > texts.size();
  Status status;
  documents.each("service", [&](const xml::Node& service) {
    for (const xml::Node& port : service.children) {
      if (status && is(port, kWsdlNs, "port")) status = read_port(documents, port, wsdl, partial);
    }
  });
  if (!status) return fail(status);
  if (wsdl.operations.empty() && !partial) return fault("no operation with a SOAP 1.1 binding");
  return wsdl;
}

}  // namespace beian::wire
