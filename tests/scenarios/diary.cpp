#include "diary.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/image/image.hpp"

namespace beian::diary {
namespace {

constexpr std::string_view kFolder = "tests/scenarios/";

// A diary that is not written as it should be, with the place.
struct Misspelt : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

// A step went otherwise than written.
struct Otherwise : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void only(const Json& object, const std::string& where,
          std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.members())
    if (std::ranges::find(known, name) == known.end())
      throw std::invalid_argument(where + ": unknown member " + name);
}

// "POST /path" → verb and path.
std::pair<std::string, std::string> verb_and_path(const std::string& text) {
  const size_t blank = text.find(' ');
  if (blank == std::string::npos) throw std::invalid_argument("not VERB /path: " + text);
  return {text.substr(0, blank), text.substr(blank + 1)};
}

Json body_of(const http::Response& answer) {
  auto json = parse_json(answer.body);
  return json ? std::move(*json) : Json();
}

std::vector<std::string> problems_in(const Json& body) {
  std::vector<std::string> out;
  for (const auto& error : body["errors"].items())
    out.push_back(error["code"].as_string() + "@" + error["field"].as_string());
  std::ranges::sort(out);
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += (out.empty() ? "" : ", ") + line;
  return out.empty() ? "none" : out;
}

std::vector<std::string> sorted_texts(const Json& list) {
  std::vector<std::string> out;
  for (const auto& item : list.items()) out.push_back(item.as_string());
  std::ranges::sort(out);
  return out;
}

const std::string& picture() {
  static const std::string kPicture = image::draw_sample(image::Format::jpeg, 800, 560, "样例材料");
  return kPicture;
}

// The icon of an app, a square.
const std::string& icon() {
  static const std::string kIcon = image::draw_sample(image::Format::jpeg, 256, 256, "样例");
  return kIcon;
}

constexpr std::string_view kPersons[] = {"/entity/manager", "/services/0/manager"};

}  // namespace

Json read_diary(const std::string& name) {
  std::ifstream file(std::string(kFolder) + name + ".json");
  std::stringstream text;
  text << file.rdbuf();
  auto json = parse_json(text.str());
  if (!file || !json) throw std::runtime_error("no readable diary " + name);
  return std::move(*json);
}

std::vector<std::string> diaries() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(kFolder) + "orders"))
    if (entry.path().extension() == ".json")
      out.push_back("orders/" + entry.path().stem().string());
  std::ranges::sort(out);
  return out;
}

Player::Player(const Json& diary, const std::string& backend) : diary_(diary) {
  only(diary, "diary", {"note", "covers", "settings", "authority", "names", "steps"});
  if (diary["note"].as_string().empty() || diary["steps"].size() == 0)
    throw std::invalid_argument("a diary has a note and steps");
  const Json& authority = diary["authority"];
  only(authority, "authority", {"profile", "auto_sms", "auto_decide"});
  WorldOptions options;
  options.backend = backend;
  if (const Json* profile = authority.find("profile")) options.profile = profile->as_string();
  options.auto_sms = authority["auto_sms"].as_bool();
  options.auto_decide = authority["auto_decide"].as_bool();
  for (const auto& [key, value] : diary["settings"].members())
    options.settings[key] = value.is_string() ? value.as_string() : to_string(value);
  world_ = std::make_unique<World>(options);
  names_["password"] = World::password().reveal();
  for (const auto& [name, value] : diary["names"].members()) names_[name] = filled(value, names_);
}

std::vector<std::string> Player::play() {
  try {
    run(diary_["steps"], "");
  } catch (const Otherwise& told) {
    return {told.what()};
  }
  return {};
}

void Player::wrong(const std::string& what) const {
  throw Otherwise(at_ + ": " + what);
}

void Player::run(const Json& steps, const std::string& at) {
  for (size_t i = 0; i < steps.size(); ++i) {
    at_ = at + "/steps/" + std::to_string(i);
    const Json& given = steps.at(i);
    if (const auto& note = given["note"].as_string(); !note.empty()) at_ += " (" + note + ")";
    try {
      step(given);
    } catch (const Misspelt&) {
      throw;
    } catch (const std::invalid_argument& bad) {
      throw Misspelt(at_ + ": " + bad.what());
    }
  }
}

void Player::step(const Json& given) {
  if (given.find("call")) return call(given);
  if (given.find("authority")) return ask_authority(given);
  if (given.find("play")) return play_part(given);
  if (given.find("upload")) return upload(given);
  if (given.find("sms")) return sms(given);
  if (given.find("decide")) return decide(given);
  if (const Json* much = given.find("clock")) {
    only(given, "step", {"note", "clock"});
    return pass_time(filled_text(much->as_string(), names_));
  }
  if (given.find("settle")) {
    only(given, "step", {"note", "settle"});
    if (!world_->settle()) wrong("the two sides do not come to rest");
    return;
  }
  if (given.find("new_system")) {
    only(given, "step", {"note", "new_system"});
    return world_->begin_anew();
  }
  if (const Json* more = given.find("names")) {
    only(given, "step", {"note", "names"});
    for (const auto& [name, value] : more->members()) names_[name] = filled(value, names_);
    return;
  }
  throw std::invalid_argument("unknown kind of step " + to_string(given));
}

void Player::call(const Json& step) {
  only(step, "step",
       {"note", "as", "call", "body", "text", "headers", "status", "problems", "see", "keep"});
  auto [verb, path] = verb_and_path(filled_text(step["call"].as_string(), names_));
  http::Headers headers;
  for (const auto& [name, value] : step["headers"].members())
    headers.emplace_back(name, filled_text(value.as_string(), names_));
  std::string body;
  if (const Json* json = step.find("body")) body = to_string(filled(*json, names_));
  if (const Json* text = step.find("text")) body = filled_text(text->as_string(), names_);
  check(step, world_->call(filled(step["as"], names_).as_string(), verb, path, body, headers));
}

void Player::ask_authority(const Json& step) {
  only(step, "step", {"note", "authority", "body", "status", "problems", "see", "keep"});
  const auto [verb, path] = verb_and_path(filled_text(step["authority"].as_string(), names_));
  std::string body;
  if (const Json* json = step.find("body")) body = to_string(filled(*json, names_));
  check(step, world_->ask_authority(verb, path, body));
}

void Player::check(const Json& step, const http::Response& answer) {
  const Json body = body_of(answer);
  const auto problems = problems_in(body);
  if (const Json* expected = step.find("problems"); expected) {
    if (const auto wanted = sorted_texts(filled(*expected, names_)); problems != wanted)
      wrong("problems are " + joined(problems) + ", not " + joined(wanted) +
            (problems.empty() ? " " + answer.body : ""));
  } else if (!step.find("status") && answer.status >= 400) {
    wrong("status " + std::to_string(answer.status) + " " + answer.body);
  }
  if (const Json* status = step.find("status"); status && status->as_int() != answer.status)
    wrong("status is " + std::to_string(answer.status) + ", not " + to_string(*status) + " " +
          answer.body);
  for (const auto& [pointer, expected] : step["see"].members())
    if (const auto why = differs(body.pointer(pointer), filled(expected, names_)); !why.empty())
      wrong(pointer + " " + why);
  for (const auto& [name, where] : step["keep"].members()) {
    if (where.find("between")) {
      names_[name] = between(answer.body, where["between"]);
      continue;
    }
    const Json* value = body.pointer(where.as_string());
    if (!value) wrong("nothing to keep at " + where.as_string() + " of " + answer.body);
    names_[name] = *value;
  }
}

// The first text of the answer that stands between these two.
Json Player::between(const std::string& body, const Json& marks) const {
  const std::string &before = marks.at(0).as_string(), &after = marks.at(1).as_string();
  const size_t from = body.find(before);
  const size_t begin = from == std::string::npos ? from : from + before.size();
  const size_t end = begin == std::string::npos ? begin : body.find(after, begin);
  if (end == std::string::npos) wrong("nothing between the marks in " + body);
  return Json(body.substr(begin, end - begin));
}

Json Player::fetch(const std::string& account, const std::string& path) {
  const auto answer = world_->call(account, "GET", path, "");
  if (answer.status >= 400) wrong("GET " + path + ": " + answer.body);
  return body_of(answer);
}

// Every picture that the order lacks by its own findings, or those that are named.
void Player::upload(const Json& step) {
  only(step, "step", {"note", "as", "upload", "materials"});
  const std::string as = filled(step["as"], names_).as_string();
  const std::string path = "/api/v1/orders/" + filled(step["upload"], names_).as_string();
  std::vector<std::string> fields = sorted_texts(filled(step["materials"], names_));
  if (!step.find("materials"))
    for (const auto& problem :
         problems_in(Json::object({{"errors", fetch(as, path + "/findings")["problems"]}})))
      if (problem.starts_with("material_missing@")) fields.push_back(problem.substr(17));
  for (const auto& field : fields) {
    const size_t cut = field.find("/materials/");
    if (cut == std::string::npos) throw std::invalid_argument("not a material: " + field);
    const auto answer = world_->call(
        as, "POST",
        path + "/materials?purpose=" + field.substr(cut + 11) +
            "&owner=" + percent_encode(field.substr(0, cut)) + "&name=a.jpg",
        field.ends_with("/app/materials/7") ? icon() : picture(), {{"Content-Type", "image/jpeg"}});
    if (answer.status >= 400) wrong("upload of " + field + ": " + answer.body);
  }
}

// Somebody types what the authority sent to the phone, rightly or not.
void Player::sms(const Json& step) {
  only(step, "step", {"note", "sms", "of", "person", "times"});
  const bool right = step["sms"].as_string() == "right";
  if (!right && step["sms"].as_string() != "wrong")
    throw std::invalid_argument("sms is right or wrong");
  std::vector<Json> persons;
  if (const Json* person = step.find("person")) persons.push_back(filled(*person, names_));
  if (const Json* document = step.find("of")) {
    const Json whole = filled(*document, names_);
    for (const auto pointer : kPersons)
      if (const Json* person = whole.pointer(pointer)) persons.push_back(*person);
  }
  for (const auto& person : persons) {
    const std::string& mobile = person["mobile"].as_string();
    const Json messages =
        body_of(world_->ask_authority("GET", "/manage/phones/" + mobile + "/messages", ""));
    std::string code;
    for (const auto& message : messages.items())
      if (code.empty()) code = message["code"].as_string();
    if (code.empty()) wrong("no code came to " + mobile);
    if (!right) code = code == "000000" ? "111111" : "000000";
    const std::string& card = person["certificate_number"].as_string();
    const std::string typed = to_string(Json::object(
        {{"mobile", mobile}, {"last_six", card.substr(card.size() - 6)}, {"code", code}}));
    for (int64_t i = 0; i < step["times"].as_int(1); ++i) {
      const auto answer = world_->ask_authority("POST", "/manage/sms", typed);
      if ((answer.status < 400) != right) wrong("the authority says " + answer.body);
    }
  }
}

// The authority decides on every record that waits for it.
void Player::decide(const Json& step) {
  only(step, "step", {"note", "decide", "opinion", "codes"});
  const bool approve = step["decide"].as_string() == "approve";
  if (!approve && step["decide"].as_string() != "refuse")
    throw std::invalid_argument("decide is approve or refuse");
  const Json records =
      body_of(world_->ask_authority("GET", "/manage/records?state=at_authority", ""));
  if (records.size() == 0) wrong("nothing waits for the authority's decision");
  Json decision = Json::object(
      {{"approve", approve}, {"opinion", filled_text(step["opinion"].as_string(), names_)}});
  if (const Json* codes = step.find("codes")) decision.set("codes", *codes);
  for (const auto& record : records.items()) {
    const auto answer = world_->ask_authority(
        "POST", "/manage/records/" + to_string(record["id"]) + "/decision", to_string(decision));
    if (answer.status >= 400) wrong("the authority says " + answer.body);
  }
}

void Player::play_part(const Json& step) {
  only(step, "step", {"note", "play", "with"});
  for (const auto& [name, value] : step["with"].members()) names_[name] = filled(value, names_);
  const std::string name = step["play"].as_string();
  const Json part = read_diary("orders/parts/" + name);
  only(part, name, {"note", "steps"});
  run(part["steps"], at_ + " " + name);
}

// "45d", "12h", "30m", "5s", several with blanks between.
void Player::pass_time(const std::string& much) {
  constexpr std::pair<char, int64_t> kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  std::stringstream words(much);
  std::string word;
  while (words >> word) {
    int64_t count = 0;
    const auto* unit = std::ranges::find(kUnits, word.back(), &std::pair<char, int64_t>::first);
    if (unit == std::end(kUnits) || !text::parse_i64(word.substr(0, word.size() - 1), count))
      throw std::invalid_argument("not a span of time: " + word);
    world_->advance(Millis{count * unit->second * 1000});
  }
}

}  // namespace beian::diary
