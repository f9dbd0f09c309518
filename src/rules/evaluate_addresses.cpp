// The contact address.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

const std::string kAddress = "/entity/location/address";
const std::string kRegion = "/entity/location/city";

// The city of an address text: the longest city name of the province that it holds. In a
// municipality the province itself.
Known<int64_t> city_in(std::string_view address, int64_t province) {
  const auto cities = china::regions_under(province);
  const china::Region* found = nullptr;
  for (const auto* city : cities)
    if (contains(address, city->name) && (!found || city->name.size() > found->name.size()))
      found = city;
  if (found != nullptr) return found->code;
  for (const auto* city : cities)  // 市辖区 stands for the municipality
    if (city->name.starts_with("市辖") && contains(address, name_of_province(province)))
      return city->code;
  return std::nullopt;
}

Judge contact_address_same_city(Params& p) {
  p.word("scope", {"city"});
  return [=](const View& v, Findings& out) {
    const Entity& e = v.entity();
    if (e.city == 0 || v.is_order("cancel")) return;
    const auto certificate =
        e.certificate_region ? e.certificate_region : city_in(e.certificate_address, e.province);
    if (!certificate) return out.unknown("scope", kRegion, "证件住址在哪个市未知");
    if (china::city_of(*certificate) == e.city) return;
    const auto* city = china::find_region(china::city_of(*certificate));
    out.wrong("scope", kRegion,
              "通信地址在" + china::full_name(e.city) + "，证件住址在" +
                  (city ? china::full_name(city->code) : std::to_string(*certificate)) +
                  "，须在同一市，请修改通信地址或先变更证件住址");
  };
}

using Words = std::vector<std::string>;

const Words& door_words() {
  static const Words words{"号", "室", "栋", "幢", "座", "单元", "门", "信箱", "邮箱"};
  return words;
}
const Words& room_words() {
  static const Words words{"室", "房", "户", "单元", "楼层", "层"};
  return words;
}
const Words& village_words() {
  static const Words words{"村", "组", "屯", "寨", "嘎查", "连队"};
  return words;
}

struct Detail {
  std::string level, rural, urban, remark_if_none;
  Words barred, student;
  std::vector<std::pair<std::string, std::string>> districts;
  bool no_hyphens = false, individual_only = false, region_match = false, no_symbols = false;
};

class AddressCheck {
 public:
  AddressCheck(const Detail& rule, const View& v, Findings& out)
      : r_(rule), e_(v.entity()), v_(v), out_(out) {}

  void run() {
    if (blank(e_.address)) return;
    if (!explained()) level();
    for (const auto& text : r_.barred)
      if (contains(e_.address, text))
        out_.wrong("forbidden_substrings", kAddress,
                   "地址中不写" + in_brackets(text) + "，请写实际区县");
    if (r_.no_hyphens && e_.address.find('-') != std::string::npos)
      out_.wrong("forbid_symbol_style", kAddress, "地址用“号、栋、室”等文字，不用短横线");
    if (r_.no_symbols &&
        !first_of(e_.address, {"#", "*", "@", "&", "~", "/", "\\", "％", "%"}).empty())
      out_.wrong("forbidden_symbols", kAddress, "地址不带特殊符号，请改用文字");
    districts();
    if (r_.region_match) region();
    student();
  }

 private:
  // The applicant says that there is no more to say.
  bool explained() const {
    bool found = !r_.remark_if_none.empty() && contains(e_.remark, r_.remark_if_none);
    v_.services([&](const Service& s) {
      found = found || (!r_.remark_if_none.empty() && contains(s.remark, r_.remark_if_none));
    });
    return found;
  }
  bool holds(const Words& words) const { return !first_of(e_.address, words).empty(); }

  void level() {
    const std::string hint = r_.remark_if_none.empty()
                                 ? std::string()
                                 : "；确无的在备注写明" + in_brackets(r_.remark_if_none);
    if (!r_.rural.empty() || !r_.urban.empty()) {
      if (!holds(door_words()) && !holds(village_words()))
        out_.wrong(r_.urban.empty() ? "rural" : "urban", kAddress,
                   "通信地址不够详细：农村写到村，城镇写到门牌或信箱" + hint);
      return;
    }
    if (r_.level == "room_number" && (v_.individual() || !r_.individual_only)) {
      if (!holds(door_words()) || !holds(room_words()))
        out_.wrong("level", kAddress, "通信地址须写到门牌和房间号" + hint);
    } else if (r_.level == "door_number" && !holds(door_words())) {
      out_.wrong("level", kAddress, "通信地址须写到门牌号" + hint);
    } else if (r_.level == "detailed" && !holds(door_words()) && !holds(village_words())) {
      out_.wrong("level", kAddress, "通信地址须具体详细" + hint);
    }
  }

  void districts() {
    for (const auto& [place, district] : r_.districts) {
      if (!contains(e_.address, place)) continue;
      const auto* county = china::find_region(e_.county);
      if (county == nullptr)
        out_.unknown("district_mapping", "/entity/location/county", "通信地址所属区县未知");
      else if (county->name != district)
        out_.wrong("district_mapping", "/entity/location/county",
                   in_brackets(place) + "的地址，所属区县填" + in_brackets(district));
    }
  }

  // The address names no other city or county than those chosen.
  void region() {
    const auto other = [&](int64_t parent, int64_t chosen) -> const china::Region* {
      const auto* own = china::find_region(chosen);
      if (own == nullptr || contains(e_.address, own->name)) return nullptr;
      for (const auto* region : china::regions_under(parent))
        if (region->code != chosen && contains(e_.address, region->name)) return region;
      return nullptr;
    };
    const auto* found = other(e_.province, e_.city);
    if (found == nullptr) found = other(e_.city, e_.county);
    if (found != nullptr)
      out_.wrong("region_must_match_address", kAddress,
                 "地址写的是" + found->name + "，与所选区域" +
                     china::full_name(e_.county != 0 ? e_.county : e_.city) + "不一致");
  }

  void student() {
    if (r_.student.empty() || !v_.individual()) return;
    if (first_of(e_.address, {"大学", "学院", "学校"}).empty()) return;
    if (!holds({"系", "院"}) || !holds({"班", "级"}))
      out_.wrong("student_needs", kAddress, "学生的通信地址须写到院系和班级");
  }

  const Detail& r_;
  const Entity& e_;
  const View& v_;
  Findings& out_;
};

Judge contact_address_detail(Params& p) {
  Detail r;
  r.level = p.word("level", {"door_number", "room_number", "detailed"});
  r.rural = p.word("rural", {"village"});
  r.urban = p.word("urban", {"door_number_or_po_box"});
  r.remark_if_none = p.text("remark_if_none");
  r.barred = p.texts("forbidden_substrings");
  r.student = p.words("student_needs", {"department", "class"});
  for (const auto& [place, district] : p.json("district_mapping").members())
    r.districts.emplace_back(place, district.as_string());
  r.no_hyphens = p.flag("forbid_symbol_style");
  r.individual_only = p.flag("individual_only_level");
  r.region_match = p.flag("region_must_match_address");
  r.no_symbols = p.flag("forbidden_symbols");
  p.told({"use_current_districts"});  // the list of regions has no others
  return [r](const View& v, Findings& out) {
    if (!v.is_order("cancel")) AddressCheck(r, v, out).run();
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"contact-address-same-city", contact_address_same_city},
    {"contact-address-detail", contact_address_detail},
});

}  // namespace

std::span<const Evaluator> address_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
