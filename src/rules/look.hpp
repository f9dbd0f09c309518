// Looking at facts: what several evaluators ask of a person, a name, a day.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "china/identity_card.hpp"
#include "rules/evaluators.hpp"

namespace beian::rules {

// ---- persons
std::string_view title_of(const Person& person);  // 主体负责人
bool same_person(const Person& a, const Person& b);
bool is_mainlander(const Person& person);  // has a resident identity card
Known<Day> birth_of(const Person& person);
Known<china::Sex> sex_of(const Person& person);
Known<int64_t> province_of(const Person& person);  // of the identity card
int age_on(Day birth, Day today);                  // whole years
// From the fact itself, or by the legal representative's name.
Known<bool> is_legal_rep(const Facts& facts, const Person& person);

// ---- certificates: words of the rule files for a code of certificate_type, e.g. resident_id_card.
// Several for the code of a certificate that goes by two names; empty: this program has none.
std::vector<std::string_view> words_of_certificate(int64_t type);
bool is_certificate(int64_t type, const std::vector<std::string>& words);
std::string titles_of_certificates(const std::vector<std::string>& words);  // 居民身份证、护照

// ---- the entity
// Six-digit region of who issued the certificate, from the fact or the number on it.
Known<int64_t> registered_region(const Entity& entity);
bool same_name(std::string_view a, std::string_view b);  // bracket width and blanks do not count

// ---- texts
bool contains(std::string_view text, std::string_view word);
// The first of the words that the text holds; empty: none. Latin letters of either case.
std::string first_of(std::string_view text, const std::vector<std::string>& words);
bool blank(std::string_view text);
std::string name_of_province(int64_t province);             // 广东省
std::string iso(Day day);                                   // 2026-11-25
std::string in_brackets(std::string_view text);             // “…”
std::string listed(const std::vector<std::string>& words);  // with 、 between

// ---- days and numbers
// "gt": more than, else at least.
bool reaches(int64_t value, const std::string& comparison, int64_t limit);
int64_t days_until(Day today, Day until);
int64_t working_days_since(Day since, Day today);  // Mondays to Fridays, without holidays

}  // namespace beian::rules
