// What a picture says, read by a program of the machine (Tesseract): never linked, because pictures
// come from strangers (ADR 0040).
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::materials {

struct Reading {
  enum class State { read, unreadable, failed } state = State::failed;
  std::string text;     // read: UTF-8, at least one character that is no blank; else empty
  std::string program;  // "tesseract 5.3.0"
  TimePoint at;
};
std::string_view name_of(Reading::State state);  // "read", "unreadable", "failed"

// The program that reads, and what it says it is.
struct ReadingProgram {
  std::string path;     // as the setting names it
  std::string version;  // "tesseract 5.3.0"
};
// Runs it to see whether it can be used. `trouble` says in English why not; empty: it can.
struct ProgramFound {
  ReadingProgram program;
  std::string trouble;
};
ProgramFound find_program(const std::string& path);

// Of a JPEG or PNG as it was uploaded, upright or not; takes seconds, at most two minutes. `failed`
// when the program ended in no good way, took too long or was stopped. Throws std::system_error
// when it cannot be started.
Reading read_picture(const ReadingProgram& program, std::string_view picture, TimePoint now,
                     const std::stop_token& stop = {});

// --- as kept, sealed and bound to the material ---

// In the place of an earlier one. False: the material is gone, nothing is kept.
bool keep_reading(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& material_id,
                  const Reading& reading);
std::optional<Reading> find_reading(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& material_id);

}  // namespace beian::materials
