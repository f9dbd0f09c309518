#include "gate/server/reload.hpp"

#include "platform/log/log.hpp"

namespace beian::gate::server {

void Reloader::look(bool asked, Board& board) {
  const auto there = identity_of(path_);
  // One that is gone is about to come anew; until then nothing changes.
  if (!asked && (!there || there == refused_)) return;
  const auto before = files_.live().view()->snapshot;
  Pace pace;
  const auto done = files_.refresh(&pace);
  if (const auto view = files_.live().view(); view->snapshot != before) {
    log::info("gate.swapped", {{"entries", std::to_string(view->snapshot->entries())},
                               {"sequence", std::to_string(view->sequence)}});
    ++board.swaps;
  }
  refused_.reset();
  if (done) return;
  refused_ = there;
  ++board.refused_snapshots;
  const Problem& problem = done.error().front();
  log::error("gate.refused", {{"problem", problem_text(problem.code, problem.args, Language::en)}});
}

}  // namespace beian::gate::server
