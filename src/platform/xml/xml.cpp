#include "platform/xml/xml.hpp"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
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
  virtual void at_line(int) {}
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

  bool ended() const { return stopped || thrown || !refused.empty(); }
  void stop() { xmlStopParser(context); }
  void refuse(std::string reason) {
    if (refused.empty()) refused = std::move(reason);
    stop();
  }
  // No exception may pass through C.
  template <class F>
  void call(F f) {
    if (ended()) return;
    try {
      handler->at_line(context->input != nullptr ? context->input->line : 0);
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

// NOENT puts the five predefined entities into attribute values as characters; others cannot be
// declared, because the reading ends at a document type declaration.
constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT | XML_PARSE_NOERROR |
                         XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC;

using Context = std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)>;

Context make_context(Reading& r, Handler& handler, const Limits& limits) {
  const xmlSAXHandler& handlers = sax();
  Context context(xmlNewParserCtxt(), xmlFreeParserCtxt);
  if (context == nullptr) throw std::bad_alloc();
  *context->sax = handlers;
  r.handler = &handler;
  r.context = context.get();
  r.max_depth = limits.max_depth;
  r.max_elements = limits.max_elements;
  context->_private = &r;
  return context;
}

Status outcome(const Reading& r) {
  const xmlParserCtxt& context = *r.context;
  const int line = context.input != nullptr ? context.input->line : context.lastError.line;
  if (r.thrown) std::rethrow_exception(r.thrown);
  if (!r.refused.empty()) return refuse(line, r.refused);
  if (r.stopped) return {};
  if (context.wellFormed == 0) {
    const char* message = context.lastError.message;
    return refuse(context.lastError.line, message != nullptr ? message : "not well-formed");
  }
  return {};
}

Status read_utf8(std::string_view utf8, Handler& handler, const Limits& limits) {
  if (utf8.size() > std::numeric_limits<int>::max()) return refuse(0, "the document is too large");
  if (utf8.empty()) return refuse(0, "the document is empty");
  if (const char* reason = Guard(limits.max_attributes).feed(utf8)) return refuse(0, reason);
  Reading r;
  const Context context = make_context(r, handler, limits);
  xmlDocPtr none = xmlCtxtReadMemory(context.get(), utf8.data(), static_cast<int>(utf8.size()),
                                     nullptr, nullptr, kOptions);
  if (none != nullptr) xmlFreeDoc(none);
  return outcome(r);
}

// Between a source of bytes and libxml2, which asks for some characters at a time.
class Feed {
 public:
  Feed(const Source& source, const Limits& limits)
      : source_(source),
        max_bytes_(limits.max_bytes),
        transcoder_(limits.mark_wrong_bytes),
        guard_(limits.max_attributes, limits.max_markup) {}

  // The next `size` bytes of UTF-8, less only at the end; -1 when the document is refused.
  int read(char* into, size_t size) {
    size_t done = 0;
    while (done < size) {
      if (at_ == ready_.size() && !refill()) break;
      const size_t n = std::min(size - done, ready_.size() - at_);
      ready_.copy(into + done, n, at_);
      at_ += n;
      done += n;
    }
    return done == 0 && !status_ ? -1 : static_cast<int>(done);
  }
  const Status& status() const { return status_; }
  bool anything() const { return anything_; }

 private:
  static constexpr size_t kPiece = 64u * 1024;

  // Whether there is more.
  bool refill() {
    ready_.clear();
    at_ = 0;
    while (ready_.empty() && status_ && !finished_) {
      if (piece_.empty()) ask();
      if (!status_) break;
      finished_ = piece_.empty();
      status_ = finished_ ? transcoder_.finish(ready_)
                          : transcoder_.feed(piece_.substr(0, kPiece), ready_);
      piece_.remove_prefix(std::min(kPiece, piece_.size()));
    }
    if (const char* reason = guard_.feed(ready_); reason != nullptr && status_)
      status_ = refuse(0, reason);
    if (!status_) ready_.clear();
    anything_ = anything_ || !ready_.empty();
    return !ready_.empty();
  }
  void ask() {
    auto next = source_();
    if (!next) {
      status_ = fail(next);
      return;
    }
    piece_ = *next;
    total_ += piece_.size();
    if (total_ > max_bytes_) status_ = refuse(0, "the document is too large");
  }

  const Source& source_;
  size_t max_bytes_, total_ = 0;
  Transcoder transcoder_;
  Guard guard_;
  std::string_view piece_;  // of the source
  std::string ready_;       // in UTF-8, from at_ on
  size_t at_ = 0;
  bool finished_ = false, anything_ = false;
  Status status_;
};

struct Stream {
  Feed feed;
  Reading* reading;
};

// -1 ends the reading; stopping the parser here would take its input away under its feet.
int on_more(void* user, char* into, int size) {
  auto& [feed, reading] = *static_cast<Stream*>(user);
  if (reading->ended()) return -1;
  try {
    return feed.read(into, static_cast<size_t>(size));
  } catch (...) {
    reading->thrown = std::current_exception();
    return -1;
  }
}

Status read_source(const Source& source, Handler& handler, const Limits& limits) {
  Reading r;
  const Context context = make_context(r, handler, limits);
  Stream stream{Feed(source, limits), &r};
  xmlCtxtUseOptions(context.get(), kOptions);
  // HUGE lifts the limit of names as well, and they are kept until the end.
  xmlDictSetLimit(context->dict, limits.max_markup);
  xmlParserInputBufferPtr buffer =
      xmlParserInputBufferCreateIO(on_more, nullptr, &stream, XML_CHAR_ENCODING_NONE);
  if (buffer == nullptr) throw std::bad_alloc();
  xmlParserInputPtr input = xmlNewIOInputStream(context.get(), buffer, XML_CHAR_ENCODING_NONE);
  if (input == nullptr) {
    xmlFreeParserInputBuffer(buffer);
    throw std::bad_alloc();
  }
  inputPush(context.get(), input);
  xmlParseDocument(context.get());
  if (context->myDoc != nullptr) {
    xmlFreeDoc(context->myDoc);
    context->myDoc = nullptr;
  }
  if (!r.ended()) {
    if (!stream.feed.status()) return stream.feed.status();
    if (!stream.feed.anything()) return refuse(0, "the document is empty");
  }
  return outcome(r);
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
  void at_line(int line) override {
    if (events_.line != nullptr) *events_.line = line;
  }

 private:
  const Events& events_;
};

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

Status read(const Source& source, const Events& events, const Limits& limits) {
  Forwarder forwarder(events);
  return read_source(source, forwarder, limits);
}

}  // namespace beian::xml
