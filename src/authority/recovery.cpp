#include "authority/recovery.hpp"

#include <algorithm>

namespace beian::authority {
namespace {

Decision diverged(std::string why) {
  return {Decision::Kind::diverged, 0, 0, std::move(why)};
}

std::string text_of(int64_t n) {
  return std::to_string(n);
}

}  // namespace

Verdict verdict_of_upload(std::optional<int> msg_code) {
  if (!msg_code) return Verdict::unclear;
  switch (*msg_code) {
    case 0:
      return Verdict::accepted;
    case 14:
      return Verdict::missing;
    case 15:
    case 20:
    case 901:
    case 902:
      return Verdict::later;
    case 4:
    case 5:
    case 12:
    case 13:
    case 16:
    case 19:
      return Verdict::blocked;
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
    case 17:
    case 18:
      return Verdict::refused;
    default:
      return Verdict::unclear;
  }
}

Readiness readiness_of(std::optional<int> msg_code) {
  if (!msg_code) return Readiness::unclear;
  if (*msg_code >= 0 && *msg_code <= 3) return Readiness::ok;
  switch (verdict_of_upload(msg_code)) {
    case Verdict::later:
      return Readiness::later;
    case Verdict::blocked:
      return Readiness::blocked;
    default:
      return Readiness::unclear;
  }
}

Decision compare(const LedgerView& ours, const Previous& theirs) {
  using Kind = Decision::Kind;
  if (!ours.last_accepted) return {Kind::adopt, theirs.sequence, theirs.sequence, {}};
  const int64_t last = *ours.last_accepted;

  if (ours.open && theirs.sequence == ours.open->sequence) {
    const bool agrees = theirs.hash.empty() || theirs.hash == ours.open->hash;
    // A file that was never sent cannot have been taken, whatever its number.
    if (ours.open->attempts > 0 && agrees) return {Kind::accepted, 0, 0, {}};
    return diverged("管局的序号 " + text_of(theirs.sequence) +
                    " 是另一个文件，与本系统待发送的文件不一致");
  }
  if (theirs.sequence > last) {
    // Nobody but us may use our numbers; where we never used any, the other system came before.
    if (!ours.open && !ours.own_uploads) return {Kind::adopt, theirs.sequence, theirs.sequence, {}};
    return diverged("管局的最后序号 " + text_of(theirs.sequence) + " 大于本系统的 " +
                    text_of(ours.open ? ours.open->sequence : last));
  }
  if (theirs.sequence < last) {
    if (!ours.own_uploads) {
      if (!ours.open) return {Kind::adopt, theirs.sequence, theirs.sequence, {}};
      return diverged("管局的最后序号 " + text_of(theirs.sequence) + " 小于启用时的 " +
                      text_of(last));
    }
    return {Kind::resend, theirs.sequence + 1, last, {}};
  }
  if (!theirs.hash.empty() && !ours.last_hash.empty() && theirs.hash != ours.last_hash)
    return diverged("管局的序号 " + text_of(theirs.sequence) + " 与本系统台账中的文件不一致");
  return {ours.open ? Kind::send : Kind::go_on, 0, 0, {}};
}

Missing missing_files(const std::vector<int64_t>& demanded, int64_t sequence,
                      const std::vector<int64_t>& in_ledger) {
  std::vector<int64_t> resend;
  for (const int64_t n : demanded) {
    if (n >= sequence) continue;  // the file itself, or what cannot be missing yet
    if (!std::ranges::binary_search(in_ledger, n))
      return {std::nullopt, "管局要求补报序号 " + text_of(n) + "，本系统台账中没有"};
    resend.push_back(n);
  }
  std::ranges::sort(resend);
  const auto repeated = std::ranges::unique(resend);
  resend.erase(repeated.begin(), repeated.end());
  return {std::move(resend), {}};
}

}  // namespace beian::authority
