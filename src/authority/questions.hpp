// Questions to the authority's library that change nothing: is it filed, is this its password.
// Interface V.3.0, isp_querybeianstatus and isp_verifybamm.
#pragma once

#include <string>

#include "authority/client.hpp"
#include "authority/link_config.hpp"
#include "base/clock.hpp"
#include "orders/ports.hpp"
#include "platform/db/db.hpp"

namespace beian::authority {

// By domain name, or by the number of a certificate of type 1…11 (others: unknown). Never throw.
orders::FilingStatus ask_domain(Client& client, TimePoint now, const std::string& domain);
orders::FilingStatus ask_certificate(Client& client, TimePoint now, int type,
                                     const std::string& number);

// Code 22 is kept: until it ends the same entity's password is not sent to the authority again,
// which would lengthen nothing but the list of wrong tries. Never throws.
orders::PasswordVerdict ask_password(db::Database& database, const LinkConfig& link, Client& client,
                                     TimePoint now, const std::string& number,
                                     const Secret& password);

}  // namespace beian::authority
