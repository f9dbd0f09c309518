#include "authority/reactions.hpp"

#include <algorithm>
#include <array>

namespace beian::authority {
namespace {

constexpr Millis kMinute{60'000};
constexpr Millis kNone{0};

constexpr auto kReactions = std::to_array<CodeReaction>({
    {0, Verdict::accepted, Readiness::ok, kNone, kNone, ""},
    {1, Verdict::unclear, Readiness::ok, kNone, kNone, ""},
    {2, Verdict::unclear, Readiness::ok, kNone, kNone, ""},
    {3, Verdict::unclear, Readiness::ok, kNone, kNone, ""},
    {4, Verdict::blocked, Readiness::blocked, kNone, kNone,
     "请核对设置中该管局的 user_name，改正并重启后系统自动继续"},
    {5, Verdict::blocked, Readiness::blocked, kNone, kNone,
     "请核对设置中该管局的 password，改正并重启后系统自动继续；管局可能定期要求更换口令"},
    {6, Verdict::refused, Readiness::unclear, kNone, kNone,
     "请核对设置中的 encryption、key 和 iv 与管局分配的一致"},
    {7, Verdict::refused, Readiness::unclear, kNone, kNone,
     "数据在途中受损或密钥不符：系统已重发；仍被拒绝时请核对 key 和 iv，并与管局技术人员联系"},
    {8, Verdict::refused, Readiness::unclear, kNone, kNone,
     "管局无法解压数据文件：请核对 encryption、key 和 iv，并与管局技术人员联系"},
    {9, Verdict::refused, Readiness::unclear, kNone, kNone,
     "管局不接受所用的加密算法：请核对设置中的 encryption"},
    {10, Verdict::refused, Readiness::unclear, kNone, kNone,
     "管局不接受 MD5 哈希算法：请与管局技术人员联系"},
    {11, Verdict::refused, Readiness::unclear, kNone, kNone,
     "管局不接受 zip 压缩格式：请与管局技术人员联系"},
    {12, Verdict::blocked, Readiness::blocked, kNone, kNone,
     "请核对设置中的 provider_id、user_name 和 password 属于同一单位"},
    {13, Verdict::blocked, Readiness::blocked, kNone, kNone,
     "请核对设置中的 base_url 与 provinces 是否对应同一个省的管局"},
    {14, Verdict::missing, Readiness::unclear, kNone, kNone,
     "系统按管局列出的序号从台账补报后再报本次文件，无需操作；若台账中没有该文件，请与管局核对序号"
     "后"
     "设定起始序号"},
    {15, Verdict::later, Readiness::later, kMinute, 30 * kMinute,
     "管局待处理的文件过多：系统逐步拉长间隔后重报，期间照常下载结果，无需操作；超过一天请联系管"
     "局"},
    {16, Verdict::blocked, Readiness::blocked, kNone, kNone,
     "管局认为随机数不足 20 位：请与管局技术人员核对接口版本"},
    {17, Verdict::refused, Readiness::unclear, kNone, kNone,
     "管局认为文件个数不符（每次 1 个）：系统已重发；仍被拒绝时请与管局技术人员联系"},
    {18, Verdict::refused, Readiness::unclear, kNone, kNone,
     "系统把下一个文件的记录数减半后重报；单条记录仍过大时，请减小该订单的图片"},
    {19, Verdict::blocked, Readiness::blocked, kNone, kNone,
     "请联系所在省通信管理局开放报备权限，开放后点“立即重试”"},
    {20, Verdict::later, Readiness::later, 10 * kMinute, 60 * kMinute,
     "不在管局的报备时间内：系统等到管局公布的时间自动继续，无需操作"},
    {21, Verdict::unclear, Readiness::blocked, kNone, kNone,
     "管局没有收到下载确认的文件名：系统已重新读取接口说明再试；请与管局技术人员核对 fileName "
     "参数"},
    {22, Verdict::unclear, Readiness::later, kNone, kNone,
     "该备案号的备案密码校验次数已达上限：限制结束前系统不再向管局校验，请备案人找回备案密码"},
    {901, Verdict::later, Readiness::later, kMinute, 10 * kMinute,
     "管局系统维护，上报暂停：系统稍后自动重报，无需操作"},
    {902, Verdict::later, Readiness::later, kMinute, 10 * kMinute,
     "管局系统维护，下载暂停：系统稍后自动重试，上报照常进行，无需操作"},
    {999, Verdict::unclear, Readiness::unclear, kNone, kNone,
     "管局返回未说明的错误：系统先查询上次上报再决定是否重发，不会重复上报；多次出现时请把原文告诉"
     "管局"
     "技术人员"},
});
static_assert(std::ranges::is_sorted(kReactions, {}, &CodeReaction::code));

}  // namespace

const CodeReaction* reaction_to(int code) {
  const auto* row = std::ranges::lower_bound(kReactions, code, {}, &CodeReaction::code);
  return row == kReactions.end() || row->code != code ? nullptr : row;
}

std::string advice_for(std::string_view state, std::optional<int> code) {
  if (state == "working" || state == "new") return {};
  if (const auto* row = code ? reaction_to(*code) : nullptr; row && !row->advice.empty())
    return std::string(row->advice);
  if (state == "waiting") return "系统会自动重试，无需操作；长时间不恢复时请检查网络与接口地址";
  return "请与管局核对台账与序号；核对后设定起始序号，或点“立即重试”";
}

}  // namespace beian::authority
