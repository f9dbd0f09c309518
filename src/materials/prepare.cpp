#include <array>

#include "base/ids.hpp"
#include "materials/materials.hpp"
#include "platform/image/image.hpp"

namespace beian::materials {
namespace {

// By purpose; the interface's limits, in KB of 1024 bytes.
constexpr auto kLimits = std::to_array<size_t>({0, 150, 100, 100, 100, 100, 100, 100});
constexpr int kAppIcon = 7;
constexpr image::Limits kIconLimits{.max_side = 1024, .min_side = 48};

}  // namespace

size_t authority_limit(int purpose) {
  if (purpose < 1 || purpose >= static_cast<int>(kLimits.size())) return 0;
  return kLimits[static_cast<size_t>(purpose)] * 1024;
}

size_t kept_limit(int purpose) {
  constexpr size_t kOwn = size_t{300} * 1024;
  return purpose >= kFirstOwnPurpose && purpose <= kLastPurpose ? kOwn : authority_limit(purpose);
}

Result<Material> prepare(blob::Store& blobs, TimePoint now, const std::string& order_id,
                         int purpose, const std::string& owner, const std::string& file_name,
                         std::string_view bytes) {
  const size_t limit = kept_limit(purpose);
  if (limit == 0)
    return fail(ProblemCode::code_unknown, "/purpose", {{"code", std::to_string(purpose)}});
  const image::Limits limits = purpose == kAppIcon ? kIconLimits : image::Limits{};
  auto jpeg = image::reencode_jpeg(bytes, limit, limits);
  if (!jpeg) return fail(jpeg);
  const auto info = image::check(*jpeg, limits);
  if (!info) return fail(info);
  if (purpose == kAppIcon && info->width != info->height)
    return fail(ProblemCode::bad_app_field, {}, {{"name", "App 图标"}, {"reason", "须为正方形"}});

  Material material;
  material.id = new_id(now);
  material.order_id = order_id;
  material.purpose = purpose;
  material.owner = owner;
  material.original = blobs.put(bytes);
  material.reported = blobs.put(*jpeg);
  material.reported_bytes = static_cast<int64_t>(jpeg->size());
  material.width = info->width;
  material.height = info->height;
  material.file_name = file_name;
  material.created = now;
  return material;
}

}  // namespace beian::materials
