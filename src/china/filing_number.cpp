#include "china/filing_number.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "china/narrow.hpp"
#include "china/regions.hpp"

namespace beian::china {

namespace {

struct KindRow {
  ServiceKind kind;
  std::string_view name, title, suffix;
};
constexpr KindRow kKinds[] = {
    {ServiceKind::website, "website", "网站", ""},
    {ServiceKind::app, "app", "App", "A"},
    {ServiceKind::mini_program, "mini_program", "小程序", "X"},
    {ServiceKind::quick_app, "quick_app", "快应用", "K"},
};
const KindRow& row_of(ServiceKind kind) {
  return kKinds[static_cast<size_t>(kind)];
}

// Licences are numbered under the usual short names where filings use the old one (川B2-, 蜀ICP备).
constexpr std::pair<std::string_view, int64_t> kLicencePrefixes[] = {
    {"川", 510000}, {"贵", 520000}, {"云", 530000}, {"甘", 620000}};

std::optional<int64_t> province_of_prefix(std::string_view prefix, FilingForm form) {
  if (form != FilingForm::record) {
    for (const auto& [name, province] : kLicencePrefixes) {
      if (name == prefix) return province;
    }
  }
  return province_with_prefix(prefix);
}

// Reads from the front; every take() leaves the text alone when it does not match.
struct Reader {
  std::string_view rest;

  bool take(std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
  }
  std::string_view digits() {
    const size_t n = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const std::string_view out = rest.substr(0, n);
    rest.remove_prefix(n);
    return out;
  }
  // One Chinese character (three bytes in UTF-8), or nothing.
  std::string_view character() {
    if (rest.size() < 3 || (static_cast<unsigned char>(rest[0]) & 0xF0) != 0xE0) return {};
    const std::string_view out = rest.substr(0, 3);
    rest.remove_prefix(3);
    return out;
  }
};

bool read_form(Reader& in, FilingNumber& out) {
  if (in.take("ICP")) {
    if (in.take("备") || in.take("備")) {
      out.form = FilingForm::record;
    } else if (in.take("证") || in.take("證")) {
      out.form = FilingForm::licence;
    } else {
      return false;
    }
    return true;
  }
  out.form = FilingForm::class_b;
  for (const std::string_view letters : {"B1", "B2"}) {
    if (in.take(letters)) {
      out.letters = letters;
      return in.take("-");
    }
  }
  return false;
}

bool plausible_digits(FilingForm form, std::string_view digits) {
  switch (form) {
    case FilingForm::record:
      return digits.size() == 8 || (digits.size() == 10 && digits.starts_with("20"));
    case FilingForm::licence:
      return digits.size() >= 6 && digits.size() <= 8;
    case FilingForm::class_b:
      return digits.size() == 8 && (digits.starts_with("20") || digits.starts_with("19"));
  }
  return false;
}

// "-12A" up to the end; the hyphen is taken already.
std::optional<FilingNumber::Service> read_service(Reader& in) {
  const std::string_view digits = in.digits();
  int64_t number = 0;
  if (digits.size() > 6 || digits.starts_with('0') || !text::parse_i64(digits, number)) return {};
  for (const KindRow& row : kKinds) {
    if (in.rest == row.suffix) return FilingNumber::Service{static_cast<int>(number), row.kind};
  }
  return {};
}

}  // namespace

std::string_view name_of(ServiceKind kind) {
  return row_of(kind).name;
}
std::string_view title_of(ServiceKind kind) {
  return row_of(kind).title;
}
std::string_view suffix_of(ServiceKind kind) {
  return row_of(kind).suffix;
}

std::optional<ServiceKind> service_kind_named(std::string_view name) {
  for (const KindRow& row : kKinds) {
    if (row.name == name) return row.kind;
  }
  return {};
}

FilingNumber FilingNumber::entity() const {
  FilingNumber out = *this;
  out.service.reset();
  return out;
}

int64_t FilingNumber::province() const {
  return province_of_prefix(prefix, form).value_or(0);
}

std::optional<int> FilingNumber::year() const {
  if (form == FilingForm::licence) return {};
  int64_t year = 0;
  const bool short_year = form == FilingForm::record && digits.size() == 8;
  if (!text::parse_i64(std::string_view(digits).substr(0, short_year ? 2 : 4), year)) return {};
  return static_cast<int>(short_year ? 2000 + year : year);
}

std::string FilingNumber::text() const {
  std::string out = prefix;
  switch (form) {
    case FilingForm::record:
      out += "ICP备" + digits + "号";
      break;
    case FilingForm::licence:
      out += "ICP证" + digits + "号";
      break;
    case FilingForm::class_b:
      out += letters + "-" + digits;
      break;
  }
  if (service) {
    out += "-" + std::to_string(service->number);
    out += suffix_of(service->kind);
  }
  return out;
}

Result<FilingNumber> parse_filing_number(std::string_view text) {
  const std::string plain = text::upper_ascii(squeeze(text));
  const auto bad = [] { return fail(ProblemCode::bad_filing_number); };
  Reader in{plain};
  FilingNumber out;
  out.prefix = in.character();
  if (!read_form(in, out)) return bad();
  if (!province_of_prefix(out.prefix, out.form)) return bad();
  out.digits = in.digits();
  if (!plausible_digits(out.form, out.digits)) return bad();
  in.take("号") || in.take("號");
  if (in.rest.empty()) return out;
  if (!in.take("-")) return bad();
  out.service = read_service(in);
  if (!out.service) return bad();
  return out;
}

FilingNumber make_entity_number(int64_t province, int year, int sequence) {
  FilingNumber out;
  out.prefix = filing_prefix_of(province);
  if (out.prefix.empty() || year < 2000 || year > 2099 || sequence < 1 || sequence > 999'999)
    throw std::invalid_argument("no such filing number");
  std::string tail = std::to_string(sequence);
  tail.insert(0, 6 - tail.size(), '0');
  out.digits = std::to_string(year) + tail;
  return out;
}

FilingNumber service_number(const FilingNumber& entity, int number, ServiceKind kind) {
  FilingNumber out = entity;
  out.service = FilingNumber::Service{number, kind};
  return out;
}

}  // namespace beian::china
