#include "platform/xml/xml.hpp"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>

#include "base/text.hpp"
#include "platform/xml/encoding.hpp"
#include "platform/xml/guard.hpp"

namespace beian::xml {

namespace {

std::string_view view(const xmlChar* s) {
  return s == nullptr ? std::string_view{} : reinterpret_cast<const char*>(s);
}

// What the five events of libxml2 lead to.
class Handler {
 public:
  virtual ~Handler() = default;
  // False stops the reading.
  virtual bool start(std::string_view name, std::string_view ns, const Attributes& attributes) = 0;
  virtual bool end(std::string_view name) = 0;
  virtual bool text(std::string_view utf8) = 0;
};

struct Reading {
  Handler* handler = nullptr;
  xmlParserCtxtPtr context = nullptr;
  int depth = 0, max_depth = 0;
  size_t elements = 0, max_elements = 0;
  bool stopped = false;  // by the handler: not a fault
  std::string refused;   // by us
  std::exception_ptr thrown;
  Attributes attributes;

  void stop() { xmlStopParser(context); }
  void refuse(std::string reason) {
    if (refused.empty()) refused = std::move(reason);
    stop();
  }
  // No exception may pass through C.
  template <class F>
  void call(F f) {
    if (stopped || thrown || !refused.empty()) return;
    try {
      if (!f()) {
        stopped = true;
        stop();
      }
    } catch (...) {
      thrown = std::current_exception();
      stop();
    }
  }
};

Reading& reading(void* user) {
  return *static_cast<Reading*>(static_cast<xmlParserCtxtPtr>(user)->_private);
}

void on_start(void* user, const xmlChar* name, const xmlChar*, const xmlChar* uri, int,
              const xmlChar**, int count, int, const xmlChar** raw) {
  Reading& r = reading(user);
  if (++r.depth > r.max_depth) return r.refuse("nested too deeply");
  if (++r.elements > r.max_elements) return r.refuse("too many elements");
  r.call([&] {
    r.attributes.clear();
    for (int i = 0; i < count; ++i, raw += 5) {  // local name, prefix, URI, value, end of value
      r.attributes.emplace_back(view(raw[0]),
                                std::string_view(reinterpret_cast<const char*>(raw[3]),
                                                 static_cast<size_t>(raw[4] - raw[3])));
    }
    return r.handler->start(view(name), view(uri), r.attributes);
  });
}

void on_end(void* user, const xmlChar* name, const xmlChar*, const xmlChar*) {
  Reading& r = reading(user);
  --r.depth;
  r.call([&] { return r.handler->end(view(name)); });
}

void on_text(void* user, const xmlChar* s, int n) {
  Reading& r = reading(user);
  r.call([&] {
    return r.handler->text({reinterpret_cast<const char*>(s), static_cast<size_t>(n)});
  });
}

void on_doctype(void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
  reading(user).refuse("a document type declaration is not allowed");
}

void on_reference(void* user, const xmlChar* name) {
  reading(user).refuse("entity " + std::string(view(name)) + " is not allowed");
}

const xmlSAXHandler& sax() {
  static const xmlSAXHandler handler = [] {
    xmlInitParser();
    xmlSAXHandler h{};
    h.initialized = XML_SAX2_MAGIC;
    h.startElementNs = on_start;
    h.endElementNs = on_end;
    h.characters = on_text;
    h.ignorableWhitespace = on_text;
    h.cdataBlock = on_text;
    h.internalSubset = on_doctype;
    h.reference = on_reference;
    return h;
  }();
  return handler;
}

std::unexpected<Problems> refuse(int line, std::string_view reason) {
  std::string text(text::trim(reason));
  if (line > 0) text += " (line " + std::to_string(line) + ")";
  return fail(ProblemCode::wire_schema, "", {{"path", "/"}, {"reason", std::move(text)}});
}

Status read_utf8(std::string_view utf8, Handler& handler, const Limits& limits) {
  if (utf8.size() > std::numeric_limits<int>::max()) return refuse(0, "the document is too large");
  if (utf8.empty()) return refuse(0, "the document is empty");
  if (!attributes_within(utf8, limits.max_attributes))
    return refuse(0, "an element has too many attributes");
  const std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> context(
      [] {
        const xmlSAXHandler& handlers = sax();
        xmlParserCtxtPtr made = xmlNewParserCtxt();
        if (made == nullptr) throw std::bad_alloc();
        *made->sax = handlers;
        return made;
      }(),
      xmlFreeParserCtxt);
  Reading r;
  r.handler = &handler;
  r.context = context.get();
  r.max_depth = limits.max_depth;
  r.max_elements = limits.max_elements;
  context->_private = &r;
  // NOENT puts the five predefined entities into attribute values as characters; others cannot be
  // declared, because the reading ends at a document type declaration.
  xmlDocPtr none =
      xmlCtxtReadMemory(context.get(), utf8.data(), static_cast<int>(utf8.size()), nullptr, nullptr,
                        XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT | XML_PARSE_NOERROR |
                            XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC);
  if (none != nullptr) xmlFreeDoc(none);
  const int line = context->input != nullptr ? context->input->line : context->lastError.line;
  if (r.thrown) std::rethrow_exception(r.thrown);
  if (!r.refused.empty()) return refuse(line, r.refused);
  if (r.stopped) return {};
  if (context->wellFormed == 0) {
    const char* message = context->lastError.message;
    return refuse(context->lastError.line, message != nullptr ? message : "not well-formed");
  }
  return {};
}

Status read_bytes(std::string_view bytes, Handler& handler, const Limits& limits) {
  if (bytes.size() > limits.max_bytes) return refuse(0, "the document is too large");
  std::string storage;
  const auto utf8 = to_utf8(bytes, storage);
  if (!utf8) return fail(utf8);
  return read_utf8(*utf8, handler, limits);
}

Limits tree_limits(Limits limits) {
  limits.max_elements = std::min(limits.max_elements, kMaxTreeElements);
  return limits;
}

class TreeBuilder final : public Handler {
 public:
  bool start(std::string_view name, std::string_view ns, const Attributes& attributes) override {
    open_.push_back({.name = std::string(name),
                     .ns = std::string(ns),
                     .attributes = attributes,
                     .text = {},
                     .children = {}});
    return true;
  }
  bool end(std::string_view) override {
    Node done = std::move(open_.back());
    open_.pop_back();
    if (open_.empty())
      root_ = std::move(done);
    else
      open_.back().children.push_back(std::move(done));
    return true;
  }
  bool text(std::string_view utf8) override {
    if (!open_.empty()) open_.back().text.append(utf8);
    return true;
  }
  Node take() { return std::move(root_); }

 private:
  std::vector<Node> open_;
  Node root_;
};

class Forwarder final : public Handler {
 public:
  explicit Forwarder(const Events& events) : events_(events) {}
  bool start(std::string_view name, std::string_view, const Attributes& attributes) override {
    return !events_.start || events_.start(name, attributes);
  }
  bool end(std::string_view name) override { return !events_.end || events_.end(name); }
  bool text(std::string_view utf8) override { return !events_.text || events_.text(utf8); }

 private:
  const Events& events_;
};

// What append_escaped does with a byte.
enum class Kind : uint8_t { plain, markup, forbidden, maybe };
constexpr auto kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (int c = 0; c < 0x20; ++c) kinds[static_cast<size_t>(c)] = Kind::forbidden;
  kinds['\t'] = kinds['\n'] = Kind::plain;
  for (const char c : {'&', '<', '>', '"', '\r'}) kinds[static_cast<size_t>(c)] = Kind::markup;
  kinds[0xEF] = Kind::maybe;  // U+FFFE and U+FFFF are EF BF BE and EF BF BF
  return kinds;
}();

bool noncharacter(std::string_view s, size_t at) {
  return s.substr(at).starts_with("\xEF\xBF\xBE") || s.substr(at).starts_with("\xEF\xBF\xBF");
}

std::string_view escaped(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#13;";
  }
}

}  // namespace

const Node* Node::child(std::string_view local_name) const {
  for (const Node& node : children) {
    if (node.name == local_name) return &node;
  }
  return nullptr;
}

std::string_view Node::attribute(std::string_view local_name) const {
  for (const auto& [key, value] : attributes) {
    if (key == local_name) return value;
  }
  return {};
}

Result<Node> parse(std::string_view bytes, const Limits& limits) {
  TreeBuilder builder;
  if (auto done = read_bytes(bytes, builder, tree_limits(limits)); !done) return fail(done);
  return builder.take();
}

Result<Node> parse_characters(std::string_view utf8, const Limits& limits) {
  if (utf8.size() > limits.max_bytes) return refuse(0, "the document is too large");
  if (utf8.starts_with("\xEF\xBB\xBF")) utf8.remove_prefix(3);
  if (!text::is_utf8(utf8)) return refuse(0, "the characters are not UTF-8");
  TreeBuilder builder;
  if (auto done = read_utf8(utf8, builder, tree_limits(limits)); !done) return fail(done);
  return builder.take();
}

Status read(std::string_view bytes, const Events& events, const Limits& limits) {
  Forwarder forwarder(events);
  return read_bytes(bytes, forwarder, limits);
}

void append_escaped(std::string& out, std::string_view utf8) {
  size_t plain = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const Kind kind = kKinds[static_cast<unsigned char>(utf8[i])];
    if (kind == Kind::plain || (kind == Kind::maybe && !noncharacter(utf8, i))) continue;
    out.append(utf8.substr(plain, i - plain));
    out.append(kind == Kind::markup ? escaped(utf8[i]) : std::string_view("\xEF\xBF\xBD"));
    if (kind == Kind::maybe) i += 2;
    plain = i + 1;
  }
  out.append(utf8.substr(plain));
}

size_t find_forbidden(std::string_view utf8) {
  for (size_t i = 0; i < utf8.size(); ++i) {
    const Kind kind = kKinds[static_cast<unsigned char>(utf8[i])];
    if (kind == Kind::forbidden || (kind == Kind::maybe && noncharacter(utf8, i))) return i;
  }
  return std::string_view::npos;
}

}  // namespace beian::xml
