// isp_upload and isp_querypreviousupload: the sequence rule.
#include <limits>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/jobs/jobs.hpp"
#include "sandbox/calls.hpp"

namespace beian::sandbox {
namespace {

constexpr size_t kMostMissing = 1000;  // numbers told with code 14

// A parameter as a small number, -1 for anything else.
int small_number(const wire::Call& call, std::string_view name) {
  int64_t n = 0;
  if (!text::parse_i64(text::trim(*call.find(name)), n) || n < 0 || n > 99) return -1;
  return static_cast<int>(n);
}

wire::Envelope envelope_of(const wire::Call& call) {
  wire::Envelope envelope;
  envelope.beian_info = *call.find("beianInfo");
  envelope.beian_info_hash = std::string(text::trim(*call.find("beianInfoHash")));
  envelope.encrypt_algorithm = small_number(call, "encryptAlgorithm");
  envelope.hash_algorithm = small_number(call, "hashAlgorithm");
  envelope.compression_format = small_number(call, "compressionFormat");
  return envelope;
}

wire::Return gap(int64_t last, int64_t sequence) {
  wire::Return refusal = answer(14);
  for (int64_t n = last + 1; n < sequence && refusal.missing_sequences.size() < kMostMissing; ++n)
    refusal.missing_sequences.push_back(n);
  return refusal;
}

// The same file again is what a provider sends that lost the answer: fine, and nothing is applied.
// Another file under a used number is a fault of the provider, which no code names.
wire::Return repeated(db::Tx& tx, int64_t provider_id, int64_t sequence,
                      const std::string& content_hash) {
  const auto before = find_upload(tx, provider_id, sequence);
  if (before && before->content_hash == content_hash) return answer(0, "该文件已受理，不重复处理");
  return answer(999, "序号 " + std::to_string(sequence) + " 已用于另一文件");
}

// What the sequence alone says; nothing when the file is the next one.
std::optional<wire::Return> judge_sequence(db::Tx& tx, int64_t provider_id, int64_t sequence,
                                           const std::string& content_hash) {
  const int64_t last = find_provider(tx, provider_id)->last_sequence;
  if (sequence <= last) return repeated(tx, provider_id, sequence, content_hash);
  if (sequence > last + 1) return gap(last, sequence);
  return std::nullopt;
}

// Sequence, row and job in one transaction; only then 0 is answered.
wire::Return accept(const Context& context, const Upload& upload) {
  wire::Return result;
  context.database->write([&](db::Tx& tx) {
    lock_provider(tx, upload.provider_id);
    if (auto refusal =
            judge_sequence(tx, upload.provider_id, upload.sequence, upload.content_hash)) {
      result = std::move(*refusal);
      return;
    }
    accept_upload(tx, upload);
    jobs::enqueue(tx, {.kind = kJudgeJob,
                       .payload = Json::object({{"provider", upload.provider_id}}),
                       .run_at = context.clock.now(),
                       .key = std::to_string(upload.provider_id)});
    result = answer(0);
  });
  context.nudge();
  return result;
}

}  // namespace

wire::Return upload(const Context& context, const Provider& provider, const wire::Call& call) {
  if (!provider.account.enabled) return answer(19);
  int64_t sequence = 0;
  if (!text::parse_i64(text::trim(*call.find("dataSequence")), sequence) || sequence < 1 ||
      sequence > std::numeric_limits<int32_t>::max())
    return answer(999, "dataSequence 应为从 1 开始的 4 字节正整数");
  const wire::Envelope envelope = envelope_of(call);
  const auto xml = wire::open_envelope(envelope, provider.keys());
  if (!xml) return answer(static_cast<int>(xml.error()));

  Upload file;
  file.provider_id = provider.account.provider_id;
  file.sequence = sequence;
  file.info_hash = envelope.beian_info_hash;
  file.content_hash = hex_encode(crypto::sha256(*xml));
  file.keys = provider.keys();
  file.keys.encryption = static_cast<wire::Encryption>(envelope.encrypt_algorithm);
  file.accepted_at = to_ms(context.clock.now());
  // Looked at before the bytes are kept, so that a refused file leaves nothing behind.
  std::optional<wire::Return> refusal;
  context.database->read([&](db::Tx& tx) {
    refusal = judge_sequence(tx, file.provider_id, sequence, file.content_hash);
  });
  if (refusal) return *refusal;
  file.blob = context.blobs.put(base64_decode(envelope.beian_info).value());
  return accept(context, file);
}

wire::Return query_previous_upload(const Context& context, const Provider& provider) {
  std::optional<Upload> last;
  context.database->read([&](db::Tx& tx) {
    const auto now = find_provider(tx, provider.account.provider_id);
    last = find_upload(tx, provider.account.provider_id, now->last_sequence);
  });
  if (!last) return answer(0, "尚未受理过上报文件");
  const auto bytes = context.blobs.get(last->blob);
  if (!bytes) throw std::runtime_error("the bytes of an accepted upload are gone");
  wire::Return result = answer(0);
  wire::FileInfo file;
  file.envelope.beian_info = base64_encode(*bytes);
  file.envelope.beian_info_hash = last->info_hash;
  file.envelope.encrypt_algorithm = static_cast<int>(last->keys.encryption);
  file.file_name =
      "UPLOAD" + std::to_string(last->provider_id) + "N" + std::to_string(last->sequence);
  file.data_sequence = last->sequence;
  result.file = std::move(file);
  return result;
}

}  // namespace beian::sandbox
