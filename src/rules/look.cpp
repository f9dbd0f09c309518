#include "rules/look.hpp"

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "china/narrow.hpp"
#include "china/regions.hpp"

namespace beian::rules {
namespace {

constexpr int64_t kIdentityCard = 2;
constexpr size_t kIdentityDigits = 18;

bool has_identity_number(const Person& person) {
  return person.certificate_type == kIdentityCard &&
         person.certificate_number.size() == kIdentityDigits &&
         text::all_digits(std::string_view(person.certificate_number).substr(0, 17));
}

struct CertificateWord {
  int64_t type;
  std::string_view word;
};
// certificate_type of data/codes/codes.json.
constexpr auto kCertificates = std::to_array<CertificateWord>({
    {1, "business_licence"},
    {2, "resident_id_card"},
    {3, "organization_code"},
    {4, "public_institution_certificate"},
    {5, "unit_code"},
    {6, "social_organization_certificate"},
    {7, "passport"},
    {9, "organization_code"},
    {10, "organization_code"},
    {11, "taiwan_travel_permit"},
    {12, "organization_code"},
    {13, "unified_credit_code"},
    {14, "hk_mo_travel_permit"},
    {15, "unified_credit_code"},
    {15, "public_institution_certificate"},
    {16, "organization_code"},
    {17, "private_non_enterprise_certificate"},
    {18, "organization_code"},
    {19, "foundation_certificate"},
    {20, "organization_code"},
    {21, "law_firm_licence"},
    {22, "foreign_cultural_centre_certificate"},
    {23, "paid_service_licence"},
    {24, "unified_credit_code"},
    {25, "religious_venue_certificate"},
    {27, "foreign_representative_office"},
    {28, "forensic_licence"},
    {30, "foreign_permanent_resident"},
    {34, "foreign_cultural_centre_certificate"},
    {35, "overseas_institution_certificate"},
    {36, "social_service_certificate"},
    {37, "private_school_licence"},
    {38, "medical_licence"},
    {39, "notary_licence"},
    {40, "foreign_cultural_centre_certificate"},
    {41, "hk_mo_tw_residence_permit"},
    {42, "hk_mo_tw_residence_permit"},
    {43, "rural_collective_certificate"},
    {44, "arbitration_certificate"},
    {46, "overseas_institution_certificate"},
    {47, "overseas_institution_certificate"},
    {48, "overseas_institution_certificate"},
});

struct Title {
  std::string_view word, title;
};
constexpr auto kTitles = std::to_array<Title>({
    {"business_licence", "营业执照"},
    {"resident_id_card", "居民身份证"},
    {"organization_code", "组织机构代码证"},
    {"public_institution_certificate", "事业单位法人证书"},
    {"unit_code", "部队代号"},
    {"paid_service_licence", "军队单位对外有偿服务许可证"},
    {"social_organization_certificate", "社会团体法人登记证书"},
    {"passport", "护照"},
    {"taiwan_travel_permit", "台湾居民来往大陆通行证"},
    {"hk_mo_travel_permit", "港澳居民来往内地通行证"},
    {"hk_mo_tw_residence_permit", "港澳台居民居住证"},
    {"foreign_permanent_resident", "外国人永久居留身份证"},
    {"unified_credit_code", "统一社会信用代码证书"},
    {"private_non_enterprise_certificate", "民办非企业单位登记证书"},
    {"social_service_certificate", "社会服务机构登记证书"},
    {"private_school_licence", "民办学校办学许可证"},
    {"foundation_certificate", "基金会法人登记证书"},
    {"law_firm_licence", "律师事务所执业许可证"},
    {"foreign_cultural_centre_certificate", "外国在华文化中心登记证"},
    {"religious_venue_certificate", "宗教活动场所登记证"},
    {"foreign_representative_office", "外国企业常驻代表机构登记证"},
    {"forensic_licence", "司法鉴定许可证"},
    {"overseas_institution_certificate", "境外机构证件"},
    {"medical_licence", "医疗机构执业许可证"},
    {"notary_licence", "公证机构执业证"},
    {"rural_collective_certificate", "农村集体经济组织登记证"},
    {"arbitration_certificate", "仲裁委员会登记证"},
});

}  // namespace

std::string_view title_of(const Person& person) {
  return person.role == Role::entity_manager ? "主体负责人" : "互联网信息服务负责人";
}

bool same_person(const Person& a, const Person& b) {
  return a.certificate_type == b.certificate_type && a.certificate_number == b.certificate_number;
}

bool is_mainlander(const Person& person) {
  return person.certificate_type == kIdentityCard;
}

Known<Day> birth_of(const Person& person) {
  if (person.birth) return person.birth;
  if (!has_identity_number(person)) return std::nullopt;
  const auto date = china::birth_of_identity(person.certificate_number);
  if (!date.ok()) return std::nullopt;
  return Day(date);
}

Known<china::Sex> sex_of(const Person& person) {
  if (!has_identity_number(person)) return std::nullopt;
  return china::sex_of_identity(person.certificate_number);
}

Known<int64_t> province_of(const Person& person) {
  if (!has_identity_number(person)) return std::nullopt;
  return china::province_of(china::region_of_identity(person.certificate_number));
}

int age_on(Day birth, Day today) {
  const std::chrono::year_month_day from(birth), to(today);
  const int years = static_cast<int>(to.year()) - static_cast<int>(from.year());
  const bool before =
      to.month() < from.month() || (to.month() == from.month() && to.day() < from.day());
  return before ? years - 1 : years;
}

Known<bool> is_legal_rep(const Facts& facts, const Person& person) {
  if (person.legal_representative) return person.legal_representative;
  if (!facts.entity.legal_representative || person.name.empty()) return std::nullopt;
  return same_name(*facts.entity.legal_representative, person.name);
}

std::vector<std::string_view> words_of_certificate(int64_t type) {
  std::vector<std::string_view> out;
  for (const auto& row : kCertificates)
    if (row.type == type) out.push_back(row.word);
  return out;
}

bool is_certificate(int64_t type, const std::vector<std::string>& words) {
  return std::ranges::any_of(kCertificates, [&](const CertificateWord& row) {
    return row.type == type && std::ranges::find(words, row.word) != words.end();
  });
}

std::string titles_of_certificates(const std::vector<std::string>& words) {
  std::vector<std::string> titles;
  for (const auto& word : words) {
    const auto* found = std::ranges::find(kTitles, word, &Title::word);
    titles.emplace_back(found == kTitles.end() ? std::string_view(word) : found->title);
  }
  return listed(titles);
}

Known<int64_t> registered_region(const Entity& entity) {
  if (entity.registered_region) return entity.registered_region;
  // A unified credit code has the region after registrar and kind, an old registration number in
  // front; codes of the state (10…, 000000) have none.
  const std::string& number = entity.certificate_number;
  std::string_view digits;
  if (number.size() == 18) digits = std::string_view(number).substr(2, 6);
  if (number.size() == 15 && text::all_digits(number))
    digits = std::string_view(number).substr(0, 6);
  int64_t region = 0;
  if (!text::all_digits(digits) || digits.starts_with("10") || digits == "000000" ||
      !text::parse_i64(digits, region) || china::find_region(china::province_of(region)) == nullptr)
    return std::nullopt;
  return region;
}

bool same_name(std::string_view a, std::string_view b) {
  return a == b || china::squeeze(a) == china::squeeze(b);
}

bool contains(std::string_view text, std::string_view word) {
  return !word.empty() && text.find(word) != std::string_view::npos;
}

std::string first_of(std::string_view text, const std::vector<std::string>& words) {
  if (text.empty()) return {};
  std::string lower;
  for (const auto& word : words) {
    if (contains(text, word)) return word;
    const bool latin = std::ranges::any_of(word, [](char c) { return c >= 0 && std::isalpha(c); });
    if (!latin) continue;
    if (lower.empty()) lower = text::lower_ascii(text);
    if (contains(lower, text::lower_ascii(word))) return word;
  }
  return {};
}

bool blank(std::string_view text) {
  return text::trim(text).empty();
}

std::string name_of_province(int64_t province) {
  const auto* region = china::find_region(province);
  return region == nullptr ? std::to_string(province) : region->name;
}

std::string iso(Day day) {
  return china_date(TimePoint(day));
}

std::string in_brackets(std::string_view text) {
  return "“" + std::string(text) + "”";
}

std::string listed(const std::vector<std::string>& words) {
  return text::join(words, "、");
}

bool reaches(int64_t value, const std::string& comparison, int64_t limit) {
  return comparison == "gt" ? value > limit : value >= limit;
}

int64_t days_until(Day today, Day until) {
  return (until - today).count();
}

int64_t working_days_since(Day since, Day today) {
  int64_t count = 0;
  for (Day day = since; day < today && count < 100; day += std::chrono::days(1)) {
    const std::chrono::weekday weekday(day + std::chrono::days(1));
    if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday) ++count;
  }
  return count;
}

}  // namespace beian::rules
