#include "gate/block/facts.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"

namespace beian::gate {

namespace {

struct Row {
  Reason reason;
  BlockWords words;
};

constexpr auto kRows = std::to_array<Row>({
    {Reason::not_filed,
     {"该域名未备案", "在本接入商的备案数据中没有查到该域名的备案信息。",
      "网站主办者请登录接入商的备案系统，提交首次备案；主体已有备案的，提交新增互联网信息服务；"
      "已在其他接入商备案的，提交新增接入。备案成功后自动开通访问。",
      "This domain is not filed", "No ICP filing of this domain is known to this provider.",
      "The site's owner signs in to the provider's filing system and hands in a first filing, a "
      "new "
      "service of a filed entity, or a new access where it is filed with another provider. It "
      "opens "
      "by itself once that is granted."}},
    {Reason::cancelled,
     {"该域名的备案已注销", "该域名曾经备案，备案现已注销。",
      "网站主办者请登录接入商的备案系统，重新提交备案。备案成功后自动开通访问。",
      "The filing of this domain was cancelled",
      "This domain was filed once; that filing has ended.",
      "The site's owner signs in to the provider's filing system and files it anew. It opens by "
      "itself once that is granted."}},
    {Reason::elsewhere,
     {"该域名未在本接入商办理接入", "该域名已备案，但没有在本接入商办理接入备案。",
      "网站主办者请登录接入商的备案系统，提交新增接入；接入成功后自动开通访问。",
      "This domain is filed with another provider",
      "The domain is filed, but no access of this provider belongs to that filing.",
      "The site's owner signs in to the provider's filing system and hands in a new access. It "
      "opens "
      "by itself once that is granted."}},
    {Reason::closed,
     {"该网站已按主管部门要求关停", "主管部门要求停止该网站的接入服务。",
      "网站主办者请联系接入商了解整改要求，完成整改并经核验后恢复访问。",
      "This site was closed by order of an authority", "An authority asked to end its access.",
      "The site's owner asks the provider what has to be put right. It opens again when that is "
      "done "
      "and checked."}},
    {Reason::blocked,
     {"该域名已被接入商停止服务", "接入商停止了该域名的访问。",
      "网站主办者请联系接入商了解原因和恢复办法。", "This domain was blocked by the provider",
      "The provider has stopped serving this domain.",
      "The site's owner asks the provider for the reason and for what has to be done."}},
    {Reason::blacklisted,
     {"该域名已被列入黑名单", "主管部门把该域名列入了黑名单，该域名及其下级域名都不能访问。",
      "网站主办者请向通信管理局了解原因；从黑名单移出后自动恢复访问。",
      "This domain is on an authority's blacklist",
      "An authority listed this domain; neither it nor a name below it may be served.",
      "The site's owner asks the communications administration for the reason. It opens by itself "
      "once it is taken off the list."}},
    {Reason::expired,
     {"该域名的临时开通已到期", "该域名只在一段时间内允许访问，时间已过。",
      "网站主办者请登录接入商的备案系统，尽快完成备案；备案成功后自动开通访问。",
      "The time granted to this domain is over", "It was let through for a time that has ended.",
      "The site's owner signs in to the provider's filing system and completes the filing. It "
      "opens "
      "by itself once that is granted."}},
    {Reason::not_yet,
     {"该域名尚未到开通时间", "该域名的开通时间还没有到。", "请在开通时间以后再访问。",
      "This domain is not open yet", "It will be let through from a later time on.",
      "Please come back later."}},
    {Reason::damaged,
     {"暂时无法确认该域名的备案情况", "接入商的备案数据暂时不可用，不能确认该域名可以访问。",
      "请稍后再试；网站主办者也可以联系接入商。",
      "The filing of this domain cannot be confirmed now",
      "The provider's data of filings cannot be read at the moment.",
      "Please try again later; the site's owner may also ask the provider."}},
});

constexpr BlockWords kNoName{"不能通过这个地址访问网站",
                             "请求中没有可以备案的域名：是 IP 地址、域名后缀或不合法的主机名。",
                             "请使用网站的域名访问。网站主办者请先为域名办理备案。",
                             "No site can be served under this address",
                             "The request names no domain that can be filed: an IP address, a "
                             "suffix, or no valid host name.",
                             "Use the site's domain. Its owner has the domain filed first."};
constexpr BlockWords kAllowed{"该域名可以访问，请刷新",
                              "该域名的备案已生效，正在开通，几秒钟后即可访问。",
                              "请稍候刷新本页。",
                              "This domain is open; please reload",
                              "Its filing is in force and it is being opened right now.",
                              "Reload this page in a few seconds."};
// Also where the gate knows only what is too old to go by ("stale").
constexpr BlockWords kNobodyAsked{
    "该域名暂不能在此访问",
    "接入商暂时查询不到该域名的备案情况。",
    "请稍后再试。网站主办者请登录接入商的备案系统，查看或办理备案。",
    "This domain cannot be served here now",
    "How it is filed cannot be looked up by the provider at the moment.",
    "Please try again later. The site's owner looks into the provider's filing system."};

template <class Names, size_t n>
std::optional<Names> named(std::string_view name) {
  for (size_t i = 0; i < n; ++i) {
    if (name_of(static_cast<Names>(i)) == name) return static_cast<Names>(i);
  }
  return {};
}

}  // namespace

BlockAnswer block_answer_of(const Answer& answer) {
  return {answer.allow, answer.reason, answer.host, number_text(answer.number),
          std::string(answer.entry)};
}

std::optional<BlockAnswer> read_block_answer(std::string_view text) {
  const auto json = parse_json(text);
  if (!json || !(*json)["allow"].is_bool()) return {};
  const auto reason = named<Reason, kReasons>((*json)["reason"].as_string());
  if (!reason) return {};
  return BlockAnswer{
      (*json)["allow"].as_bool(), *reason,
      named<HostKind, kHostKinds>((*json)["kind"].as_string()).value_or(HostKind::bad_character),
      (*json)["number"].as_string(), (*json)["entry"].as_string()};
}

std::optional<BlockOrder> read_block_order(std::string_view text) {
  const auto json = parse_json(text);
  if (!json || !(*json)["in_progress"].as_bool()) return {};
  BlockOrder order{(*json)["domain"].as_string(), (*json)["stage"].as_string(),
                   (*json)["title"].as_string(), (*json)["title_en"].as_string()};
  if (order.title.empty()) return {};
  return order;
}

const BlockWords& words_of(const BlockAnswer* answer) {
  if (answer == nullptr) return kNobodyAsked;
  if (answer->allow) return kAllowed;
  const auto* row = std::ranges::find(kRows, answer->reason, &Row::reason);
  return row == kRows.end() ? kNoName : row->words;
}

}  // namespace beian::gate
