// Attachments of an order: checked and re-encoded when they arrive, bytes in the blob store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/blob/blob.hpp"
#include "platform/db/db.hpp"

namespace beian::materials {

// Purposes as on the wire (Fjyt): 1 verification sheet (核验单, at most 150 KB), 2 entity's
// certificate, 3 entity manager's certificate, 4 service manager's certificate, 5 live photo of the
// service manager (100 KB each). And two of our own, no attachments on the wire: 6, the scan inside
// a pre-approval (Spwj, 100 KB), whose owner is "/services/0/pre_approvals/0"; 7, the icon of an
// app (Ob_tb, 100 KB, a square of 48 to 1024 pixels a side), whose owner is "/services/0/app". From
// 11 on those that only the provider asks for (data/rules/materials.json): kept for the reviewer,
// never reported.
struct Material {
  std::string id;
  std::string order_id;
  int purpose = 0;
  std::string owner;     // JSON pointer into the document: "/entity" or "/services/0"
  std::string original;  // blob reference of what was uploaded
  std::string reported;  // blob reference of the JPEG within the authority's limit
  int64_t reported_bytes = 0;
  int width = 0, height = 0;  // of the reported JPEG
  // As the caller wants it kept: people name files after persons, so orders seals it (attach.hpp).
  std::string file_name;
  TimePoint created;
};

inline constexpr int kFirstOwnPurpose = 11, kLastPurpose = 99;

// Largest JPEG that the authority takes for a purpose, bytes; 0: it has no place for it.
size_t authority_limit(int purpose);
// Largest JPEG that is kept, bytes: the authority's limit, else 300 KB for the provider's own; 0:
// no such purpose.
size_t kept_limit(int purpose);

// Decodes, re-encodes, stores both; the expensive part, outside any transaction. code_unknown
// (/purpose), the picture_* problems of platform/image, bad_app_field for an icon that is no
// square.
Result<Material> prepare(blob::Store& blobs, TimePoint now, const std::string& order_id,
                         int purpose, const std::string& owner, const std::string& file_name,
                         std::string_view bytes);
void insert(db::Tx& tx,
            const Material& material);  // replaces the one of the same purpose and owner
std::vector<Material> of_order(db::Tx& tx, const std::string& order_id);
// Those whose picture has not been read, or not with success (reading.hpp).
std::vector<Material> unread_of_order(db::Tx& tx, const std::string& order_id);
std::optional<Material> find(db::Tx& tx, const std::string& material_id);
bool remove(db::Tx& tx, const std::string& material_id);

}  // namespace beian::materials
