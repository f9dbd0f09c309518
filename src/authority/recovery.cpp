#include "authority/recovery.hpp"

#include <algorithm>

#include "authority/reactions.hpp"

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
  const auto* reaction = msg_code ? reaction_to(*msg_code) : nullptr;
  return reaction ? reaction->upload : Verdict::unclear;
}

Readiness readiness_of(std::optional<int> msg_code) {
  const auto* reaction = msg_code ? reaction_to(*msg_code) : nullptr;
  return reaction ? reaction->other : Readiness::unclear;
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
