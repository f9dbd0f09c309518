#include "sandbox/sandbox.hpp"

#include <utility>

#include "platform/jobs/jobs.hpp"
#include "sandbox/context.hpp"
#include "sandbox/decide.hpp"
#include "sandbox/judge_uploads.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/provider_account.hpp"
#include "sandbox/scenario.hpp"
#include "sandbox/sms.hpp"
#include "sandbox/soap_endpoint.hpp"

namespace beian::sandbox {

struct Sandbox::Impl {
  Impl(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
       Options options)
      : worker(database, clock, {.threads = 1}),
        context{std::move(database), blobs, clock, std::move(options), [this] { worker.nudge(); }} {
    // One thread: files are judged in their order.
    const auto on = [this](const char* kind, const char* argument, auto work) {
      worker.on(kind, [this, argument, work](const jobs::Job& job) -> Result<jobs::Outcome> {
        work(context, job.payload[argument].as_int());
        return jobs::Outcome::done();
      });
    };
    on(kJudgeJob, "provider", judge_uploads);
    on(kExpireJob, "record", expire_verifications);
    on(kAutoSmsJob, "record", verify_all);
    on(kDecideJob, "record", decide_by_itself);
  }

  jobs::Worker worker;
  Context context;
};

Sandbox::Sandbox(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
                 Options options)
    : impl_(std::make_unique<Impl>(std::move(database), blobs, clock, std::move(options))) {}

Sandbox::~Sandbox() = default;

std::vector<http::Route> Sandbox::routes() {
  std::vector<http::Route> all;
  for (auto part :
       {soap_routes(impl_->context), public_pages(impl_->context), public_routes(impl_->context),
        officer_pages(impl_->context), account_routes(impl_->context),
        upload_routes(impl_->context), record_routes(impl_->context),
        library_routes(impl_->context), switch_routes(impl_->context),
        hand_out_routes(impl_->context), play_routes(impl_->context),
        registration_routes(impl_->context), desk_pages(impl_->context),
        handed_pages(impl_->context), provider_pages(impl_->context)})
    for (auto& route : part) all.push_back(std::move(route));
  return all;
}

void Sandbox::start() {
  impl_->worker.start();
}
void Sandbox::stop() {
  impl_->worker.stop();
}
size_t Sandbox::run_due() {
  return impl_->worker.run_due();
}

Status Sandbox::put_provider(const ProviderAccount& account) {
  return store_provider(impl_->context, account);
}

Status Sandbox::play_scenario(const Json& document) {
  const auto loaded = load_scenario(impl_->context, document);
  if (!loaded) return fail(loaded);
  return {};
}

}  // namespace beian::sandbox
