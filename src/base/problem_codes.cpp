#include "base/problem_codes.hpp"

#include <array>

namespace beian {

namespace {

constexpr ProblemSpec kSpecs[] = {
#define PROBLEM(name, status, zh, en, advice_zh, advice_en, help) \
  {ProblemCode::name, #name, status, zh, en, advice_zh, advice_en, help},
#include "base/problems.def"
#undef PROBLEM
};

}  // namespace

const ProblemSpec& spec_of(ProblemCode code) {
  return kSpecs[static_cast<size_t>(code)];
}

std::span<const ProblemSpec> all_problems() {
  return kSpecs;
}

namespace {

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& args) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[i++];
      continue;
    }
    const std::string_view name = text.substr(i + 1, end - i - 1);
    for (const auto& [key, value] : args) {
      if (key == name) out += value;
    }
    i = end + 1;
  }
  return out;
}

}  // namespace

std::string problem_text(ProblemCode code,
                         const std::vector<std::pair<std::string, std::string>>& args,
                         Language language) {
  const auto& spec = spec_of(code);
  return filled(language == Language::zh ? spec.zh : spec.en, args);
}

std::string advice_text(ProblemCode code,
                        const std::vector<std::pair<std::string, std::string>>& args,
                        Language language) {
  const auto& spec = spec_of(code);
  return filled(language == Language::zh ? spec.advice_zh : spec.advice_en, args);
}

}  // namespace beian
