#include "app/filing_walk.hpp"

#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/encoding.hpp"
#include "china/credit_code.hpp"
#include "china/identity_card.hpp"
#include "platform/image/image.hpp"

namespace beian::app {

namespace {

using Clock = std::chrono::steady_clock;

// Asks again until `ready` says yes. Problems that mean "not there yet" are `ready`'s business.
template <class Ask>
Status wait_until(std::chrono::milliseconds patience, const std::string& what, Ask ask) {
  const auto deadline = Clock::now() + patience;
  while (true) {
    const Result<bool> ready = ask();
    if (!ready) return fail(ready);
    if (*ready) return {};
    if (Clock::now() > deadline)
      return fail(ProblemCode::unavailable, "", {{"reason", "等待超时：" + what}});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Status wait_for_state(ApiUser& applicant, const std::string& order_id, const std::string& state,
                      std::chrono::milliseconds patience) {
  return wait_until(patience, state, [&]() -> Result<bool> {
    const auto order = applicant.get("/api/v1/orders/" + order_id);
    if (!order) return fail(order);
    const std::string& now = (*order)["state"].as_string();
    if (now.ends_with("_rejected") || now == "needs_changes") {
      return fail(ProblemCode::conflict, "",
                  {{"reason", now + " " + to_string((*order)["findings"])}});
    }
    return now == state;
  });
}

// The same card is asked for again and again in a crash test or a benchmark; drawing costs 0.2 s.
std::string sample_picture(const Json& material) {
  static std::mutex mutex;
  static std::map<std::string, std::string> drawn;
  const std::lock_guard lock(mutex);
  std::string& picture = drawn[to_string(material)];
  if (picture.empty()) {
    std::string text;
    for (const auto& line : material["lines"].items()) text += line.as_string() + "\n";
    const bool png = material["file"].as_string().ends_with(".png");
    picture = image::draw_sample(png ? image::Format::png : image::Format::jpeg, 800, 560, text);
  }
  return picture;
}

Status upload_materials(ApiUser& applicant, const std::string& order_id, const Json& scenario) {
  const std::string path = "/api/v1/orders/" + order_id + "/materials";
  const auto there = applicant.get(path);
  if (!there) return fail(there);
  std::set<std::string> have;
  const auto key = [](const Json& m) {
    return std::to_string(m["purpose"].as_int()) + m["owner"].as_string();
  };
  for (const auto& material : (*there)["materials"].items()) have.insert(key(material));
  for (const auto& material : scenario["materials"].items()) {
    if (have.contains(key(material))) continue;
    const std::string& file = material["file"].as_string();
    const auto stored = applicant.post_bytes(
        path + "?purpose=" + std::to_string(material["purpose"].as_int()) + "&owner=" +
            percent_encode(material["owner"].as_string()) + "&name=" + percent_encode(file),
        file.ends_with(".png") ? "image/png" : "image/jpeg", sample_picture(material));
    if (!stored) return fail(stored);
  }
  return {};
}

Result<std::string> create_order(ApiUser& applicant, const Json& scenario, const Json& detection) {
  const auto made =
      applicant.post("/api/v1/orders",
                     Json::object({{"detection", detection}, {"document", scenario["document"]}}));
  if (!made) return fail(made);
  return (*made)["id"].as_string();
}

Status submit_order(ApiUser& applicant, const std::string& order_id) {
  const auto order = applicant.get("/api/v1/orders/" + order_id);
  if (!order) return fail(order);
  const auto done = applicant.post("/api/v1/orders/" + order_id + "/submit",
                                   Json::object({{"version", (*order)["version"]}}));
  if (!done) return fail(done);
  return {};
}

// A number whose last character makes `valid` accept it.
template <class Valid>
std::string with_check_character(const std::string& body, Valid valid) {
  for (const char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
    if (valid(body + c)) return body + c;
  }
  throw std::logic_error("no check character fits " + body);
}

std::string digits(int n, size_t width) {
  std::string s = std::to_string(n);
  return std::string(width - std::min(width, s.size()), '0') + s;
}

void vary_person(Json& person, int number) {
  // Born on 1 January 1900: nobody alive has such a number.
  person.set(
      "certificate_number",
      with_check_character(
          "440106190001" + digits(1 + number / 1000 % 28, 2) + digits(number % 1000, 3),
          [](const std::string& s) { return china::check_identity_card(s, SystemClock().now()); }));
  person.set("email", "p" + std::to_string(number) + "@yangli-example.cn");
  person.set("mobile", "139" + digits(number, 8));
  person.set("emergency_mobile", "138" + digits(number, 8));
}

}  // namespace

Status complete_order(ApiUser& applicant, const std::string& order_id, const Json& scenario) {
  if (const auto done = upload_materials(applicant, order_id, scenario); !done) return done;
  return submit_order(applicant, order_id);
}

Status pass_review(ApiUser& reviewer, const std::string& order_id) {
  const auto order = reviewer.get("/api/v1/orders/" + order_id);
  if (!order) return fail(order);
  const auto done = reviewer.post(
      "/api/v1/orders/" + order_id + "/review",
      Json::object(
          {{"verdict", "pass"}, {"findings", Json::array()}, {"version", (*order)["version"]}}));
  if (!done) return fail(done);
  return {};
}

Status verify_persons(const std::string& authority, const Json& scenario,
                      std::chrono::milliseconds patience) {
  ApiUser phone(authority);
  std::vector<Json> persons{scenario["document"]["entity"]["manager"]};
  for (const auto& service : scenario["document"]["services"].items())
    persons.push_back(service["manager"]);
  for (const auto& person : persons) {
    const std::string mobile = person["mobile"].as_string();
    std::string code;
    const auto arrived = wait_until(patience, "短信 " + mobile, [&]() -> Result<bool> {
      const auto messages = phone.get("/manage/phones/" + mobile + "/messages");
      if (!messages) return fail(messages);
      for (const auto& message : messages->items()) {
        if (!message["code"].as_string().empty()) code = message["code"].as_string();
      }
      return !code.empty();
    });
    if (!arrived) return arrived;
    const std::string card = person["certificate_number"].as_string();
    const auto verified = phone.post(
        "/manage/sms",
        Json::object(
            {{"mobile", mobile}, {"last_six", card.substr(card.size() - 6)}, {"code", code}}));
    if (!verified) return fail(verified);
  }
  return {};
}

Status approve_at_authority(const std::string& authority, const std::string& entity_name,
                            std::chrono::milliseconds patience) {
  ApiUser officer(authority);
  std::string record;
  const auto found = wait_until(patience, "管局收到记录", [&]() -> Result<bool> {
    const auto records = officer.get("/manage/records?state=at_authority");
    if (!records) return fail(records);
    for (const auto& item : records->items()) {
      if (item["name"].as_string() != entity_name) continue;
      const Json& id = item["id"];
      record = id.is_string() ? id.as_string() : std::to_string(id.as_int());
    }
    return !record.empty();
  });
  if (!found) return found;
  const auto decided = officer.post("/manage/records/" + record + "/decision",
                                    Json::object({{"approve", true}, {"opinion", "样例：同意"}}));
  if (!decided) return fail(decided);
  return {};
}

Result<WalkResult> walk_first_filing(const WalkOptions& options, const Json& scenario,
                                     const OnStep& on_step) {
  WalkResult result;
  auto last = Clock::now();
  const auto step = [&](const std::string& name, const std::string& detail) {
    const auto now = Clock::now();
    on_step({name, detail, std::chrono::duration_cast<std::chrono::microseconds>(now - last)});
    last = now;
  };
  const Json& document = scenario["document"];
  const std::string entity_name = document["entity"]["name"].as_string();

  ApiUser applicant(options.provider), reviewer(options.provider);
  if (const auto done = applicant.sign_in(options.applicant_name, options.password); !done)
    return fail(done);
  step("申请人登录", options.applicant_name);

  const auto detected =
      applicant.post("/api/v1/orders/detect",
                     Json::object({{"province", document["entity"]["location"]["province"]},
                                   {"nature", document["entity"]["nature"]},
                                   {"certificate", document["entity"]["certificate"]},
                                   {"domains", document["services"].at(0)["domains"]}}));
  if (!detected) return fail(detected);
  step("判断备案类型", (*detected)["kind"].as_string());

  const auto order_id = create_order(applicant, scenario, (*detected)["detection"]);
  if (!order_id) return fail(order_id);
  result.order_id = *order_id;
  step("填写订单", *order_id);
  if (const auto done = upload_materials(applicant, *order_id, scenario); !done) return fail(done);
  step("上传材料", std::to_string(scenario["materials"].size()) + " 份样例图片");
  if (const auto done = submit_order(applicant, *order_id); !done) return fail(done);
  step("提交初审", entity_name);

  if (const auto done = reviewer.sign_in(options.reviewer_name, options.password); !done)
    return fail(done);
  if (const auto done = pass_review(reviewer, *order_id); !done) return fail(done);
  step("初审通过", options.reviewer_name);

  if (scenario["sms"].as_bool(true)) {
    if (const auto done = wait_for_state(applicant, *order_id, "sms_pending", options.patience);
        !done)
      return fail(done);
    step("上报管局", "管局受理，等待短信核验");
    if (const auto done = verify_persons(options.authority, scenario, options.patience); !done)
      return fail(done);
    step("短信核验", "各负责人已核验");
  }
  if (const auto done = wait_for_state(applicant, *order_id, "at_authority", options.patience);
      !done)
    return fail(done);
  step("待管局审核", entity_name);
  if (const auto done = approve_at_authority(options.authority, entity_name, options.patience);
      !done)
    return fail(done);
  step("管局审核通过", "样例：同意");
  if (const auto done = wait_for_state(applicant, *order_id, "completed", options.patience); !done)
    return fail(done);

  const auto order = applicant.get("/api/v1/orders/" + *order_id);
  if (!order) return fail(order);
  result.filing_number = (*order)["filing_number"].as_string();
  step("备案完成", result.filing_number);

  const auto access =
      applicant.get("/api/v1/access?host=" + percent_encode(scenario["host"].as_string()));
  if (!access) return fail(access);
  result.access = *access;
  result.service_number = (*access)["filing_number"].as_string();
  step("访问判断", scenario["host"].as_string() + " " + (*access)["answer"].as_string() + " " +
                       result.service_number);
  return result;
}

Json variation(const Json& scenario, int n) {
  Json out = scenario;
  Json& document = *out.find("document");
  Json& entity = *document.find("entity");
  Json& service = document.find("services")->items().front();
  const std::string number = std::to_string(n);
  const std::string domain = "yangli-" + number + "-example.cn";

  entity.set("name", "样例科技第" + number + "有限公司");
  std::string organization = "MA" + digits(n, 6);
  std::string code;
  for (const char c : std::string_view("0123456789X")) {
    // Two check characters: the organisation code's and the whole code's.
    for (const char last : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      const std::string candidate = "91440106" + organization + c + last;
      if (code.empty() && china::check_credit_code(candidate)) code = candidate;
    }
  }
  entity.find("certificate")->set("number", code);
  vary_person(*entity.find("manager"), 2 * n);
  vary_person(*service.find("manager"), 2 * n + 1);
  service.set("name", "样例第" + number + "企业官网");
  service.set("domains", Json::array({domain}));
  service.set("home_url", "www." + domain);
  out.set("host", "www." + domain);
  return out;
}

}  // namespace beian::app
