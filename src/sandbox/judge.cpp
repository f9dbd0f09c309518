#include "sandbox/judge.hpp"

#include "base/text.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "sandbox/judge_parts.hpp"
#include "wire/returns.hpp"

namespace beian::sandbox {

Outcome outcome(int code, std::string_view where) {
  std::string text(wire::code_text(code));
  if (!where.empty()) text += "（" + std::string(where) + "）";
  while (text::length(text) > 255) {  // drop whole characters from the end
    size_t end = text.size() - 1;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
  return {code, std::move(text)};
}

bool is_individual(const Json& entity) {
  const Json* nature = entity.find("nature");
  if (nature != nullptr && known("entity_nature", nature->as_int()))
    return china::is_individual(nature->as_int());
  return china::is_person_certificate(entity["certificate"]["type"].as_int());
}

std::string person_number(const Json& person, const Json& entity, bool entity_manager) {
  const std::string& own = person["certificate_number"].as_string();
  if (!own.empty()) return certificate_key(own);
  if (entity_manager && is_individual(entity))
    return certificate_key(entity["certificate"]["number"].as_string());
  return {};
}

std::string certificate_key(std::string_view number) {
  std::string key;
  for (const char c : text::upper_ascii(number))
    if (c != ' ' && c != '\t') key += c;
  return key;
}

std::string domain_key(std::string_view name) {
  const auto normal = china::normalise_domain(name);
  return normal ? *normal : text::lower_ascii(name);
}

}  // namespace beian::sandbox
