// Two authorities as no two are alike: each a set of WSDL documents and where they stand.
//   split:  elementFormDefault qualified, ispID, three documents in three folders and as many
//           namespaces, types by name, soapAction with a scheme of its own
//   plain:  elementFormDefault unqualified, one document, ispId, anonymous types, other prefixes
// The address of the service is never where its WSDL is.

const operations = {
  upload: {
    isp_upload: ['userName', 'randVal', 'pwdHash', 'beianInfo', 'beianInfoHash', 'dataSequence',
      'encryptAlgorithm', 'hashAlgorithm', 'compressionFormat'],
    isp_download: ['userName', 'randVal', 'pwdHash', 'hashAlgorithm'],
    isp_downloadack: ['userName', 'randVal', 'pwdHash', 'hashAlgorithm', 'fileName'],
    isp_querypreviousupload: ['userName', 'randVal', 'pwdHash', 'hashAlgorithm'],
  },
  query: {
    isp_querybeianstatus: ['userName', 'randVal', 'pwdHash', 'hashAlgorithm',
      'queryConditionType', 'queryCondition'],
  },
};
const each = (service, write) => Object.entries(operations[service])
  .map(([name, parameters]) => write(name, parameters)).join('\n');

function split(service, address) {
  const types = `urn:yangli-split:${service}:leixing`;
  const abstract = `urn:yangli-split:${service}:jiekou`;
  const concrete = `urn:yangli-split:${service}:fuwu`;
  const parameter = (name) => `<e name="${name}" type="xsd:string"/>`.replace('<e', '<xsd:element');
  return {
    namespace: types, qualified: true, first: 'ispID', address, service: 'Fuwu', port: 'FuwuKou',
    action: (operation) => `urn:yangli-split:do:${operation}`,
    root: `/split/${service}/service.wsdl`,
    documents: {
      [`/split/${service}/service.wsdl`]: `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:j="${abstract}" xmlns:s11="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="${concrete}">
  <import namespace="${abstract}" location="parts/interface.wsdl"/>
  <service name="Fuwu"><port name="FuwuKou" binding="j:Bangding"><s11:address location="${address}"/></port></service>
</definitions>`,
      [`/split/${service}/parts/interface.wsdl`]: `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="${types}" xmlns:j="${abstract}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:s11="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="${abstract}">
  <types><xsd:schema targetNamespace="${abstract}"><xsd:import namespace="${types}" schemaLocation="types/types.xsd"/></xsd:schema></types>
  ${each(service, (name) => `<message name="${name}In"><part name="body" element="t:${name}"/></message>
  <message name="${name}Out"><part name="body" element="t:${name}Response"/></message>`)}
  <portType name="Jiekou">
  ${each(service, (name) => `<operation name="${name}"><input message="j:${name}In"/><output message="j:${name}Out"/></operation>`)}
  </portType>
  <binding name="Bangding" type="j:Jiekou"><s11:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
  ${each(service, (name) => `<operation name="${name}"><s11:operation soapAction="urn:yangli-split:do:${name}"/><input><s11:body use="literal"/></input><output><s11:body use="literal"/></output></operation>`)}
  </binding>
</definitions>`,
      [`/split/${service}/parts/types/types.xsd`]: `<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="${types}" targetNamespace="${types}" elementFormDefault="qualified">
  ${each(service, (name, parameters) => `<xsd:element name="${name}" type="t:${name}Type"/>
  <xsd:complexType name="${name}Type"><xsd:sequence>${['ispID', ...parameters].map(parameter).join('')}</xsd:sequence></xsd:complexType>
  <xsd:element name="${name}Response" type="t:${name}ResponseType"/>
  <xsd:complexType name="${name}ResponseType"><xsd:sequence>${parameter('return')}</xsd:sequence></xsd:complexType>`)}
</xsd:schema>`,
    },
  };
}

function plain(service, address) {
  const namespace = `http://plain.yangli-example.cn/${service}/`;
  return {
    namespace, qualified: false, first: 'ispId', address, service: 'Svc', port: 'SvcPort',
    action: () => '',
    root: `/plain/${service}.asmx?WSDL`,
    documents: {
      [`/plain/${service}.asmx?WSDL`]: `<?xml version="1.0" encoding="UTF-8"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:a="${namespace}" xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:sp="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="${namespace}">
  <w:types><s:schema targetNamespace="${namespace}">
  ${each(service, (name, parameters) => `<s:element name="${name}"><s:complexType><s:sequence>${['ispId', ...parameters].map((p) => `<s:element name="${p}" type="s:string" minOccurs="0"/>`).join('')}</s:sequence></s:complexType></s:element>
  <s:element name="${name}Response"><s:complexType><s:sequence><s:element name="return" type="s:string" minOccurs="0"/></s:sequence></s:complexType></s:element>`)}
  </s:schema></w:types>
  ${each(service, (name) => `<w:message name="${name}"><w:part name="parameters" element="a:${name}"/></w:message>
  <w:message name="${name}Response"><w:part name="parameters" element="a:${name}Response"/></w:message>`)}
  <w:portType name="SvcType">
  ${each(service, (name) => `<w:operation name="${name}"><w:input message="a:${name}"/><w:output message="a:${name}Response"/></w:operation>`)}
  </w:portType>
  <w:binding name="SvcBinding" type="a:SvcType"><sp:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
  ${each(service, (name) => `<w:operation name="${name}"><sp:operation soapAction="" style="document"/><w:input><sp:body use="literal"/></w:input><w:output><sp:body use="literal"/></w:output></w:operation>`)}
  </w:binding>
  <w:service name="Svc"><w:port name="SvcPort" binding="a:SvcBinding"><sp:address location="${address}"/></w:port></w:service>
</w:definitions>`,
    },
  };
}

/** The faces of one authority: {upload, query}; `origin` is where its services are. */
export const faces = (style, origin) => Object.fromEntries(Object.keys(operations).map(
  (service) => [service, { split, plain }[style](service, `${origin}/deployed/${style}/${service}`)]));
export const parametersOf = (operation) => Object.values(operations).find((o) => o[operation])[operation];
