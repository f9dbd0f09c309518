// Address records of every block and operation, as the reporting worker gets them.
#pragma once

#include <string>
#include <vector>

#include "addresses/sample_for_test.hpp"
#include "authority/address_reports.hpp"

namespace beian::authority::testing {

struct AddressSample {
  std::string operation;
  Json body;
};

// All four blocks × new, changed, deleted; of assignments each use, of brought-along ranges each
// kind of source.
inline std::vector<AddressSample> address_samples() {
  using addresses::Block, addresses::Operation;
  namespace samples = addresses::test;
  std::vector<std::pair<Block, Json>> documents = {{Block::source, samples::source()}};
  for (const int64_t use :
       {addresses::kUsed, addresses::kPassedOn, addresses::kSelfUsed, addresses::kReserved})
    documents.emplace_back(Block::assignment, samples::assignment(use));
  documents.emplace_back(Block::broadcast, samples::broadcast());
  for (const int64_t kind : {addresses::kFromElsewhere, addresses::kFromReportingUnit})
    documents.emplace_back(Block::own, samples::own(kind));

  std::vector<AddressSample> out;
  for (const auto operation : {Operation::add, Operation::change, Operation::remove})
    for (const auto& [block, document] : documents) {
      addresses::Record record;
      record.block = block;
      record.standing = {addresses::State::queued, operation};
      record.document = addresses::normalized(document);
      record.authority_id = 9001;
      out.push_back({operation_of(block, operation), address_body(record)});
    }
  return out;
}

}  // namespace beian::authority::testing
