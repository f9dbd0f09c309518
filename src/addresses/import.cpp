#include "addresses/import.hpp"

#include <set>
#include <tuple>

#include "addresses/edit.hpp"
#include "addresses/line.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace beian::addresses {
namespace {

constexpr size_t kChunk = 1000;

enum class Effect { created, changed, unchanged, bad };

// What a line is about, to know a record that is named twice.
using Key = std::tuple<int, uint32_t, uint32_t, int64_t>;
Key key_of(const Line& line, Ends ends) {
  const int64_t unit = line.block == Block::broadcast ? unit_of(line.block, line.document) : 0;
  return {static_cast<int>(line.block), ends.first, ends.last, unit};
}

class Importer {
 public:
  Importer(const Context& context, std::istream& in, const ImportOptions& options, Link link)
      : context_(context),
        in_(in),
        options_(options),
        link_(std::move(link)),
        store_(context.cipher) {}

  Result<ImportReport> run() {
    ImportReport report;
    if (auto fits = few_enough(); !fits) return fail(fits);
    if (options_.good_lines && !options_.dry_run) {
      if (auto done = pass(report, Write::by_chunk, nullptr); !done) return fail(done);
      report.applied = true;
      return report;
    }
    if (auto looked = pass(report, Write::nothing, nullptr); !looked) return fail(looked);
    if (options_.dry_run || report.bad > 0) return report;
    // Nothing was wrong with the lines; what changed meanwhile stops the whole.
    Status done;
    const Status written = context_.database->write_result([&](db::Tx& tx) -> Status {
      report = {};
      done = pass(report, Write::all, &tx);
      if (!done) return done;
      return report.bad == 0 ? Status{} : fail(ProblemCode::conflict);  // undoes the whole
    });
    if (!done) return fail(done);
    report.applied = written.has_value();
    return report;
  }

 private:
  enum class Write { nothing, by_chunk, all };

  // Before the first line is written, for good lines are written as they come.
  Status few_enough() {
    in_.clear();
    in_.seekg(0);
    csv::Reader reader(in_);
    csv::Record record;
    for (int64_t lines = 0; reader.next(record) == csv::Reader::Got::record; ++lines)
      if (lines > kMostLines)  // the header is one more
        return fail(ProblemCode::too_many, "/file", {{"max", std::to_string(kMostLines)}});
    return {};
  }

  // Once through the file, a thousand lines at a time.
  Status pass(ImportReport& report, Write write, db::Tx* tx) {
    in_.clear();
    in_.seekg(0);
    report.encoding = csv::sniff(in_);
    seen_.clear();
    csv::Reader reader(in_);
    auto header = header_of(reader, report);
    if (!header) return fail(header);
    std::vector<Line> chunk;
    for (bool more = true; more;) {
      chunk.clear();
      while (chunk.size() < kChunk && (more = read(reader, *header, report, chunk))) {
      }
      place(chunk, report, write, tx);
      if (options_.progress && !chunk.empty()) options_.progress(report.lines);
    }
    return {};
  }

  Result<Header> header_of(csv::Reader& reader, const ImportReport& report) {
    csv::Record record;
    if (reader.next(record) != csv::Reader::Got::record)
      return fail(ProblemCode::required, "/header");
    if (!csv::to_utf8(record, report.encoding).empty())
      return fail(ProblemCode::bad_encoding, "/header",
                  {{"encoding", std::string(name_of(report.encoding))}});
    return read_header(record.cells, options_.block.has_value());
  }

  bool read(csv::Reader& reader, const Header& header, ImportReport& report,
            std::vector<Line>& chunk) {
    csv::Record record;
    const auto got = reader.next(record);
    if (got == csv::Reader::Got::end) return false;
    ++report.lines;
    if (got != csv::Reader::Got::record) {
      Line line;
      line.number = record.line;
      line.problems.push_back(
          {record.line, "",
           got == csv::Reader::Got::unclosed
               ? Problem{ProblemCode::bad_format, "", {}}
               : Problem{
                     ProblemCode::too_long, "", {{"max", std::to_string(csv::kMostRecordBytes)}}}});
      chunk.push_back(std::move(line));
      return false;
    }
    Line line = read_line(header, std::move(record), report.encoding, options_, link_.unit);
    if (line.problems.empty() && !seen_.insert(key_of(line, *ends_of(line.document))).second)
      line.problems.push_back(
          {line.number, header.title_of("from"), {ProblemCode::duplicate, "/from", {}}});
    chunk.push_back(std::move(line));
    return true;
  }

  void place(std::vector<Line>& chunk, ImportReport& report, Write write, db::Tx* tx) {
    ImportReport part;
    const auto work = [&](db::Tx& in) {
      part = {};
      for (const auto& line : chunk) count(part, line, write != Write::nothing, in);
    };
    if (tx)
      work(*tx);
    else if (write == Write::nothing)
      context_.database->read(work);
    else
      context_.database->write(work);
    report.created += part.created;
    report.changed += part.changed;
    report.unchanged += part.unchanged;
    report.bad += part.bad;
    for (auto& problem : part.problems)
      if (report.problems.size() < kMostLineProblems) report.problems.push_back(std::move(problem));
  }

  void count(ImportReport& part, const Line& line, bool write, db::Tx& tx) {
    std::vector<LineProblem> problems = line.problems;
    Effect effect = Effect::bad;
    if (problems.empty()) {
      const auto done = put(tx, line, write);
      if (done)
        effect = *done;
      else
        for (const auto& problem : done.error())
          problems.push_back({line.number, column_of(problem), problem});
    }
    for (auto& problem : problems) part.problems.push_back(std::move(problem));
    (effect == Effect::created     ? part.created
     : effect == Effect::changed   ? part.changed
     : effect == Effect::unchanged ? part.unchanged
                                   : part.bad) += 1;
  }

  static std::string column_of(const Problem& problem) {
    return problem.field == "/id" ? std::string(kIdColumn) : std::string();
  }

  Result<Effect> put(db::Tx& tx, const Line& line, bool write) {
    const auto ends = ends_of(line.document);
    auto record = line.id.empty() ? store_.by_range(tx, link_.id, line.block, *ends,
                                                    unit_of(line.block, line.document))
                                  : store_.load(tx, line.id);
    if (!line.id.empty() && (!record || record->link != link_.id || record->block != line.block ||
                             record->standing.state == State::deleted))
      return fail(ProblemCode::not_found, "/id");
    const TimePoint now = context_.clock.now();
    if (!record) {
      if (!write) return Effect::created;
      const auto made = create(tx, now, store_, link_, line.block, line.document, options_.actor);
      if (!made) return fail(made);
      return Effect::created;
    }
    if (record->document == line.document) return Effect::unchanged;
    if (!write) {
      Record moved = *record;
      if (auto able = move(moved, Event::edit); !able) return fail(able);
      return Effect::changed;
    }
    const auto changed = change(tx, now, store_, link_, *record, line.document, options_.actor);
    if (!changed) return fail(changed);
    return *changed ? Effect::changed : Effect::unchanged;
  }

  const Context& context_;
  std::istream& in_;
  const ImportOptions& options_;
  const Link link_;
  const Store store_;
  std::set<Key> seen_;
};

}  // namespace

Result<ImportReport> import_csv(const Context& context, std::istream& in,
                                const ImportOptions& options) {
  auto link = link_named(context, options.link);
  if (!link) return fail(link);
  return Importer(context, in, options, std::move(*link)).run();
}

Json report_json(const ImportReport& report, Language language) {
  Json problems = Json::array();
  for (const auto& one : report.problems)
    problems.push(
        Json::object({{"line", one.line},
                      {"column", one.column},
                      {"code", spec_of(one.problem.code).name},
                      {"detail", problem_text(one.problem.code, one.problem.args, language)}}));
  return Json::object({{"encoding", name_of(report.encoding)},
                       {"applied", report.applied},
                       {"lines", report.lines},
                       {"created", report.created},
                       {"changed", report.changed},
                       {"unchanged", report.unchanged},
                       {"bad", report.bad},
                       {"problems", std::move(problems)}});
}

}  // namespace beian::addresses
