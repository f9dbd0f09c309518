// Materials of an order: uploading and removing them. They do not change the order's version (see
// OrderStore::count_edit), so pictures may arrive side by side.
#pragma once

#include "materials/materials.hpp"
#include "orders/context.hpp"

namespace beian::orders {

struct Upload {
  int purpose = 0;
  std::string owner;  // empty: "/entity", "/services/0" or its first domain, as the purpose wants
  std::string file_name;
  std::string_view bytes;
};

// Replaces what was there for that purpose and owner. event_not_allowed, not_marked_for_change,
// material_owner (/owner), code_unknown (/purpose), too_long (/name), the picture problems.
Result<materials::Material> attach(const Context& context, const std::string& account_id,
                                   const std::string& order_id, const Upload& upload);

// A material's file name as it was given, and as it is kept.
std::string file_name_of(const Context& context, const materials::Material& material);
std::string sealed_file_name(const Context& context, const std::string& material_id,
                             const std::string& name);

// not_found, event_not_allowed, not_marked_for_change.
Status detach(const Context& context, const std::string& account_id, const std::string& order_id,
              const std::string& material_id);

}  // namespace beian::orders
