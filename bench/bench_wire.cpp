// The wire: a full upload of 50 MB on its way out, step by step; reading it; and a synchronisation
// file read as a stream, beside libxml2's own text reader over the same file. Each number is the
// median of several runs, the peak of memory that of a process of its own.
// Columns: by the clock, of the processor, speed by the latter. Usage: bench_wire [MEGABYTES of the
// synchronisation file, default 500]
#include <libxml/xmlreader.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"
#include "wire/returns.hpp"
#include "wire/samples_for_tests.hpp"
#include "wire/soap.hpp"

namespace {

using namespace beian;
using namespace beian::wire;

constexpr int kRuns = 5;
constexpr double kMB = 1e6;

// By the clock and of the processor: what else runs on the machine makes the first one longer.
struct Took {
  double clock = 0, processor = 0;
};

double now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

Took measure(const std::function<void()>& work) {
  const double clock = now(CLOCK_MONOTONIC), processor = now(CLOCK_PROCESS_CPUTIME_ID);
  work();
  return {now(CLOCK_MONOTONIC) - clock, now(CLOCK_PROCESS_CPUTIME_ID) - processor};
}

Took median(const std::vector<Took>& all) {
  const auto middle = [&](double Took::*member) {
    std::vector<double> values;
    for (const Took& one : all) values.push_back(one.*member);
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  return {middle(&Took::clock), middle(&Took::processor)};
}

Took median_of(const std::function<void()>& work) {
  std::vector<Took> all;
  for (int i = 0; i < kRuns; ++i) all.push_back(measure(work));
  return median(all);
}

void row(const char* name, size_t bytes, Took took) {
  std::printf("  %-36s %8.3f s %8.3f s %8.0f MB/s\n", name, took.clock, took.processor,
              static_cast<double>(bytes) / kMB / took.processor);
}

template <class F>
auto timed(const char* name, size_t bytes, F f) {
  decltype(f()) result{};
  row(name, bytes, median_of([&] { result = f(); }));
  return result;
}

// ---- an upload

const Element& new_filing(const Profile& profile) {
  return profile.document("UploadData").children.front().children.front().children.front();
}

// A new filing with five pictures that make one of 90 in 50 MB.
Json filing(const Profile& profile, size_t picture_bytes) {
  Json record = Sampler(Sampler::Amount::least).value(new_filing(profile));
  Json list = Json::array();
  for (int i = 0; picture_bytes > 0 && i < 5; ++i) {
    Json attachment =
        *parse_json(R"({"format":1,"purpose":1,"content":"","owner":{"kind":1,"id":1}})");
    attachment.set("content", base64_encode(random_bytes(picture_bytes)));
    list.push(std::move(attachment));
  }
  if (list.size() > 0) record.set("attachments", std::move(list));
  return record;
}

std::string build(const std::shared_ptr<const Profile>& profile, const std::vector<Json>& records) {
  UploadBuilder builder(profile, "icp", "new_filings", 1);
  for (const Json& record : records) {
    const auto added = builder.add(record);
    if (!added) throw std::runtime_error(added.error().front().field);
    if (*added == UploadBuilder::Added::full) break;
  }
  return builder.finish();
}

void upload(const char* title, size_t records, size_t picture_bytes) {
  const auto profile = *Profile::named("miit-3.0");
  std::vector<Json> filings;
  for (size_t i = 0; i < records; ++i) filings.push_back(filing(*profile, picture_bytes));
  const EnvelopeKeys keys{Encryption::aes128cbc, Secret("0123456789abcdef"),
                          Secret("fedcba9876543210")};
  const size_t size = build(profile, filings).size();
  std::printf("%s: %zu records, %.1f MB\n", title, records, static_cast<double>(size) / kMB);
  const auto xml = timed("build the document", size, [&] { return build(profile, filings); });
  const auto sealed =
      timed("seal it (zip, MD5, AES, base64)", size, [&] { return seal_envelope(xml, keys); });
  const auto wsdl = read_wsdl({write_wsdl("upDownLoad", "http://127.0.0.1/", "urn:x", "ispId")});
  const Call call{"isp_upload", {{"beianInfo", sealed.beian_info}}};
  const auto request = timed("write the SOAP request", size,
                             [&] { return write_request(*wsdl->find("isp_upload"), call); });
  const Took whole = median_of([&] {
    const Call one{"isp_upload",
                   {{"beianInfo", seal_envelope(build(profile, filings), keys).beian_info}}};
    if (write_request(*wsdl->find("isp_upload"), one).empty()) throw std::runtime_error("nothing");
  });
  row("all of it, as one", size, whole);
  if (picture_bytes > 0)
    std::printf(
        "  building a full upload, to the 2 s allowed: %.2f by the clock, %.2f of the processor\n",
        whole.clock / 2, whole.processor / 2);
  const auto read =
      timed("read the SOAP request", size, [&] { return std::optional(read_request(request)); });
  const auto opened =
      timed("open it", size, [&] { return std::optional(open_envelope(sealed, keys)); });
  const auto model = timed("decode and validate", size, [&] {
    return std::optional(decode(*profile, "UploadData", opened->value()));
  });
  if (*read->value().find("beianInfo") != sealed.beian_info ||
      *encode(*profile, "UploadData", model->value()) != xml)
    throw std::runtime_error("what came back is not what went");
}

// ---- a synchronisation file

// Filed records as an authority knows them: an entity, two services, names in Chinese.
std::string synchronisation_record(const Profile& profile) {
  const std::string golden = std::string(BEIAN_SOURCE_DIR) + "/tests/golden/wire/filed.json";
  std::ifstream in(golden);
  Json model = *parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  Json& filed = *model.find("icp")->find("filed");
  Json& services = *filed.items()[0].find("services");
  services.push(Json(services.at(0)));
  const auto xml = encode(profile, "DownloadData",
                          Json::object({{"synchronisation", Json::object({{"filed", filed}})}}));
  if (!xml) throw std::runtime_error(xml.error().front().field);
  return *xml;
}

void write_file(const std::string& path, const Profile& profile, size_t bytes) {
  const std::string one = synchronisation_record(profile);
  const size_t first = one.find("<Baxx>"), behind = one.find("</Baxx>") + 7;
  const std::string record = one.substr(first, behind - first);
  std::ofstream out(path, std::ios::binary);
  out << one.substr(0, first);
  for (size_t done = 0; done < bytes; done += record.size()) out << record;
  out << one.substr(behind);
}

// In a process of its own; its seconds and its peak.
struct Measured {
  Took took;
  size_t peak = 0;
};
Measured measured(const std::function<void()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    const Took took = measure(work);
    _exit(write(ends[1], &took, sizeof took) == sizeof took ? 0 : 1);
  }
  Measured result;
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (status != 0 || read(ends[0], &result.took, sizeof result.took) != sizeof result.took)
    throw std::runtime_error("the measured process failed");
  close(ends[0]);
  close(ends[1]);
  result.peak = static_cast<size_t>(usage.ru_maxrss) * 1024;
  return result;
}

Measured median_measured(const std::function<void()>& work) {
  std::vector<Took> all;
  Measured result;
  for (int i = 0; i < kRuns; ++i) {
    const Measured one = measured(work);
    all.push_back(one.took);
    result.peak = std::max(result.peak, one.peak);
  }
  result.took = median(all);
  return result;
}

void stream_file(const std::string& path, const Profile& profile) {
  std::ifstream in(path, std::ios::binary);
  std::vector<char> buffer(64u * 1024);
  size_t records = 0;
  const auto read = decode_stream(
      profile, "DownloadData",
      [&]() -> Result<std::string_view> {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        return std::string_view(buffer.data(), static_cast<size_t>(in.gcount()));
      },
      [&](const RecordAt&, const Json&) { return ++records > 0; });
  if (!read || records == 0) _exit(1);
}

void pass_with_text_reader(const std::string& path) {
  xmlTextReaderPtr reader =
      xmlReaderForFile(path.c_str(), nullptr, XML_PARSE_NONET | XML_PARSE_HUGE);
  int more = 1;
  while ((more = xmlTextReaderRead(reader)) == 1) continue;
  xmlFreeTextReader(reader);
  if (more != 0) _exit(1);
}

void synchronisation(size_t megabytes) {
  const auto profile = *Profile::named("miit-3.0");
  const std::string path =
      (std::filesystem::temp_directory_path() / ("bench-sjtb-" + std::to_string(getpid()) + ".xml"))
          .string();
  write_file(path, *profile, megabytes * 1'000'000);
  const size_t size = std::filesystem::file_size(path);
  std::printf("synchronisation file: %.0f MB\n", static_cast<double>(size) / kMB);
  const Measured theirs = median_measured([&] { pass_with_text_reader(path); });
  row("libxml2's text reader, nothing else", size, theirs.took);
  const Measured ours = median_measured([&] { stream_file(path, *profile); });
  row("decode_stream, validated records", size, ours.took);
  std::filesystem::remove(path);
  std::printf("  speed, ours to theirs: %.2f by the clock, %.2f of the processor (0.50 wanted)\n",
              theirs.took.clock / ours.took.clock, theirs.took.processor / ours.took.processor);
  std::printf("  peak of memory: %.0f MB, ratio to the 150 MB allowed: %.2f\n",
              static_cast<double>(ours.peak) / kMB, static_cast<double>(ours.peak) / 150e6);
}

}  // namespace

int main(int argc, char** argv) {
  // First: the measured processes begin with what this one holds.
  synchronisation(argc > 1 ? static_cast<size_t>(std::atol(argv[1])) : 500);
  upload("full upload, five pictures a record", 90, 86'000);
  upload("upload without pictures", 1000, 0);
}
