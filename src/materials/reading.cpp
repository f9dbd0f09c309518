#include "materials/reading.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include "base/text.hpp"
#include "platform/image/image.hpp"
#include "platform/log/log.hpp"
#include "platform/process/process.hpp"

namespace beian::materials {
namespace {

constexpr std::string_view kLanguage = "chi_sim";
// A picture that a person can hold beside the order has a few hundred characters.
constexpr size_t kMostText = size_t{64} * 1024;
constexpr Millis kReadingTime{60'000}, kAnswerTime{10'000};
constexpr size_t kLargestPicture = size_t{4} * 1024 * 1024;

process::End run(const std::string& path, std::vector<std::string> arguments,
                 std::string_view input, Millis time, const std::stop_token& stop) {
  arguments.insert(arguments.begin(), path);
  return process::run({std::move(arguments), {"OMP_THREAD_LIMIT=1", "LC_ALL=C.UTF-8"}, input},
                      {.time = time, .output = kMostText, .stop = stop});
}

// What it says of itself: at the start of the server, which waits for it.
process::End ask(const std::string& path, const char* option) {
  return run(path, {option}, {}, kAnswerTime, {});
}

bool went_well(const process::End& end) {
  return end.kind == process::End::Kind::exited && end.code == 0;
}

// As a page of columns, and as one block of lines: forms and certificates are now this, now that,
// and each way loses what the other finds.
constexpr std::array kWays{"3", "6"};

// Up to the first byte that is no UTF-8, which a text that was cut has at its end.
std::string whole_characters(std::string text) {
  for (int most = 3; most > 0 && !text.empty() && !text::is_utf8(text); --most) text.pop_back();
  return text::is_utf8(text) ? text : std::string();
}

void tell_failure(const ReadingProgram& program, const process::End& end) {
  using enum process::End::Kind;
  log::warn("materials.program_failed",
            {{"program", program.path},
             {"why", end.kind == stopped    ? "stopped"
                     : end.kind == too_long ? "too long"
                     : end.kind == killed   ? "killed by signal " + std::to_string(end.code)
                                            : "exit code " + std::to_string(end.code)}});
}

bool says_something(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c > ' '; });
}

}  // namespace

std::string_view name_of(Reading::State state) {
  constexpr std::array<std::string_view, 3> kNames{"read", "unreadable", "failed"};
  return kNames.at(static_cast<size_t>(state));
}

ProgramFound find_program(const std::string& path) {
  ProgramFound out{{path, path}, {}};
  try {
    const auto version = ask(path, "--version");
    const std::string first = version.output.substr(0, version.output.find('\n'));
    if (went_well(version) && text::is_utf8(first) && says_something(first))
      out.program.version = first;
    const auto languages = ask(path, "--list-langs");
    const auto lines = text::split(languages.output, '\n');
    if (!went_well(languages))
      out.trouble = "it does not answer to --list-langs";
    else if (std::ranges::find(lines, kLanguage) == lines.end())
      out.trouble = "it has no data of " + std::string(kLanguage) + " (tesseract-ocr-chi-sim)";
  } catch (const std::system_error& thrown) {
    out.trouble = thrown.what();
  }
  return out;
}

Reading read_picture(const ReadingProgram& program, std::string_view picture, TimePoint now,
                     const std::stop_token& stop) {
  Reading out{Reading::State::failed, {}, program.version, now};
  // Upright, and only what our own decoder has taken for a picture.
  const auto jpeg = image::reencode_jpeg(picture, kLargestPicture);
  if (!jpeg) {
    out.state = Reading::State::unreadable;
    return out;
  }
  for (const auto* way : kWays) {
    const auto end =
        run(program.path, {"stdin", "stdout", "-l", std::string(kLanguage), "--psm", way}, *jpeg,
            kReadingTime, stop);
    if (!went_well(end) && end.kind != process::End::Kind::too_much) {
      tell_failure(program, end);
      return out;
    }
    out.text += whole_characters(end.output) + "\n";
  }
  const bool empty = !says_something(out.text);
  if (empty) out.text.clear();
  out.state = empty ? Reading::State::unreadable : Reading::State::read;
  return out;
}

}  // namespace beian::materials
