#include "orders/attach.hpp"

#include "base/text.hpp"
#include "orders/kind.hpp"
#include "orders/save.hpp"
#include "orders/validate.hpp"
#include "platform/metrics/metrics.hpp"

namespace beian::orders {
namespace {

constexpr size_t kLongestName = 255;

Status may_attach(const Order& order, int purpose, const std::string& owner) {
  if (const auto editable = check_editable(order, "修改材料"); !editable) return editable;
  if (const auto fits = check_material_owner(order, purpose, owner); !fits) return fits;
  if (!is_material_marked(order, purpose, owner))
    return fail(ProblemCode::not_marked_for_change, material_field(purpose, owner));
  return {};
}

std::string name_context(const std::string& material_id) {
  return "materials.file_name:" + material_id;
}

}  // namespace

std::string file_name_of(const Context& context, const materials::Material& material) {
  if (material.file_name.empty()) return {};
  return context.cipher.open(material.file_name, name_context(material.id));
}

std::string sealed_file_name(const Context& context, const std::string& material_id,
                             const std::string& name) {
  return name.empty() ? std::string() : context.cipher.seal(name, name_context(material_id));
}

Result<materials::Material> attach(const Context& context, const std::string& account_id,
                                   const std::string& order_id, const Upload& upload) {
  const auto* row = material_row(upload.purpose);
  const std::string owner = !upload.owner.empty()                ? upload.owner
                            : row && row->owner == Owner::entity ? "/entity"
                            : row && row->owner == Owner::domain ? "/services/0/domains/0"
                            : row && row->owner == Owner::app    ? "/services/0/app"
                                                                 : "/services/0";
  if (!text::is_utf8(upload.file_name) || text::length(upload.file_name) > kLongestName)
    return fail(ProblemCode::too_long, "/name", {{"max", std::to_string(kLongestName)}});
  // Before the expensive part: whose order is it, and may anything come in now?
  const auto allowed = context.database->read_value([&](db::Tx& tx) -> Status {
    const auto order = own_order(context, tx, account_id, order_id);
    if (!order) return fail(order);
    return may_attach(*order, upload.purpose, owner);
  });
  if (!allowed) return fail(allowed);

  const TimePoint now = context.clock.now();
  auto material =
      materials::prepare(context.blobs, now, order_id, upload.purpose, owner, "", upload.bytes);
  metrics::count("beian_materials_stored_total", 1,
                 material ? "outcome=stored" : "outcome=refused");
  if (!material) return material;
  material->file_name = sealed_file_name(context, material->id, upload.file_name);

  const auto stored = context.database->write_result([&](db::Tx& tx) -> Status {
    context.store.lock(tx, order_id);
    const auto order = own_order(context, tx, account_id, order_id);
    if (!order) return fail(order);
    if (auto still = may_attach(*order, upload.purpose, owner); !still) return still;
    materials::insert(tx, *material);
    context.store.count_edit(tx, now, order_id);
    return {};
  });
  if (!stored) return fail(stored);
  return material;
}

Status detach(const Context& context, const std::string& account_id, const std::string& order_id,
              const std::string& material_id) {
  const TimePoint now = context.clock.now();
  return context.database->write_result([&](db::Tx& tx) -> Status {
    context.store.lock(tx, order_id);
    const auto order = own_order(context, tx, account_id, order_id);
    if (!order) return fail(order);
    const auto material = materials::find(tx, material_id);
    if (!material || material->order_id != order_id) return fail(ProblemCode::not_found);
    if (auto editable = check_editable(*order, "修改材料"); !editable) return editable;
    if (!is_material_marked(*order, material->purpose, material->owner))
      return fail(ProblemCode::not_marked_for_change,
                  material_field(material->purpose, material->owner));
    materials::remove(tx, material_id);
    context.store.count_edit(tx, now, order_id);
    return {};
  });
}

}  // namespace beian::orders
