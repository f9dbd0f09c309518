#include "orders/progress.hpp"

#include <array>

#include "base/day.hpp"
#include "base/text.hpp"
#include "orders/words.hpp"

namespace beian::orders {
namespace {

constexpr Millis kSmsLife = std::chrono::hours{24};
constexpr int kReviewDays = 2, kAuthorityDays = 20;

struct Text {
  std::string_view zh, en;
  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

enum class Until { never, untouched, review, sms, authority };

struct Row {
  State state;
  std::string_view next;
  Until until;
  Text todo;
};

using enum State;
constexpr auto kRows = std::to_array<Row>({
    {draft,
     "applicant",
     Until::untouched,
     {"请填完{kind}订单的信息，上传材料，然后提交。",
      "Complete the information and the materials of this order ({kind}) and submit it."}},
    {in_review,
     "reviewer",
     Until::review,
     {"接入商正在初审，您暂时无需操作；如需修改，请先撤回。",
      "The provider reviews the order. There is nothing to do for you; withdraw it to change "
      "something."}},
    {needs_changes,
     "applicant",
     Until::untouched,
     {"请按审核意见修改标注的项目，然后重新提交；其他项目保持不变。",
      "Change what the review marked and submit again; all else stays as it is."}},
    {in_rereview,
     "reviewer",
     Until::review,
     {"接入商正在复核修改过的项目，您暂时无需操作；如需修改，请先撤回。",
      "The provider reviews what was changed. There is nothing to do for you; withdraw the order "
      "to change something."}},
    {review_rejected,
     "applicant",
     Until::untouched,
     {"初审未通过。请按审核意见改正后重新提交，或者放弃订单。",
      "The review refused the order. Put right what it says and submit again, or abandon the "
      "order."}},
    {ready_to_report,
     "system",
     Until::never,
     {"初审已通过，系统将自动提交管局，您无需操作；在此之前仍可撤回。",
      "The review is passed and the system will send the order to the authority by itself. Until "
      "then you can withdraw it."}},
    {reporting,
     "system",
     Until::never,
     {"订单已送往管局，等待管局接收，您无需操作；现在不能修改或撤回。",
      "The order was sent and the authority has not taken it yet. There is nothing to do for you; "
      "it can be neither changed nor withdrawn now."}},
    {sms_pending,
     "person",
     Until::sms,
     {"请各负责人在收到短信后 24 小时内，到管局的短信核验页面输入手机号码、证件号码后六位和验证码；"
      "每人最多可输错 5 次。",
      "Within 24 hours of the message each person in charge enters phone number, the last six "
      "characters of the identity document and the code on the authority's page; five wrong inputs "
      "end it."}},
    {at_authority,
     "authority",
     Until::authority,
     {"管局正在审核，您无需操作；现在不能修改或撤回。",
      "The authority reviews the order. There is nothing to do for you; it can be neither changed "
      "nor withdrawn now."}},
    {authority_rejected,
     "applicant",
     Until::untouched,
     {"管局驳回了订单。请按驳回原因修改后重新提交，或者放弃订单。",
      "The authority refused the order. Change what it names and submit again, or abandon the "
      "order."}},
    {completed, "nobody", Until::never, {"", ""}},
    {abandoned,
     "nobody",
     Until::never,
     {"订单已放弃，只供查阅，不能恢复；需要时请新建订单。",
      "The order was abandoned. It stays readable and cannot be taken up again; make a new one "
      "when "
      "you need it."}},
});
static_assert(kRows.size() == static_cast<size_t>(abandoned) + 1);

constexpr Text kMissedSms{
    "短信核验没有按时完成。内容不变时可以原样重新提交管局，无需再审；请提醒各负责人这次及时核验。",
    "The SMS verification was not done in time. Unchanged, the order can go back to the authority "
    "without another review; ask the persons in charge to verify in time."};

// What becomes of the domain while the order is under way (domain glossary, "Kinds of order").
constexpr Text kNotReachable{"备案完成前，网站不得开通访问。",
                             "Until it is filed the site must not be reachable."};
constexpr Text kReachable{"审核期间，网站可以继续访问。", "Meanwhile the site stays reachable."};
// The registry calls it filed until the new filing comes (migrate.hpp).
constexpr Text kStaysReachable{"迁移期间，网站保持接入，可以继续访问。",
                               "While it moves the site stays reachable."};
constexpr Text kCloses{"注销成功后，对应的网站停止访问。",
                       "Once it is cancelled the site is closed."};
constexpr Text kClosesHere{"取消成功后，网站不能再通过本接入商访问，备案号仍然有效。",
                           "Once it is cancelled the site is closed here; its filing stays."};

constexpr Text kFiled{
    "备案已完成，备案号 {number}。请在网站首页底部（APP "
    "在显著位置）标明备案号，并链接到工业和信息化部"
    "的备案查询网站。",
    "Filed under {number}. Show the number at the foot of the home page (an app: where it is easy "
    "to "
    "see), linked to the ministry's query site."};
constexpr Text kMoved{
    "迁移已完成，新的备案号 {number}。请把网站首页底部的备案号换成新的。",
    "The site has moved and is filed under {number}. Show the new number at the foot of its home "
    "page."};
constexpr Text kAccessAdded{"接入已完成，网站可以通过本接入商访问。",
                            "The access is filed; the site may be served here."};
constexpr Text kChanged{"变更已完成。", "The change is done."};
constexpr Text kCancelled{"注销已完成，对应的网站已停止访问。",
                          "The cancellation is done and the site is closed."};
constexpr Text kAccessEnded{"取消接入已完成，网站不能再通过本接入商访问，备案号仍然有效。",
                            "The access has ended; the site is closed here, its filing stays."};
constexpr Text kDone{"已完成，您无需操作。", "Done; there is nothing to do for you."};

const Text* meanwhile(const OrderKind& kind) {
  if (kind.moves) return &kStaysReachable;
  if (kind.end == End::cancelled) return &kCloses;
  if (is_cancellation(kind)) return &kClosesHere;
  if (kind.services == Part::named || is_change(kind)) return &kReachable;
  return kind.services == Part::asked && kind.sms ? &kNotReachable : nullptr;
}

const Text& done_words(const OrderKind& kind) {
  if (kind.moves) return kMoved;
  if (kind.end == End::cancelled) return kCancelled;
  if (is_cancellation(kind)) return kAccessEnded;
  if (is_change(kind)) return kChanged;
  if (kind.services == Part::named) return kAccessAdded;
  return kind.services == Part::asked && kind.sms ? kFiled : kDone;
}

bool is_under_way(State state) {
  return state == ready_to_report || state == reporting || state == sms_pending ||
         state == at_authority;
}

void replace(std::string& in, std::string_view name, std::string_view value) {
  if (const size_t at = in.find(name); at != std::string::npos) in.replace(at, name.size(), value);
}

std::optional<TimePoint> deadline_of(Until until, const Standing& standing) {
  switch (until) {
    case Until::never:
      return std::nullopt;
    case Until::untouched:
      return standing.touched + standing.untouched_life;
    case Until::review:
      return after_working_days(standing.since, kReviewDays);
    case Until::sms:
      return standing.since + kSmsLife;
    case Until::authority:
      return after_working_days(standing.since, kAuthorityDays);
  }
  return std::nullopt;
}

}  // namespace

TimePoint after_working_days(TimePoint from, int days) {
  using std::chrono::sys_days;
  auto day = std::chrono::floor<std::chrono::days>(from + kBeijing);
  while (days > 0) {
    day += std::chrono::days{1};
    const unsigned weekday = std::chrono::weekday(sys_days(day)).iso_encoding();
    if (weekday <= 5) --days;
  }
  return TimePoint(day + std::chrono::days{1}) - kBeijing;
}

TimePoint promised_before(TimePoint due) {
  // The promise is the same for all of one day.
  auto day = std::chrono::floor<std::chrono::days>(due + kBeijing);
  while (after_working_days(TimePoint(day) - kBeijing, kReviewDays) > due)
    day -= std::chrono::days{1};
  return TimePoint(day + std::chrono::days{1}) - kBeijing;
}

Progress progress_of(const OrderKind& kind, State state, const Standing& standing,
                     Language language) {
  const Row& row = kRows[static_cast<size_t>(state)];
  const Text& text = state == completed                                   ? done_words(kind)
                     : state == authority_rejected && standing.missed_sms ? kMissedSms
                                                                          : row.todo;
  Progress out{row.next, std::string(text.in(language)), standing.since,
               deadline_of(row.until, standing)};
  replace(out.todo, "{kind}", title_of(kind, language));
  replace(out.todo, "{number}", standing.filing_number);
  if (const Text* more = meanwhile(kind); more && is_under_way(state))
    out.todo += (language == Language::en ? " " : "") + std::string(more->in(language));
  return out;
}

Json progress_json(const Progress& progress, Language language) {
  return Json::object(
      {{"next", progress.next},
       {"next_title", actor_title(progress.next, language)},
       {"todo", progress.todo},
       {"since", to_rfc3339(progress.since)},
       {"deadline", progress.deadline ? Json(to_rfc3339(*progress.deadline)) : Json()}});
}

}  // namespace beian::orders
