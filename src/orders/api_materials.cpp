#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "orders/api.hpp"
#include "orders/attach.hpp"
#include "orders/view.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

constexpr size_t kMostBytes = 4 * 1024 * 1024;

// The content decides what it is; the declared type must only not claim something else.
bool declares_picture(std::string_view type) {
  const std::string name = text::lower_ascii(text::trim(type.substr(0, type.find(';'))));
  return name.empty() || name == "image/jpeg" || name == "image/jpg" || name == "image/png" ||
         name == "application/octet-stream";
}

Response post_material(const Context& context, const Request& request) {
  Problems problems;
  Upload upload;
  int64_t purpose = 0;
  const auto given = request.query_value("purpose");
  if (given.empty())
    problems.push_back({ProblemCode::required, "/purpose", {}});
  else if (!text::parse_i64(given, purpose) || purpose < 1 || purpose > 99)
    problems.push_back({ProblemCode::code_unknown, "/purpose", {{"code", std::string(given)}}});
  if (!declares_picture(request.header("content-type")))
    problems.push_back({ProblemCode::picture_kind, "", {}});
  if (request.body.size() > kMostBytes)
    problems.push_back(
        {ProblemCode::picture_too_large, "", {{"max", std::to_string(kMostBytes / 1024)}}});
  if (!problems.empty()) return http::problem_response(request, problems);
  upload.purpose = static_cast<int>(purpose);
  upload.owner = request.query_value("owner");
  upload.file_name = request.query_value("name");
  upload.bytes = request.body;
  const auto material = attach(context, request.caller.account_id, request.param("id"), upload);
  if (!material) return http::problem_response(request, material.error());
  Response response = Response::json(material_json(*material, upload.file_name), 201);
  response.headers.emplace_back("Location", "/api/v1/orders/" + material->order_id + "/materials/" +
                                                material->id + "/picture");
  return response;
}

Response get_materials(const Context& context, const Request& request) {
  return http::respond(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto order = readable_order(context, tx, request);
    if (!order) return fail(order);
    const bool full = view_of(request.caller, *order) == View::full;
    Json list = Json::array();
    for (const auto& material : materials::of_order(tx, order->id))
      list.push(material_json(material, full ? file_name_of(context, material) : ""));
    return Json::object({{"materials", std::move(list)}});
  }));
}

// Pictures show faces and numbers: an auditor, who reads without personal data, does not get them.
Response get_picture(const Context& context, const Request& request) {
  const auto material =
      context.database->read_value([&](db::Tx& tx) -> Result<materials::Material> {
        const auto order = readable_order(context, tx, request);
        if (!order) return fail(order);
        if (view_of(request.caller, *order) != View::full) return fail(ProblemCode::forbidden);
        auto found = materials::find(tx, request.param("material"));
        if (!found || found->order_id != order->id) return fail(ProblemCode::not_found);
        return std::move(*found);
      });
  if (!material) return http::problem_response(request, material.error());
  auto picture = context.blobs.get(material->reported);
  if (!picture) return http::problem_response(request, picture.error());
  return {200,
          {{"Content-Type", "image/jpeg"},
           {"X-Content-Type-Options", "nosniff"},
           {"Content-Disposition", "inline; filename=\"material.jpg\""},
           {"Content-Security-Policy", "default-src 'none'; sandbox"},
           {"Cache-Control", "private, no-store"}},
          std::move(*picture)};
}

Response delete_material(const Context& context, const Request& request) {
  const auto removed =
      detach(context, request.caller.account_id, request.param("id"), request.param("material"));
  return removed ? Response::no_content() : http::problem_response(request, removed.error());
}

}  // namespace

std::vector<http::Route> material_routes(const std::shared_ptr<const Context>& context) {
  using namespace accounts;
  const auto on = [&](Response (*handle)(const Context&, const Request&)) {
    return [context, handle](const Request& request) { return handle(*context, request); };
  };
  return {
      {"POST", "/api/v1/orders/{id}/materials", kOrdersWrite,
       "Upload a picture (?purpose=&owner=&name=; the body is the jpg or png)", on(post_material)},
      {"GET", "/api/v1/orders/{id}/materials", kOrdersRead, "List the materials of an order",
       on(get_materials)},
      {"GET", "/api/v1/orders/{id}/materials/{material}/picture", kOrdersRead,
       "The picture as it is reported", on(get_picture)},
      {"DELETE", "/api/v1/orders/{id}/materials/{material}", kOrdersWrite, "Remove a material",
       on(delete_material)},
  };
}

}  // namespace beian::orders
