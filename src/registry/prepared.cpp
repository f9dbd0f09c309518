#include "registry/prepared.hpp"

#include "base/personal.hpp"
#include "registry/holders.hpp"

namespace beian::registry {

std::string shown_name(const Filed& filed) {
  return filed.name_is_private ? mask_name(filed.name) : filed.name;
}

std::string entity_key(const Filed& filed) {
  return std::to_string(filed.province) + "-" + std::to_string(filed.id);
}

std::string entity_print(const crypto::ColumnCipher& cipher, const std::string& document) {
  return cipher.blind_index(document, "registry.entity.print");
}

std::string service_print(const crypto::ColumnCipher& cipher, const Filed& filed,
                          int64_t own_provider_id, const std::string& document) {
  return cipher.blind_index(
      entity_key(filed) + " " + std::to_string(own_provider_id) + " " + document,
      "registry.service.print");
}

std::string entity_context(const Filed& filed) {
  return "registry.entity." + entity_key(filed);
}

std::string service_context(const Filed& filed, const Filed::Service& service) {
  return "registry.service." + std::to_string(filed.province) + "-" + std::to_string(service.id);
}

Prepared prepare(const crypto::ColumnCipher& cipher, int64_t own_provider_id, Filed filed,
                 Json record) {
  Prepared out;
  const Json& entity = record["entity"];
  const std::string document = to_string(entity);
  out.own_provider_id = own_provider_id;
  out.shown_name = shown_name(filed);
  out.certificate_index = certificate_index(cipher, filed.certificate_number);
  out.print = entity_print(cipher, document);
  out.sealed = cipher.seal(document, entity_context(filed));
  out.contacts = contact_rows(cipher, entity["manager"]);
  for (size_t i = 0; i < filed.services.size(); ++i) {
    const Filed::Service& service = filed.services[i];
    const Json& whole = record["services"].at(i);
    const std::string text = to_string(whole);
    Prepared::Service one{service_print(cipher, filed, own_provider_id, text),
                          cipher.seal(text, service_context(filed, service)),
                          contact_rows(cipher, whole["manager"]),
                          {}};
    for (const auto& access : whole["accesses"].items()) one.accesses.push_back(to_string(access));
    out.services.push_back(std::move(one));
  }
  out.filed = std::move(filed);
  out.record = std::move(record);
  return out;
}

}  // namespace beian::registry
