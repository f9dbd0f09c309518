// WBAWZLB, HSRW, XGTZ: what the authority asks this provider to do. Each becomes a task.
#include "authority/apply.hpp"
#include "base/personal.hpp"
#include "china/codes.hpp"
#include "registry/records.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kServiceNotice = 1;  // Tzlb: 0 the entity, 1 the service

std::string effect_of(const Opened& opened) {
  return opened.how == "opened" ? "applied" : "noted";
}

std::string_view words_of(const Opened& opened) {
  if (opened.how == "repeated") return "（再次下发，任务待处理）";
  if (opened.how == "answered") return "（再次下发，答复已提交）";
  if (opened.how == "settled") return "（再次下发，任务已了结）";
  return "";
}

std::string shown_name(const Json& entity) {
  const std::string& name = entity["name"].as_string();
  return china::name_is_private(entity["nature"].as_int(), entity["certificate"]["type"].as_int())
             ? mask_name(name)
             : name;
}

}  // namespace

void Applier::task(const std::string& item, NewTask task, const std::string& words) {
  task.link = link_.id;
  task.download = download_;
  task.item = item;
  const auto opened = open_task(tx_, cipher_, now_, link_, task);
  told(item, task.kind, effect_of(opened),
       "任务 " + std::to_string(opened.number) + "：" + words + std::string(words_of(opened)));
}

void Applier::unfiled_sites(const Json& sites) {
  for (size_t i = 0; i < sites.size(); ++i) {
    const std::string item = "unfiled_sites/" + std::to_string(i);
    const Json& site = sites.at(i);
    const std::string& domain = site["domain"].as_string();
    const int64_t provider = site["provider"].as_int(link_.provider_id);
    if (provider != link_.provider_id) {
      told(item, std::string(kUnfiledSite), "noted",
           domain + " 由其他接入商（" + std::to_string(provider) + "）接入");
      continue;
    }
    NewTask made;
    made.kind = kUnfiledSite;
    made.mark = std::to_string(site["id"].as_int());
    made.subject = domain;
    made.body = site;
    task(item, std::move(made), "未备案网站 " + domain);
  }
}

void Applier::verification_tasks(const Json& records) {
  for (size_t i = 0; i < records.size(); ++i) {
    const Json& record = records.at(i);
    const Json& entity = record["entity"];
    NewTask made;
    made.kind = kVerification;
    made.entity_id = entity["authority_entity_id"].as_int();
    made.mark = std::to_string(made.entity_id);
    made.subject = shown_name(entity);
    made.body = record;
    if (const auto known =
            registry::find_filed(tx_, provinces_of(link_), false, made.entity_id, ""))
      made.province = known->province;
    const std::string words = "核实 " + made.subject;
    task("verification_tasks/" + std::to_string(i), std::move(made), words);
  }
}

void Applier::notices(const Json& notices) {
  for (size_t i = 0; i < notices.size(); ++i) {
    const Json& notice = notices.at(i);
    const bool service = notice["kind"].as_int() == kServiceNotice;
    const std::string& text = notice["text"].as_string();
    const std::string& number = notice["filing_number"].as_string();
    const int64_t id = notice["record_id"].as_int();
    NewTask made;
    made.kind = kRectification;
    // A notice has no number: it is the same when it says the same of the same record.
    made.mark = std::to_string(notice["kind"].as_int()) + " " + std::to_string(id) + " " + number +
                " " + cipher_.blind_index(text, "authority_tasks.notice");
    made.body = notice;
    made.deadline = deadline_in(text, now_);
    const auto known = registry::find_filed(tx_, provinces_of(link_), service, id, number);
    if (known) {
      made.province = known->province;
      made.entity_id = known->entity_id;
      made.service_id = known->service_id;
    } else {
      (service ? made.service_id : made.entity_id) = id;
    }
    made.subject = known ? known->filing_number : number.empty() ? std::to_string(id) : number;
    std::string words = "整改 " + made.subject;
    if (!known) words += "（未在本系统登记）";
    task("notices/" + std::to_string(i), std::move(made), words);
  }
}

}  // namespace beian::authority
