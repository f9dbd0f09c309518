#include "app/api_examples.hpp"

#include <stdexcept>

#include "base/embedded.hpp"

namespace beian::app {
namespace {

const Json& sample_named(const Json& samples, const std::string& name) {
  const Json* found = samples.find(name);
  if (!found) throw std::invalid_argument("no sample for {{" + name + "}} in \"samples\"");
  return *found;
}

Json of_text(const std::string& text, const Json& samples) {
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t open = text.find("{{", at);
    const size_t close = open == text.npos ? open : text.find("}}", open);
    if (close == text.npos) return out + text.substr(at);
    const Json& sample = sample_named(samples, text.substr(open + 2, close - open - 2));
    if (open == 0 && close + 2 == text.size()) return sample;
    out += text.substr(at, open - at);
    out += sample.is_string() ? sample.as_string() : to_string(sample);
    at = close + 2;
  }
}

Json of_file(const std::string& place, const Json& samples) {
  const size_t hash = place.find('#');
  const std::string name = place.substr(0, hash);
  for (const auto& file : embedded::files()) {
    if (file.name != name) continue;
    const auto json = parse_json(file.bytes);
    const Json* part = json && hash != place.npos ? json->pointer(place.substr(hash + 1)) : nullptr;
    if (part) return shown_example(*part, samples);
  }
  throw std::invalid_argument("no \"" + place + "\"");
}

}  // namespace

Json shown_example(const Json& value, const Json& samples) {
  if (value.is_string()) return of_text(value.as_string(), samples);
  if (value.is_array()) {
    Json out = Json::array();
    for (const auto& item : value.items()) out.push(shown_example(item, samples));
    return out;
  }
  if (!value.is_object()) return value;
  if (const Json* place = value.find("$file"); place && value.size() == 1)
    return of_file(place->as_string(), samples);
  Json out = Json::object();
  for (const auto& [name, item] : value.members()) out.set(name, shown_example(item, samples));
  return out;
}

}  // namespace beian::app
