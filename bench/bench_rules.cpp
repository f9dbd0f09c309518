// Rules: the full judgement of an order under all rules of a province, no network. The orders are
// the samples of data/rules/cases, as they are (little is found) and with much that is wrong, so
// that texts are made. Speed is of one core, by the processor's time.
// Usage: bench_rules [ROUNDS over all provinces, default 300]
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/embedded.hpp"
#include "rules/evaluate.hpp"

namespace {

using namespace beian;
using namespace beian::rules;

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

Facts sample(const std::string& name, int64_t province) {
  static const Json samples = *parse_json(embedded::file("data/rules/cases/samples.json"));
  Json facts = samples["samples"][name];
  facts.set("province", province);
  return *read_facts(facts);
}

// Everything that a careless applicant gets wrong.
Facts spoilt(Facts facts) {
  facts.entity.business_scope =
      "教育咨询；文化艺术交流策划咨询；图书、期刊、音像制品零售；药品、医疗器械销售；影视推广；"
      "以自有资金对外投资；软件开发；信息技术咨询服务；网络与信息安全软件开发；广告设计、代理";
  facts.entity.address = "市辖区样例路";
  for (auto& person : facts.persons) {
    person.birth = facts.today - std::chrono::days(5000);
    person.certificate_until = facts.today + std::chrono::days(10);
    person.emergency_mobile = person.mobile;
    person.mobile_province = 0;
    person.mobile_elsewhere = person.certificate_elsewhere = true;
    person.legal_representative = false;
  }
  for (auto& service : facts.services) {
    service.name = "中国教育新闻论坛#";
    for (auto& domain : service.domains) {
      domain.expires = facts.today;
      domain.holder = "样例丁";
      domain.real_name = false;
    }
  }
  return facts;
}

struct Speed {
  double per_second = 0;
  size_t rules = 0, told = 0;
};

Speed measure(const Engine& engine, const Facts& facts, int rounds) {
  Speed out;
  const Verdict once = engine.evaluate(facts);  // prepares the case
  out.rules = once.in_force.size();
  out.told = once.findings.size() + once.cannot_tell.size() + once.demands.size();
  const double start = processor_seconds();
  size_t found = 0;
  for (int i = 0; i < rounds; ++i) found += engine.evaluate(facts).in_force.size();
  if (found == 0) std::abort();  // so that nothing is left out
  out.per_second = rounds / (processor_seconds() - start);
  return out;
}

void row(const Engine& engine, const char* title, const char* name, bool much, int rounds) {
  double time = 0, slowest = 0;
  size_t rules = 0, told = 0, count = 0;
  for (const auto& [province, book] : engine.set().books()) {
    if (province == 0) continue;
    const Facts facts = much ? spoilt(sample(name, province)) : sample(name, province);
    const Speed speed = measure(engine, facts, rounds);
    time += 1 / speed.per_second;
    slowest = std::max(slowest, 1 / speed.per_second);
    rules += speed.rules;
    told += speed.told;
    ++count;
  }
  const auto n = static_cast<double>(count);
  std::printf("  %-28s %9.0f /s %12.0f /s %8.0f %8.0f\n", title, n / time, 1 / slowest,
              static_cast<double>(rules) / n, static_cast<double>(told) / n);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 300;
  double start = processor_seconds();
  const RuleSet& set = RuleSet::builtin();
  std::printf("Rules read and checked in %.0f ms\n", (processor_seconds() - start) * 1e3);
  const Engine engine(set);
  start = processor_seconds();
  engine.evaluate(sample("enterprise", 440000));
  std::printf("A case prepared in %.2f ms\n\n", (processor_seconds() - start) * 1e3);
  std::printf("  %-28s %12s %15s %8s %8s\n", "orders of all provinces", "mean", "slowest", "rules",
              "told");
  row(engine, "website of an enterprise", "enterprise", false, rounds);
  row(engine, "  much is wrong", "enterprise", true, rounds);
  row(engine, "website of an individual", "individual", false, rounds);
  row(engine, "  much is wrong", "individual", true, rounds);
  row(engine, "app of an enterprise", "enterprise-app", false, rounds);
  row(engine, "  much is wrong", "enterprise-app", true, rounds);
}
