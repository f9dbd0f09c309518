// Filing numbers of every form:
//   粤ICP备2026000001号      an entity: year and six digits
//   京ICP备05000001号        older: two digits of the year and six
//   京ICP证030173号          holders of a commercial licence: 6 to 8 digits
//   粤B2-20090059            the same, by the class of the licence and eight digits
//   …号-1, 粤B2-20090059-1   a service of that entity: website
//   …号-2A, -3X, -4K         app, mini program, quick app; the numbers are counted over all kinds
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::china {

enum class FilingForm {
  record,   // ICP备
  licence,  // ICP证
  class_b,  // B1, B2 (value-added telecommunication licence)
};

enum class ServiceKind { website, app, mini_program, quick_app };
std::string_view name_of(ServiceKind kind);  // "website", "app", "mini_program", "quick_app"
std::optional<ServiceKind> service_kind_named(std::string_view name);
std::string_view title_of(ServiceKind kind);   // 网站, App, 小程序, 快应用
std::string_view suffix_of(ServiceKind kind);  // "", "A", "X", "K"

struct FilingNumber {
  struct Service {
    int number = 0;  // from 1
    ServiceKind kind = ServiceKind::website;
    bool operator==(const Service&) const = default;
  };

  std::string prefix;  // 粤
  FilingForm form = FilingForm::record;
  std::string letters;  // class_b: "B1" or "B2"; else empty
  std::string digits;   // 2026000001
  std::optional<Service> service;

  bool operator==(const FilingNumber&) const = default;

  bool is_entity() const { return !service; }
  FilingNumber entity() const;  // without the service
  // Of the administration that gave it, six digits: 440000.
  int64_t province() const;
  // Of the first filing, as the number tells it; nothing for forms that do not.
  std::optional<int> year() const;
  std::string text() const;  // the one normal form, as above
};

// Tolerant of blanks, full-width forms, small letters, long dashes, a missing 号 at the end and 備,
// 證. bad_filing_number otherwise, and for prefixes of no administration.
Result<FilingNumber> parse_filing_number(std::string_view text);

// The number that an administration gives in `year` as its `sequence`-th (1 to 999999).
// Throws std::invalid_argument for others or a province without administration.
FilingNumber make_entity_number(int64_t province, int year, int sequence);
FilingNumber service_number(const FilingNumber& entity, int number, ServiceKind kind);

}  // namespace beian::china
