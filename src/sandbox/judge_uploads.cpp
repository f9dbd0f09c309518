#include "sandbox/judge_uploads.hpp"

#include <vector>

#include "sandbox/judge.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/store.hpp"
#include "sandbox/upload_file.hpp"

namespace beian::sandbox {
namespace {

void refuse_file(db::Tx& tx, const Upload& upload, const UploadFile& opened, int64_t now) {
  const FileFault& fault = *opened.fault;
  const RefusedFile refused{upload,
                            {fault.code, fault.text},
                            "dataSequence=" + std::to_string(upload.sequence) +
                                (fault.reason.empty() ? std::string{} : " " + fault.reason),
                            opened.marks};
  opened.block->refuse(tx, refused, now);
}

void judge_one(const Context& context, const Upload& upload, const Provider& provider) {
  UploadFile opened = open_upload(context, upload, provider);
  if (!provider.account.enabled) {  // closed after the file was accepted
    opened.fault = FileFault{1053, outcome(1053).text, {}};
    opened.records.clear();
  }
  // What needs no library is judged before the transaction, which holds up all other writers.
  std::vector<Outcomes> inspected;
  const Circumstances circumstances{context.clock.now(), context.options.province,
                                    provider.account.profile != "miit-3.0"};
  for (const auto& reported : opened.records)
    inspected.push_back(reported.operation->inspect(reported.record, circumstances));

  context.database->write([&](db::Tx& tx) {
    const int64_t now = to_ms(context.clock.now());
    const std::string fault =
        opened.fault ? std::to_string(opened.fault->code) + " " + opened.fault->reason : "";
    if (!mark_judged(tx, upload.id, static_cast<int64_t>(inspected.size()), fault, now)) return;
    if (opened.fault) return refuse_file(tx, upload, opened, now);
    const Settings settings = load_settings(tx, context.options);
    for (size_t i = 0; i < opened.records.size(); ++i) {
      const Reported& reported = opened.records[i];
      reported.operation->enter(tx, {context, provider, settings, upload, *reported.operation,
                                     static_cast<int64_t>(i), reported.record, inspected[i], now});
    }
  });
}

}  // namespace

void judge_uploads(const Context& context, int64_t provider_id) {
  for (;;) {
    std::optional<Upload> upload;
    std::optional<Provider> provider;
    context.database->read([&](db::Tx& tx) {
      upload = oldest_unjudged(tx, provider_id);
      provider = find_provider(tx, provider_id);
    });
    if (!upload || !provider) return;
    judge_one(context, *upload, *provider);
    context.nudge();
  }
}

}  // namespace beian::sandbox
