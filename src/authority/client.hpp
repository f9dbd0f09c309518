// The SOAP client of one link. It knows the interface's operations and parameters; namespace,
// spelling, soapAction and address come from the WSDL that the authority serves.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "authority/link_config.hpp"
#include "base/result.hpp"
#include "wire/envelope.hpp"
#include "wire/returns.hpp"

namespace beian::authority {

// Every call answers what the authority said, whatever its msg_code. Problems (peer_unreachable,
// soap_fault, wire_schema) mean that no answer of the protocol came: whether an upload was taken is
// unknown then. Thread-safe. After such a failure the WSDL is read anew at the next call.
class Client {
 public:
  // Calls end early once `cancel` is true; it must outlive the client.
  Client(const LinkConfig& config, const std::atomic<bool>& cancel);
  ~Client();

  Result<wire::Return> upload(const wire::Envelope& envelope, int64_t sequence);
  Result<wire::Return> download();
  // Code 21 says that the name did not arrive: asked once more with the WSDL read anew.
  Result<wire::Return> acknowledge(const std::string& file_name);
  Result<wire::Return> previous_upload();
  // `condition_type`: 0 domain, 1…11 certificate type.
  Result<wire::Return> filing_status(int condition_type, const std::string& condition);
  // The password (备案密码) of an entity's filing number. peer_unreachable at once when the link
  // has no address for it.
  Result<wire::Return> check_password(const std::string& entity_number, const Secret& password);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace beian::authority
