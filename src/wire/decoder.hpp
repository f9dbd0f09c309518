// Builds the model while a document is read once, and checks it against the profile: what decode()
// and decode_stream() share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/xml/xml.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"

namespace beian::wire {

class Decoder {
 public:
  Decoder(const Profile& profile, std::string_view root, size_t max_records)
      : profile_(profile), root_(profile.document(root)), max_records_(max_records) {}

  // Records are handed on, and none may be larger than this.
  void hand_on(const OnRecord& on_record, const OnFaulty& on_faulty, size_t max_record_bytes) {
    streams_ = true;
    on_record_ = on_record;
    on_faulty_ = on_faulty;
    max_record_bytes_ = max_record_bytes;
  }
  // To be told of what is read; it must not outlive this.
  xml::Events events();

  Problems take_problems() { return std::move(problems_); }
  Json take_model() { return std::move(model_); }

 private:
  struct Frame {
    const Element* element;
    size_t index;         // from 1; 0: not repeated
    size_t counts;        // where those of its children begin in counts_
    size_t position = 0;  // in a sequence: the child that was read last
    bool stray_text = false;
    Json object = Json::object();
  };

  // Each answers whether to read on.
  bool start(std::string_view name, const xml::Attributes& attributes);
  bool start_root(std::string_view name, const xml::Attributes& attributes);
  bool check_attributes(const xml::Attributes& attributes);
  bool end();
  bool end_leaf();
  bool text(std::string_view utf8);

  void push(const Element& element, size_t index);
  const Element* find_child(std::string_view name) const;
  bool place(Frame& frame, const Element& child);
  std::string_view chosen_other(const Frame& frame, size_t at) const;
  bool check_occurrences(const Frame& frame);
  bool stands(const Frame& frame, std::string_view name) const;
  void add(const Element& element, Json value);
  bool hand_on_record(Frame done);
  bool weigh(size_t bytes);

  std::string path() const;
  std::string leaf_path() const;
  // False when there is no sense in reading on.
  bool fault(std::string at, std::string reason, bool fatal = false);
  // The faults of the record that is being read are told apart from the document's.
  bool in_told_record() const { return on_faulty_ && record_frame_ != kNoRecord; }

  static constexpr size_t kNoRecord = static_cast<size_t>(-1);

  const Profile& profile_;
  const Element& root_;
  size_t max_records_;
  bool streams_ = false;
  OnRecord on_record_;
  OnFaulty on_faulty_;
  size_t max_record_bytes_ = 0;

  std::vector<Frame> stack_;
  std::vector<uint32_t> counts_;
  const Element* leaf_ = nullptr;
  size_t leaf_index_ = 0;
  bool nil_ = false;  // the leaf says that it is not there
  std::string text_;
  size_t skip_ = 0;  // depth inside an element that is not understood
  size_t records_ = 0;
  size_t record_frame_ = kNoRecord;              // of the record that is being read
  size_t record_weight_ = 0, other_weight_ = 0;  // bytes in it, and outside of all
  int line_ = 0, record_line_ = 0;
  size_t problems_before_ = 0;  // the record
  Problems problems_;
  Json model_;
};

}  // namespace beian::wire
