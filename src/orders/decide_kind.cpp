#include "orders/decide_kind.hpp"

#include <algorithm>

namespace beian::orders {
namespace {

constexpr std::string_view kUnsure = "管局查询未能给出全部结果，管局审核时会再次核对。";

Decision decision(std::string_view kind, std::string explanation, const Known& known) {
  if (known.unsure) explanation += kUnsure;
  return {find_kind(kind), std::move(explanation), {}, false};
}

bool is_app(const Known::Name& name) {
  return name.app.has_value();
}

// A domain of a day's difference may have been filed on the day of its registration.
bool is_former_holders(const Known::Name& name) {
  return !name.filed_since.empty() && name.filed_since < name.registered;
}

// 域名, App, …: what the explanation is about.
std::string_view subject_of(const Known& known) {
  const auto app = std::ranges::find_if(known.names, is_app);
  return app == known.names.end() ? "域名" : china::title_of(*app->app);
}

// All domains of one filed service, and nothing else.
Result<Decision> new_access(const Known& known, const KnownFields& fields) {
  const auto unserved = [](const Known::Name& name) { return name.how == Known::Domain::unserved; };
  const auto first = std::ranges::find_if(known.names, unserved);
  const bool alone = std::ranges::all_of(known.names, [&](const Known::Name& name) {
    return unserved(name) || (is_app(*first) && !is_app(name));
  });
  Problems problems;
  for (size_t i = 0; i < known.names.size(); ++i)
    if (unserved(known.names[i]) &&
        (!alone || known.names[i].service_number != first->service_number))
      problems.push_back({ProblemCode::kind_differs,
                          fields.names[i],
                          {{"kind", std::string(find_kind("add_access")->title)}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  Decision out = decision("add_access",
                          std::string(subject_of(known)) + "已备案（" + first->service_number +
                              "），但在本系统没有接入，按新增接入办理；办理时需要备案密码。",
                          known);
  out.service_number = first->service_number;
  out.password = true;
  return out;
}

// What is filed and served here already belongs to whoever proves that he is the entity.
Decision claim(const Known& known) {
  Decision out = decision("claim",
                          "主体（" + known.entity_number +
                              "）和域名已通过本接入商备案，但未归属任何账号，按认领备案办理；"
                              "只由接入商审核，不上报管局，办理后即可在本账号下变更、注销。",
                          known);
  out.password = true;
  return out;
}

bool can_move(const Known& known) {
  return !known.movable.empty() && std::ranges::all_of(known.names, [](const Known::Name& name) {
    return name.how == Known::Domain::foreign;
  });
}

// Of the two ways out of this conflict the other one is told as well.
Decision move(const Known& known) {
  Decision out = decision("migrate",
                          "域名已备案在其他主体名下（" + known.movable +
                              "）。可以办理迁移备案，把该网站迁到本主体名下，网站保持接入："
                              "域名须已过户到本主体，双方没有进行中的订单，"
                              "并由原主体所在的账号（没有账号的凭原备案密码）同意；"
                              "也可以由原主体先注销该网站，再按首次备案或新增办理。",
                          known);
  out.password = known.entity == Known::Where::elsewhere;
  if (known.entity != Known::Where::nowhere)
    out.explanation += "新主体（" + known.entity_number + "）已备案。";
  const auto former = std::ranges::find_if(known.names, is_former_holders);
  if (former != known.names.end())
    out.explanation += "域名于" + former->registered + "注册，晚于该备案的办理日期（" +
                       former->filed_since +
                       "），该备案属于域名从前的持有者；联系不上原主体或其不同意时，"
                       "可凭域名证书联系我们，由我们通知其注销或报管局核处。";
  return out;
}

}  // namespace

Result<Decision> decide_kind(const Known& known, const KnownFields& fields) {
  if (can_move(known)) return move(known);
  Problems problems;
  bool unserved = false, served = false;
  for (size_t i = 0; i < known.names.size(); ++i) {
    const auto& name = known.names[i];
    unserved = unserved || name.how == Known::Domain::unserved;
    const bool filed = name.how == Known::Domain::foreign || name.how == Known::Domain::served;
    if (is_app(name)) {
      if (filed)
        problems.push_back(
            {ProblemCode::app_filed,
             fields.names[i],
             {{"kind", std::string(china::title_of(*name.app))}, {"number", name.service_number}}});
      continue;
    }
    if (name.how == Known::Domain::foreign) {
      problems.push_back({ProblemCode::filed_elsewhere, fields.names[i], {}});
      if (is_former_holders(name))
        problems.push_back({ProblemCode::domain_registered_after_filing,
                            fields.names[i],
                            {{"number", name.service_number},
                             {"filed", name.filed_since},
                             {"registered", name.registered}}});
    }
    served = served || name.how == Known::Domain::served;
    if (name.how == Known::Domain::served && !known.unowned)
      problems.push_back(
          {ProblemCode::already_filed, fields.names[i], {{"number", name.service_number}}});
  }
  if (!known.immovable.empty() && known.immovable_name < fields.names.size())
    problems.push_back({ProblemCode::migration_not_taken,
                        fields.names[known.immovable_name],
                        {{"reason", known.immovable}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  if (served) return claim(known);
  if (unserved) return new_access(known, fields);
  const std::string what(subject_of(known));
  const std::string number = known.entity_number.empty() ? "" : "（" + known.entity_number + "）";
  switch (known.entity) {
    case Known::Where::nowhere:
      return decision("first",
                      known.unsure ? "未查到主体和" + what + "的备案记录，按首次备案办理。"
                                   : "主体和" + what + "均未备案，按首次备案办理。",
                      known);
    case Known::Where::here:
      return decision(
          "add_service",
          "主体" + number + "已备案，" + what +
              "未备案，按新增互联网信息服务办理；主体信息沿用已备案的内容。" +
              (known.shell ? "该主体名下已无服务（空壳主体），能否直接新增依所在省的规定，"
                             "不能时须先注销主体再首次备案。"
                           : ""),
          known);
    case Known::Where::elsewhere: {
      Decision out = decision("add_service",
                              "主体" + number + "已通过其他接入商备案，" + what +
                                  "未备案，按新增互联网信息服务办理；"
                                  "办理时需要主体备案号和备案密码。",
                              known);
      if (known.unowned)
        out.explanation += "该主体在本系统已有备案而未归属任何账号，也可以先办理认领备案。";
      out.password = true;
      return out;
    }
  }
  return fail(ProblemCode::internal);
}

}  // namespace beian::orders
