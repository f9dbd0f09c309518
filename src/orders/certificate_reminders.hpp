// Notices before the certificates of filed entities and of the persons in them end.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// How far a look came: the last entity seen, of all that accounts hold.
struct CertificatesSeen {
  std::string account_id;
  int64_t province = 0, entity_id = 0;
};
struct CertificateLook {
  size_t told = 0;                       // certificates
  std::optional<CertificatesSeen> next;  // nullopt: all were seen
};
// Looks at the next `limit` entities that accounts hold; what nobody holds is not read. An entity's
// certificate ends on the day that the authority told (registry/certificate_until.hpp), else on the
// one in the newest completed order that shows it; a person's, who is filed with the entity, on the
// one in the newest such order that names him. One without end never ends.
//
// Every holder is told 30 and 7 days before, and once after it has ended, by a job "notices.tell"
// (certificate.*) and a job "certificates.ending" for webhooks. Who looks late tells the latest of
// these only; another day starts them anew. Safe to run on any node at any time.
CertificateLook remind_certificates(const Context& context, const CertificatesSeen& seen = {},
                                    size_t limit = 100);

// The job that looks once a day, some entities at a time.
inline constexpr const char* kCertificatesJob = "orders.certificates";
void look_at_certificates(const Context& context, const Json& payload);

}  // namespace beian::orders
