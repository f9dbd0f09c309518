// isp_download and isp_downloadack: the same file again and again until it is acknowledged.
#include "base/text.hpp"
#include "sandbox/calls.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/synchronise.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {
namespace {

// When a part of the library is next, writes its file and makes it the open one. Another call may
// have done so meanwhile: then its file stands. False when nothing of the library was next.
bool write_library_file(const Context& context, const Provider& provider) {
  const int64_t id = provider.account.provider_id;
  std::optional<LibraryTurn> turn;
  LibraryFile file;
  context.database->read([&](db::Tx& tx) {
    turn = library_turn(tx, id);
    if (!turn) return;
    const auto profile = wire::Profile::named(provider.account.profile);
    if (!profile) throw std::runtime_error("no profile " + provider.account.profile);
    file = write_library(tx, **profile, id, turn->part, context.options.synchronisation_bytes);
  });
  if (!turn) return false;
  const std::string blob = file.xml.empty() ? std::string{} : context.blobs.put(file.xml);
  context.database->write([&](db::Tx& tx) {
    lock_provider(tx, id);
    if (library_turn(tx, id) == turn)
      keep_library_file(tx, id, *turn, blob, file.next, to_ms(context.clock.now()));
  });
  return true;
}

}  // namespace

wire::Return download(const Context& context, const Provider& provider) {
  std::optional<Download> file;
  bool more = false;
  do {
    context.database->write([&](db::Tx& tx) {
      const int64_t id = provider.account.provider_id;
      lock_provider(tx, id);
      file = current_download(tx, provider, context.options.notices_per_file,
                              to_ms(context.clock.now()));
      more = file && more_waiting(tx, id);
    });
  } while (!file && write_library_file(context, provider));
  if (!file) return answer(2);
  if (!file->blob.empty()) {
    auto xml = context.blobs.get(file->blob);
    if (!xml) throw std::runtime_error("the bytes of a download are gone");
    file->xml = std::move(*xml);
  }
  wire::Return result = answer(more ? 3 : 0);
  wire::FileInfo info;
  info.envelope = wire::seal_envelope(file->xml, provider.keys());
  info.file_name = file->file_name;
  result.file = std::move(info);
  return result;
}

wire::Return download_ack(const Context& context, const Provider& provider,
                          const wire::Call& call) {
  const std::string name(text::trim(*call.find("fileName")));
  if (name.empty()) return answer(21);
  Ack ack = Ack::unknown;
  context.database->write([&](db::Tx& tx) {
    ack = acknowledge(tx, provider.account.provider_id, name, to_ms(context.clock.now()));
  });
  // Nothing is lost when an ack comes twice; a name that was never given is a mistake worth
  // telling.
  if (ack == Ack::unknown) return answer(999, "没有下发过文件 " + name);
  return answer(0);
}

}  // namespace beian::sandbox
