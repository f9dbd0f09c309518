// The six operations of the interface, from the call to the return document.
#pragma once

#include <expected>
#include <string_view>

#include "sandbox/context.hpp"
#include "sandbox/store.hpp"
#include "wire/returns.hpp"
#include "wire/soap.hpp"

namespace beian::sandbox {

// Who calls, or the refusal: 901/902 maintenance, 10 hash algorithm, 16 random value, 4 user, 12
// the user of another provider, 5 password, 13 another province's provider.
std::expected<Provider, wire::Return> authenticate(db::Tx& tx, const Context& context,
                                                   const wire::Call& call);

// Authenticates and does what the operation says. 999 for a parameter that is missing.
wire::Return answer_call(const Context& context, const wire::Call& call);

// A bare answer with the protocol's text, `detail` added.
wire::Return answer(int code, std::string_view detail = {});

// One each (answer_call chooses); the provider is known.
wire::Return upload(const Context& context, const Provider& provider, const wire::Call& call);
wire::Return download(const Context& context, const Provider& provider);
wire::Return download_ack(const Context& context, const Provider& provider, const wire::Call& call);
wire::Return query_previous_upload(const Context& context, const Provider& provider);
wire::Return query_status(const Context& context, const wire::Call& call);
wire::Return verify_password(const Context& context, const wire::Call& call);

}  // namespace beian::sandbox
