// Writes model values as elements: what encode() and UploadBuilder share.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "wire/profile.hpp"

namespace beian::wire {

class Encoder {
 public:
  // Appends GBK to `out`.
  explicit Encoder(std::string& out) : out_(out) {}

  // A whole document with its declaration; paths leave out the root.
  void document(const Element& root, std::string_view version, const Json& model);
  // One occurrence of the element. `at` is the path of its parent; "[index]" follows the name when
  // index is not 0.
  void element(const Element& element, const Json& value, const std::string& at, size_t index = 0);
  // "<?xml …?><NAME version="…">".
  static void open_document(std::string& out, const Element& root, std::string_view version);
  Problems take_problems() { return std::move(problems_); }
  size_t records() const { return records_; }

 private:
  // Paths are needed only for faults, so the way there is a chain on the stack.
  struct Path {
    const Path* parent;
    const std::string* prefix;  // only where element is null: the outermost
    const Element* element;
    size_t index;  // from 1; 0: not repeated
  };
  void write(const Element& element, const Json& value, const Path& path);
  void write_leaf(const Element& element, const Json& value, const Path& path);
  void write_children(const Element& group, const Json& object, const Path& path);
  void write_choice(const Element& group, const Json& object, const Path& path);
  void write_child(const Element& child, const Json& object, const Path& path, bool required);
  void check_members(const Element& element, const Json& object, const Path& path);
  void tag(const Element& element, bool close);
  void fault(const Path& path, std::string_view child, std::string reason);
  static std::string to_string(const Path& path);

  std::string& out_;
  Problems problems_;
  size_t records_ = 0;
};

// Why a text is not one of the element's, empty when it is. Shared with reading.
std::string text_fault(const Element& element, std::string_view utf8);
std::string number_fault(const Element& element, int64_t value);

constexpr size_t kMaxProblems = 100;

}  // namespace beian::wire
