#include "accounts/name.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <stdexcept>
#include <vector>

#include "base/text.hpp"

namespace beian::accounts {

namespace {

constexpr size_t kMin = 3;
constexpr size_t kMax = 64;

void must(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) throw std::runtime_error(std::string(what) + ": " + u_errorName(status));
}

// Letters, and the marks that belong to them in many scripts. Digits are ASCII only: others look
// alike.
bool allowed(UChar32 c) {
  if (c >= '0' && c <= '9') return true;
  if (c == '.' || c == '_' || c == '-' || c == '@') return true;
  return u_isalpha(c) || (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_MC_MASK)) != 0;
}

}  // namespace

std::string to_nfc(std::string_view utf8) {
  bool ascii = true;
  for (const char c : utf8) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (ascii) return std::string(utf8);

  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  must(status, "NFC");
  std::vector<UChar> wide(utf8.size() + 1);
  int32_t length = 0;
  u_strFromUTF8(wide.data(), static_cast<int32_t>(wide.size()), &length, utf8.data(),
                static_cast<int32_t>(utf8.size()), &status);
  must(status, "UTF-8");
  // A UTF-16 text grows at most threefold under NFC.
  std::vector<UChar> composed(static_cast<size_t>(length) * 3 + 1);
  const int32_t composed_length = unorm2_normalize(nfc, wide.data(), length, composed.data(),
                                                   static_cast<int32_t>(composed.size()), &status);
  must(status, "NFC");
  std::string out(static_cast<size_t>(composed_length) * 3 + 1, '\0');
  int32_t out_length = 0;
  u_strToUTF8(out.data(), static_cast<int32_t>(out.size()), &out_length, composed.data(),
              composed_length, &status);
  must(status, "UTF-8");
  out.resize(static_cast<size_t>(out_length));
  return out;
}

Result<Name> parse_name(std::string_view text, std::string_view field) {
  if (!text::is_utf8(text))
    return fail(ProblemCode::bad_encoding, std::string(field), {{"encoding", "UTF-8"}});
  // Nothing that long becomes short enough by composing.
  if (text.size() > kMax * 16)
    return fail(ProblemCode::too_long, std::string(field), {{"max", std::to_string(kMax)}});
  Name name;
  name.shown = to_nfc(text);
  const size_t length = text::length(name.shown);
  if (length < kMin)
    return fail(ProblemCode::too_short, std::string(field), {{"min", std::to_string(kMin)}});
  if (length > kMax)
    return fail(ProblemCode::too_long, std::string(field), {{"max", std::to_string(kMax)}});
  for (int32_t i = 0; i < static_cast<int32_t>(name.shown.size());) {
    UChar32 c;
    U8_NEXT(name.shown.data(), i, static_cast<int32_t>(name.shown.size()), c);
    if (c < 0 || !allowed(c)) return fail(ProblemCode::bad_format, std::string(field));
  }
  name.key = text::lower_ascii(name.shown);
  return name;
}

}  // namespace beian::accounts
