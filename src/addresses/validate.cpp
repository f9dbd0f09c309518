#include "addresses/validate.hpp"

#include <chrono>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/phone.hpp"
#include "china/regions.hpp"

namespace beian::addresses {
namespace {

using enum ProblemCode;

// Ids of the interface are signed 64-bit numbers from 1.
constexpr std::string_view kMostUnit = "9223372036854775807";

std::string pointer(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

void add(Problems& problems, ProblemCode code, std::string_view field,
         std::vector<std::pair<std::string, std::string>> args = {}) {
  problems.push_back({code, pointer(field), std::move(args)});
}

bool is_text(Kind kind) {
  return kind == Kind::text || kind == Kind::address || kind == Kind::date || kind == Kind::phone ||
         kind == Kind::email;
}

std::string normal_text(const Field* field, std::string_view given) {
  const std::string trimmed(text::trim(given));
  if (!field) return trimmed;
  if (field->kind == Kind::address) {
    const auto address = china::parse_ip(trimmed);
    return address ? address->text() : trimmed;
  }
  if (field->kind == Kind::phone) return china::check_office_phones(trimmed).value_or(trimmed);
  if (field->kind == Kind::email) return china::check_email(trimmed).value_or(trimmed);
  return trimmed;
}

// A day of the calendar as the wire has it: 2026-11-23.
bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  int64_t year = 0, month = 0, day = 0;
  if (!text::all_digits(text.substr(0, 4)) || !text::all_digits(text.substr(5, 2)) ||
      !text::all_digits(text.substr(8, 2)))
    return false;
  text::parse_i64(text.substr(0, 4), year);
  text::parse_i64(text.substr(5, 2), month);
  text::parse_i64(text.substr(8, 2), day);
  return year >= 1980 &&
         std::chrono::year_month_day{std::chrono::year(static_cast<int>(year)),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))}
             .ok();
}

void check_text(Block block, const Field& field, const std::string& value, Problems& problems) {
  const auto length = static_cast<int64_t>(text::length(value));
  const int64_t most = longest(block, field);
  if (most > 0 && length > most)
    return add(problems, too_long, field.name, {{"max", std::to_string(most)}});
  switch (field.kind) {
    case Kind::address: {
      const auto address = china::parse_ip(value);
      if (!address)
        add(problems, bad_ip_address, field.name);
      else if (!address->is_v4())
        add(problems, ipv4_only, field.name);
      else if (address->to_u32() == 0u)
        add(problems, bad_ip_address, field.name);  // the interface begins at 1
      return;
    }
    case Kind::date:
      if (!is_date(value)) add(problems, bad_format, field.name);
      return;
    case Kind::phone:
      if (!china::check_office_phones(value)) add(problems, bad_phone, field.name);
      return;
    case Kind::email:
      if (!china::check_email(value)) add(problems, bad_email, field.name);
      return;
    default:
      if (length < field.min)
        add(problems, too_short, field.name, {{"min", std::to_string(field.min)}});
  }
}

void check_number(const Field& field, int64_t value, Problems& problems) {
  switch (field.kind) {
    case Kind::code:
      if (auto known = china::check_code(field.table, value, pointer(field.name)); !known)
        append_under(problems, "", known.error());
      return;
    case Kind::flag:
      if (value != 0 && value != 1)
        add(problems, out_of_range, field.name, {{"min", "0"}, {"max", "1"}});
      return;
    case Kind::region:
      return;  // check_place looks at all three at once
    default:
      if (value < 1)
        add(problems, out_of_range, field.name, {{"min", "1"}, {"max", std::string(kMostUnit)}});
  }
}

void check_value(Block block, const Field& field, const Json& value, Problems& problems) {
  if (is_text(field.kind)) {
    if (!value.is_string()) return add(problems, wrong_type, field.name, {{"expected", "string"}});
    return check_text(block, field, value.as_string(), problems);
  }
  if (!value.is_int()) return add(problems, wrong_type, field.name, {{"expected", "integer"}});
  check_number(field, value.as_int(), problems);
}

// Under which circumstance a field has no place, for people to read.
std::string circumstance(Block block, int64_t use, int64_t source_kind) {
  if (block == Block::assignment && use >= kUsed && use <= kReserved)
    return "分配使用方式为" + china::code_text("ip_assignment", use);
  if (block == Block::own && source_kind >= kFromElsewhere && source_kind <= kFromReportingUnit)
    return "来源单位类型为" + china::code_text("unit_source_kind", source_kind);
  return "登记" + std::string(title_of(block));
}

// Every problem of a place at its own field.
void check_places(const Json& document, Problems& problems) {
  const Json &province = document["province"], &city = document["city"];
  if (!province.is_int() || !city.is_int()) return;
  std::optional<int64_t> county;
  if (document["county"].is_int()) county = document["county"].as_int();
  append_under(problems, "", china::check_place(province.as_int(), city.as_int(), county));
}

void check_range(const Json& document, Problems& problems) {
  const auto from = china::parse_ip(document["from"].as_string());
  const auto to = china::parse_ip(document["to"].as_string());
  if (!from || !to || !from->is_v4() || !to->is_v4()) return;  // told already
  if (*from > *to) return add(problems, bad_ip_range, "to");
  const china::IpRange range{*from, *to};
  if (from->to_u32() != 0u && !china::is_servable(range))
    add(problems, address_not_public, "from", {{"range", range.text()}});
}

void check_units(Block block, const Json& document, int64_t own_unit, Problems& problems) {
  const auto is_own = [&](std::string_view field) {
    return own_unit != 0 && document[field].is_int() && document[field].as_int() == own_unit;
  };
  if (block == Block::source && is_own("source_unit"))
    add(problems, same_unit, "source_unit", {{"other", "本单位"}});
  if (block == Block::assignment && is_own("assigned_to"))
    add(problems, same_unit, "assigned_to", {{"other", "本单位"}});
  if (block == Block::own && is_own("source_id"))
    add(problems, same_unit, "source_id", {{"other", "本单位"}});
  if (block == Block::broadcast && document["applicant_unit"].is_int() &&
      document["applicant_unit"] == document["broadcast_unit"])
    add(problems, same_unit, "applicant_unit", {{"other", "广播单位"}});
}

}  // namespace

Json normalized(const Json& document) {
  if (!document.is_object()) return document;
  Json out = Json::object();
  const auto take = [&out](const Field* field, const std::string& name, const Json& value) {
    Json normal = value.is_string() ? Json(normal_text(field, value.as_string())) : value;
    if (normal.is_null() || (normal.is_string() && normal.as_string().empty())) return;
    out.members().emplace_back(name, std::move(normal));
  };
  for (const auto& field : fields())
    if (const Json* value = document.find(field.name))
      take(&field, std::string(field.name), *value);
  for (const auto& [name, value] : document.members()) {
    const Field* field = find_field(name);
    if (!field || field->name != name) take(nullptr, name, value);
  }
  return out;
}

Problems validate(Block block, const Json& document, int64_t own_unit) {
  Problems problems;
  if (!document.is_object()) return {{wrong_type, "", {{"expected", "object"}}}};
  const int64_t use = document["use"].as_int(0);
  const int64_t source_kind = document["source_kind"].as_int(-1);
  for (const auto& field : fields()) {
    const Need need = need_of(block, field.name, use, source_kind);
    const Json* value = document.find(field.name);
    if (!value) {
      if (need == Need::must) add(problems, required, field.name);
    } else if (need == Need::never) {
      add(problems, not_applicable, field.name, {{"when", circumstance(block, use, source_kind)}});
    } else {
      check_value(block, field, *value, problems);
    }
  }
  for (const auto& [name, value] : document.members()) {
    const Field* field = find_field(name);
    if (!field || field->name != name) add(problems, unknown_field, name);
  }
  check_range(document, problems);
  check_places(document, problems);
  check_units(block, document, own_unit, problems);
  return problems;
}

std::optional<Ends> ends_of(const Json& document) {
  const auto from = china::parse_ip(document["from"].as_string());
  const auto to = china::parse_ip(document["to"].as_string());
  if (!from || !to || !from->is_v4() || !to->is_v4() || *from > *to) return std::nullopt;
  return Ends{*from->to_u32(), *to->to_u32()};
}

std::string text_of(Ends ends) {
  return china::IpRange{china::IpAddress::v4(ends.first), china::IpAddress::v4(ends.last)}.text();
}

int64_t unit_of(Block block, const Json& document) {
  switch (block) {
    case Block::source:
      return document["source_unit"].as_int(0);
    case Block::assignment:
      return document["assigned_to"].as_int(0);
    case Block::broadcast:
      return document["broadcast_unit"].as_int(0);
    case Block::own:
      return document["source_id"].as_int(0);
  }
  return 0;
}

}  // namespace beian::addresses
