// isp_download and isp_downloadack: the same file again and again until it is acknowledged.
#include "base/text.hpp"
#include "sandbox/calls.hpp"
#include "sandbox/notices.hpp"

namespace beian::sandbox {

wire::Return download(const Context& context, const Provider& provider) {
  std::optional<Download> file;
  bool more = false;
  context.database->write([&](db::Tx& tx) {
    const int64_t id = provider.account.provider_id;
    lock_provider(tx, id);
    file = current_download(tx, provider, context.options.notices_per_file,
                            to_ms(context.clock.now()));
    more = file && more_waiting(tx, id);
  });
  if (!file) return answer(2);
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
