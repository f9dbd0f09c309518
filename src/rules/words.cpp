#include <array>
#include <stdexcept>

#include "rules/words.hpp"

namespace beian::rules {
namespace {

template <class Enum>
struct Word {
  Enum value;
  std::string_view name, chinese;
};

constexpr std::array<Word<Place>, 6> kPlaces{{{Place::judged, "judged", "可由程序判断"},
                                              {Place::material, "material", "要求材料"},
                                              {Place::question, "question", "询问申请人"},
                                              {Place::checklist, "checklist", "审核员核对"},
                                              {Place::system, "system", "系统其他部分保证"},
                                              {Place::told, "told", "告知申请人"}}};
constexpr std::array<Word<Severity>, 3> kSeverities{
    {{Severity::refuse, "refuse", "不符合即退回"},
     {Severity::warn, "warn", "提示"},
     {Severity::material, "material", "需提交材料"}}};
constexpr std::array<Word<Confidence>, 3> kConfidences{{{Confidence::high, "high", "高"},
                                                        {Confidence::medium, "medium", "中"},
                                                        {Confidence::low, "low", "低"}}};

template <class Enum, size_t N>
const Word<Enum>& word(const std::array<Word<Enum>, N>& words, Enum value) {
  for (const auto& w : words)
    if (w.value == value) return w;
  throw std::logic_error("a value without a name");
}

template <class Enum, size_t N>
std::optional<Enum> named(const std::array<Word<Enum>, N>& words, std::string_view name) {
  for (const auto& w : words)
    if (w.name == name) return w.value;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Place place) {
  return word(kPlaces, place).name;
}
std::string_view chinese_of(Place place) {
  return word(kPlaces, place).chinese;
}
std::string_view name_of(Severity severity) {
  return word(kSeverities, severity).name;
}
std::string_view chinese_of(Severity severity) {
  return word(kSeverities, severity).chinese;
}
std::string_view name_of(Confidence confidence) {
  return word(kConfidences, confidence).name;
}
std::string_view chinese_of(Confidence confidence) {
  return word(kConfidences, confidence).chinese;
}
std::optional<Place> place_named(std::string_view name) {
  return named(kPlaces, name);
}
std::optional<Severity> severity_named(std::string_view name) {
  return named(kSeverities, name);
}
std::optional<Confidence> confidence_named(std::string_view name) {
  return named(kConfidences, name);
}

}  // namespace beian::rules
