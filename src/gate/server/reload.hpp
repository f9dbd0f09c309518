// Follows a snapshot's file and the journal beside it: what has come is brought into memory and
// published while what was there goes on answering.
#pragma once

#include <optional>
#include <string>

#include "gate/file.hpp"
#include "gate/read_along.hpp"
#include "gate/server/metrics.hpp"

namespace beian::gate::server {

class Reloader {
 public:
  // `files`, already open, outlives it; `path` is their snapshot's.
  Reloader(ReadAlong& files, std::string path) : files_(files), path_(std::move(path)) {}

  // Takes what has come since. What cannot be taken is told and counted once, and read again only
  // when another file is there or somebody asks for it.
  void look(bool asked, Board& board);

 private:
  ReadAlong& files_;
  std::string path_;
  std::optional<FileIdentity> refused_;
};

}  // namespace beian::gate::server
