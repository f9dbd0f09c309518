#include "base/text.hpp"
#include "platform/config/declarations.hpp"
#include "platform/config/settings.hpp"

namespace beian::config {

namespace {

std::string_view section_of(const Declaration& d) {
  return d.key.substr(0, d.key.find('.'));
}
std::string_view name_of(const Declaration& d) {
  return d.key.substr(d.key.find('.') + 1);
}

std::string toml_value(const Declaration& d) {
  if (d.kind == Kind::integer || d.kind == Kind::boolean) return std::string(d.otherwise);
  return "\"" + std::string(d.otherwise) + "\"";
}

std::string row(const std::vector<std::string>& cells) {
  return "| " + text::join(cells, " | ") + " |\n";
}

}  // namespace

std::string limits(const Declaration& d) {
  if (d.kind == Kind::integer || d.kind == Kind::numbers)
    return std::to_string(d.min) + "–" + std::to_string(d.max);
  if (d.kind == Kind::boolean) return "true, false";
  if (d.kind == Kind::choice) return text::join(text::split(d.choices, '|'), ", ");
  return "";
}

std::string example() {
  std::string out =
      "# OpenBeian 设置文件：每一项及其默认值。以 # 开头的是说明。\n"
      "# Settings of OpenBeian: every key with its default.\n";
  std::string_view section;
  for (const auto& d : declarations()) {
    if (section_of(d) != section) {
      section = section_of(d);
      out += "\n[" + std::string(section) + "]\n";
    }
    out += "# " + std::string(d.zh) + "\n# " + std::string(d.en);
    if (!limits(d).empty()) out += " (" + limits(d) + ")";
    out += "\n" + std::string(name_of(d)) + " = " + toml_value(d) + "\n";
  }
  out +=
      "\n# 管局接口，每个管局一段；去掉行首的 # 并填写。\n"
      "# Interfaces of authorities, one table each; take the # away and fill in.\n"
      "# [[authority]]\n";
  for (const auto& key : link_keys()) {
    out += "#   " + std::string(key.zh) + "\n#   " + std::string(key.en) + "\n# " +
           std::string(key.key) + " = " + std::string(key.example) + "\n";
  }
  return out;
}

std::string settings_page(Language language) {
  const bool zh = language == Language::zh;
  std::string out;
  out += zh ? "# 设置项\n\n由 `beian doc settings` "
              "生成。取值依次来自默认值、管理员在网页上的修改（“网页”一列标有“是”的"
              "设置项）、设置文件（TOML）、环境变量、命令行，后者优先。\n\n"
            : "# Settings\n\nPrinted by `beian doc settings`. Values come from the defaults, what "
              "administrators change in the portal (where that column says yes), the settings file "
              "(TOML), the environment and the command line; the later wins.\n\n";
  out += zh ? row({"设置项", "默认值", "范围", "环境变量", "网页", "含义"})
            : row({"key", "default", "limits", "environment", "portal", "meaning"});
  out += row({"---", "---", "---", "---", "---", "---"});
  for (const auto& d : declarations()) {
    out += row({"`" + std::string(d.key) + "`", "`" + toml_value(d) + "`", limits(d),
                "`" + environment_name(d) + "`",
                !may_be_kept(d) ? ""
                : zh            ? "是"
                                : "yes",
                std::string(zh ? d.zh : d.en)});
  }
  out += zh ? "\n## 管局接口 `[[authority]]`\n\n只能写在设置文件里，每个管局一段。\n\n"
            : "\n## Authorities: `[[authority]]`\n\nIn the settings file only, one table each.\n\n";
  out += zh ? row({"键", "例", "含义"}) : row({"key", "example", "meaning"});
  out += row({"---", "---", "---"});
  for (const auto& key : link_keys())
    out += row({"`" + std::string(key.key) + "`", "`" + std::string(key.example) + "`",
                std::string(zh ? key.zh : key.en)});
  return out;
}

}  // namespace beian::config
