#include "materials/read_job.hpp"

#include <system_error>

#include "materials/materials.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

namespace beian::materials {
namespace {

constexpr const char* kKind = "materials.read";

// Nothing: it is gone, or has been read.
std::optional<Material> unread(const ReadingContext& context, const std::string& id) {
  return context.database->read_value([&](db::Tx& tx) -> std::optional<Material> {
    const auto earlier = find_reading(tx, context.cipher, id);
    if (earlier && earlier->state != Reading::State::failed) return std::nullopt;
    return find(tx, id);
  });
}

Reading reading_of(const ReadingContext& context, const Material& material) {
  const Reading failed{Reading::State::failed, {}, context.program.version, context.clock.now()};
  try {
    const auto picture = context.blobs.get(material.original);
    if (picture) return read_picture(context.program, *picture, context.clock.now(), context.stop);
    log::error("materials.no_picture", {{"material", material.id}});
  } catch (const std::system_error& thrown) {
    log::warn("materials.not_read", {{"material", material.id}, {"why", thrown.what()}});
  }
  return failed;
}

}  // namespace

Result<jobs::Outcome> read_material(const ReadingContext& context, const jobs::Job& job) {
  const auto material = unread(context, job.payload["material"].as_string());
  if (!material) return jobs::Outcome::done();
  const Reading reading = reading_of(context, *material);
  if (reading.state == Reading::State::failed && context.stop.stop_requested())
    return jobs::Outcome::again(Millis{0});
  if (reading.state == Reading::State::failed && job.attempt < kReadingAttempts)
    return fail(ProblemCode::internal);
  metrics::count("beian_materials_read_total", 1, "outcome=" + std::string(name_of(reading.state)));
  context.database->write(
      [&](db::Tx& tx) { keep_reading(tx, context.cipher, material->id, reading); });
  return jobs::Outcome::done();
}

void on_reading_jobs(jobs::Worker& worker, const std::shared_ptr<const ReadingContext>& context) {
  worker.on(kKind, [context](const jobs::Job& job) { return read_material(*context, job); });
}

void ask_reading(db::Tx& tx, TimePoint now, const std::string& material_id) {
  jobs::enqueue(tx, {kKind, Json::object({{"material", material_id}}), now, material_id});
}

}  // namespace beian::materials
