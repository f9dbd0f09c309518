#include "app/gate_sources.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <system_error>

#include "app/filed_files.hpp"
#include "app/gate_entries.hpp"
#include "registry/filed.hpp"

namespace beian::app {

namespace {

// A name is served, or not, whatever its number looks like; but it is told.
gate::PackedNumber packed(gate::ListReport& report, const std::string& number, size_t names,
                          std::string_view source, int64_t line) {
  const auto out = gate::pack_number(number);
  if (out || names == 0) return out.value_or(0);
  if (report.unnumbered == 0)
    report.first_unnumbered = {static_cast<uint64_t>(line), "number", number, std::string(source)};
  report.unnumbered += names;
  return 0;
}

void add(gate::ListReport& report, gate::Builder& builder, const gate::Entry& entry,
         std::string_view source, int64_t line) {
  ++report.lines;
  if (const auto kind = builder.add(entry); kind != gate::HostKind::name)
    report.refuse({static_cast<uint64_t>(line), std::string(gate::name_of(kind)),
                   std::string(entry.name), std::string(source)});
  else
    ++report.taken;
}

// Names that are served here, kept aside: of several entries of one name the last counts, and one
// service here is enough. A file without a name, as a large provider has millions.
class Aside {
 public:
  Aside() : file_(std::tmpfile()) {
    if (!file_) throw std::system_error(errno, std::generic_category(), "temporary file");
  }
  void put(const std::string& name, gate::PackedNumber number) {
    const auto size = static_cast<uint32_t>(name.size());
    write(&size, sizeof size);
    write(&number, sizeof number);
    write(name.data(), size);
  }
  template <class F>
  void each(const F& f) {
    if (std::fseek(file_.get(), 0, SEEK_SET) != 0)
      throw std::system_error(errno, std::generic_category(), "temporary file");
    std::string name;
    uint32_t size = 0;
    gate::PackedNumber number = 0;
    while (read(&size, sizeof size) && read(&number, sizeof number)) {
      name.resize(size);
      if (!read(name.data(), size)) break;
      f(name, number);
    }
    if (std::ferror(file_.get()) != 0)
      throw std::system_error(errno, std::generic_category(), "temporary file");
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void write(const void* bytes, size_t size) {
    if (std::fwrite(bytes, 1, size, file_.get()) != size)
      throw std::system_error(errno, std::generic_category(), "temporary file");
  }
  bool read(void* bytes, size_t size) { return std::fread(bytes, 1, size, file_.get()) == size; }
  std::unique_ptr<std::FILE, Close> file_;
};

void add_record(gate::ListReport& report, gate::Builder& builder, Aside& ours, int64_t own_provider,
                const std::string& source, const FileRecord& record) {
  const auto filed = record.problems.empty()
                         ? registry::read_filed(record.record, false)
                         : Result<registry::Filed>(std::unexpected(record.problems));
  if (!filed) {
    ++report.lines;
    const auto& first = filed.error().front();
    return report.refuse({static_cast<uint64_t>(record.line), first.field,
                          problem_text(first.code, first.args, Language::en), source});
  }
  for (const auto& service : filed->services) {
    const bool here =
        std::ranges::find(service.accesses, own_provider, &registry::Filed::Access::provider) !=
        service.accesses.end();
    const auto number = packed(report, service.number, service.domains.size(), source, record.line);
    for (const auto& domain : service.domains) {
      if (here)
        ours.put(domain.name, number);
      else
        add(report, builder,
            {.name = domain.name, .number = number, .standing = gate::Standing::elsewhere}, source,
            record.line);
    }
  }
}

}  // namespace

gate::ListReport add_registry(db::Tx& tx, gate::Builder& builder,
                              const std::function<void()>& step) {
  gate::ListReport report;
  registry::each_name(tx, [&](const registry::NameStanding& standing) {
    step();
    const gate::Entry entry = gate_entry(standing);
    if (entry.number == 0) packed(report, standing.filing_number, 1, "registry", 0);
    add(report, builder, entry, "registry", 0);
    return true;
  });
  return report;
}

Result<gate::ListReport> add_libraries(const std::vector<std::string>& paths, int64_t own_provider,
                                       gate::Builder& builder, const std::function<void()>& step) {
  gate::ListReport report;
  Aside ours;
  for (const auto& path : paths) {
    const auto format = format_of(path);
    if (!format) return fail(format);
    const auto read = read_filed(path, *format, [&](const FileRecord& record) {
      step();
      add_record(report, builder, ours, own_provider, path, record);
      return true;
    });
    if (!read) return fail(read);
  }
  ours.each([&](const std::string& name, gate::PackedNumber number) {
    add(report, builder, {.name = name, .number = number, .standing = gate::Standing::filed},
        "library", 0);
  });
  return report;
}

}  // namespace beian::app
