// The parts of a record as an authority judges them, by itself and without a library. Shared by the
// operations that carry an entity, services, accesses or attachments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "china/ip.hpp"
#include "sandbox/judge.hpp"

namespace beian::sandbox {

// Collects what is wrong.
struct Judge {
  const Circumstances& circumstances;
  Outcomes found;

  void say(int code, std::string_view where) { found.push_back(outcome(code, where)); }
  void unless(bool good, int code, std::string_view where) {
    if (!good) say(code, where);
  }
};

// The code stands in the code table and is still offered.
bool known(std::string_view table, int64_t code);
// A range on the wire, {from, to}: two numbers of 32 bits that a public service may have.
std::optional<china::IpRange> range_of(const Json& address);

void judge_person(Judge& judge, const Json& person, const Json& entity, bool entity_manager,
                  std::string_view where);
void judge_entity(Judge& judge, const Json& entity);
// `entity` says whether it is an individual's (nature, certificate).
void judge_service(Judge& judge, const Json& service, const Json& entity, const std::string& title);
void judge_access(Judge& judge, const Json& access, std::string_view title);
// Names, service ids and domains may not come twice in one record.
// 网站1, App2.
std::string title_of_service(const Json& service, size_t index);
void judge_repeats(Judge& judge, const Json& services);
// Format, purpose, size; whose it is only as far as the purpose tells.
void judge_attachment(Judge& judge, const Json& attachment, std::string_view title);
void judge_attachments(Judge& judge, const Json& record);
void judge_characters(Judge& judge, const Json& record);  // 5008

}  // namespace beian::sandbox
