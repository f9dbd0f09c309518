// Reading pictures in the background: the job "materials.read", one for each material.
#pragma once

#include <memory>

#include "materials/reading.hpp"
#include "platform/blob/blob.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::materials {

struct ReadingContext {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  blob::Store& blobs;
  ReadingProgram program;
  std::stop_token stop{};  // requested: what is being read is left to the next start
};

// How often a picture is tried, with the queue's pauses: one that takes too long always does.
inline constexpr int kReadingAttempts = 3;

// The job's work.
Result<jobs::Outcome> read_material(const ReadingContext& context, const jobs::Job& job);
// Before Worker::start(). The worker should be one of its own: each job takes seconds of a
// processor.
void on_reading_jobs(jobs::Worker& worker, const std::shared_ptr<const ReadingContext>& context);

// Those that have been read, or were found to have no text, are not read again.
void ask_reading(db::Tx& tx, TimePoint now, const std::string& material_id);

}  // namespace beian::materials
