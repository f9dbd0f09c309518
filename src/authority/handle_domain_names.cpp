// BAJG of YM: what became of a registrar's records.
#include <array>

#include "authority/answers.hpp"
#include "authority/apply.hpp"
#include "authority/faults.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kNew = 1;  // Czlx

struct FaultField {
  int code;
  std::string_view field;
};
// Interface V.3.0, table 5 (result codes of domain names), read against the fields of a record.
constexpr auto kFields = std::to_array<FaultField>({{3001, "/type"},
                                                    {3002, "/registered"},
                                                    {3003, "/valid_until"},
                                                    {3004, "/valid_until"},
                                                    {3005, "/name_server"},
                                                    {3006, "/registrar"},
                                                    {3007, "/registrar"},
                                                    {3008, "/registrant_name"},
                                                    {3009, "/registrant_organisation"},
                                                    {3010, "/registrant_province"},
                                                    {3011, "/registrant_city"},
                                                    {3012, "/registrant_email"},
                                                    {3013, "/registrant_email"},
                                                    {3014, "/registrant_phone"},
                                                    {3015, "/registrant_phone"},
                                                    {3016, "/registrant_address"},
                                                    {3017, "/admin_name"},
                                                    {3018, "/admin_organisation"},
                                                    {3019, "/admin_province"},
                                                    {3020, "/admin_city"},
                                                    {3021, "/admin_email"},
                                                    {3022, "/admin_email"},
                                                    {3023, "/admin_phone"},
                                                    {3024, "/admin_phone"},
                                                    {3025, "/admin_address"},
                                                    {3028, "/registrant_province"},
                                                    {3029, "/admin_province"},
                                                    {3030, "/payer_province"},
                                                    {3031, "/registered"},
                                                    {3032, "/valid_until"},
                                                    {3033, "/payer_phone"},
                                                    {3034, "/payer_email"},
                                                    {3035, "/registered"}});

std::string field_of(int code) {
  const auto* row = std::ranges::find(kFields, code, &FaultField::code);
  return row == kFields.end() ? std::string() : std::string(row->field);
}

}  // namespace

void Applier::domain_names(const Json& results) {
  for (size_t i = 0; i < results.size(); ++i) {
    const Json& given = results.at(i);
    const std::string item = "domain_names/results/" + std::to_string(i);
    const int64_t operation = given["operation"].as_int();
    const int64_t id =
        operation == kNew ? given["provider_record_id"].as_int() : given["id"].as_int();
    Answer answer;
    for (const auto& outcome : given["outcomes"].items()) {
      const int code = static_cast<int>(outcome["code"].as_int());
      const bool good = is_success_code(code);
      const auto& text = outcome["text"].as_string();
      answer.words += (answer.words.empty() ? "" : "；") + std::to_string(code) + " " + text;
      Outcome told{good ? "pass" : "reject", text, code, good ? "" : field_of(code), {}};
      if (const Json* given_id = given.find("id"); good && given_id)
        told.authority_id = given_id->as_int();
      answer.outcomes.push_back(std::move(told));
    }
    answer.kind = answer.refuses() ? "fault" : "success";
    answer.reason = "管局处理结果：" + answer.words;
    answer.details = given["outcomes"];
    const auto record =
        record_marked(tx_, cipher_, link_.id, {"domain_names", operation, std::to_string(id)});
    if (record)
      answered(item, *record, std::move(answer));
    else
      result(item, answer.kind, {}, nullptr, "unknown",
             "记录 " + std::to_string(id) + " 不对应本系统上报的域名：" + answer.words);
  }
}

}  // namespace beian::authority
