// Which addresses are called, and that the connection goes where the check looked.
#include "notices/webhook_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "notices/webhook_deliver.hpp"
#include "platform/http/server.hpp"

namespace beian::notices {
namespace {

// A resolver that has one answer for every name.
class NameServer {
 public:
  explicit NameServer(std::vector<std::string> ips) : ips_(std::move(ips)) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~NameServer() {
    ::shutdown(socket_, SHUT_RDWR);
    stop_ = true;
    // A datagram of our own ends the wait.
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    const int wake = ::socket(AF_INET, SOCK_DGRAM, 0);
    ::sendto(wake, "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::close(wake);
    thread_.join();
    ::close(socket_);
  }
  dns::Resolvers resolvers() const { return {.servers = "127.0.0.1:" + std::to_string(port_)}; }

 private:
  void serve() {
    while (!stop_) {
      std::string question(512, '\0');
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto n = ::recvfrom(socket_, question.data(), question.size(), 0,
                                reinterpret_cast<sockaddr*>(&from), &size);
      if (n < 17) continue;
      question.resize(static_cast<size_t>(n));
      const std::string answer = answer_to(question);
      ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }
  std::string answer_to(const std::string& question) const {
    size_t end = 12;
    while (question[end] != '\0') end += static_cast<size_t>(question[end]) + 1;
    const bool a = question[end + 2] == 1;
    std::string out = question.substr(0, 2) + std::string("\x81\x80\x00\x01", 4);
    const auto count = static_cast<char>(a ? ips_.size() : 0);
    out += std::string("\0", 1) + count + std::string(4, '\0') + question.substr(12, end - 7);
    for (const auto& ip : a ? ips_ : std::vector<std::string>{}) {
      in_addr address{};
      inet_pton(AF_INET, ip.c_str(), &address);
      out += std::string("\xC0\x0C\x00\x01\x00\x01\x00\x00\x00\x3C\x00\x04", 12);
      out.append(reinterpret_cast<const char*>(&address), 4);
    }
    return out;
  }
  std::vector<std::string> ips_;
  int socket_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

std::string refusal(const std::string& url, const WebhookOptions& options = {}) {
  const auto parsed = parse_address(options, url, "/url");
  if (parsed) return parsed->url;
  EXPECT_EQ(parsed.error().front().code, ProblemCode::webhook_address);
  EXPECT_EQ(parsed.error().front().field, "/url");
  return parsed.error().front().args.front().second;
}

TEST(WebhookAddress, TakesPublicHttpsOnly) {
  EXPECT_EQ(refusal("https://hooks.yangli-example.cn/a?b=c"),
            "https://hooks.yangli-example.cn:443/a?b=c");
  EXPECT_EQ(refusal("HTTPS://Hooks.Yangli-Example.CN:8443"),
            "https://hooks.yangli-example.cn:8443/");
  EXPECT_EQ(refusal("https://114.114.114.114/x"), "https://114.114.114.114:443/x");
  EXPECT_EQ(refusal("https://[2400:3200::1]/"), "https://[2400:3200::1]:443/");
  EXPECT_EQ(refusal("http://hooks.yangli-example.cn/"), "必须以 https:// 开头");
  EXPECT_EQ(refusal("hooks.yangli-example.cn"), "必须以 https:// 开头");
  EXPECT_EQ(refusal("file:///etc/passwd"), "必须以 https:// 开头");
  EXPECT_EQ(refusal("https://user:pw@hooks.yangli-example.cn/"), "不能带用户名和密码");
  EXPECT_EQ(refusal("https://hooks.yangli-example.cn/#x"), "不能带 # 片段");
  EXPECT_EQ(refusal("https://hooks.yangli-example.cn/a b"), "地址中有不允许的字符");
  EXPECT_EQ(refusal("https://hooks.yangli-example.cn\\@10.0.0.1/"), "地址中有不允许的字符");
  EXPECT_EQ(refusal("https://hooks.yangli-example.cn:0/"), "主机名或端口不正确");
  EXPECT_EQ(refusal("https://hooks.yangli-example.cn:65536/"), "主机名或端口不正确");
  EXPECT_EQ(refusal("https://" + std::string(1000, 'a')), "地址过长");
  for (const auto* host :
       {"localhost", "hooks", "127.1", "2130706433", "0x7f.0.0.1", "", "[::1", "[hooks.cn]", "::1"})
    EXPECT_TRUE(refusal("https://" + std::string(host) + "/").starts_with("主机名"))
        << host << refusal("https://" + std::string(host) + "/");
}

TEST(WebhookAddress, NoAddressOfAnInnerNetwork) {
  for (const auto* ip :
       {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"})
    EXPECT_EQ(refusal("https://" + std::string(ip) + "/"), "不是公网地址") << ip;
  for (const auto* ip : {"::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::127.0.0.1",
                         "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:7f00:1::1", "2001:db8::1"})
    EXPECT_EQ(refusal("https://[" + std::string(ip) + "]/"), "不是公网地址") << ip;
  const WebhookOptions local{.allow_loopback = true};
  EXPECT_EQ(refusal("http://127.0.0.1:8080/", local), "http://127.0.0.1:8080/");
  EXPECT_EQ(refusal("http://192.168.1.1/", local), "不是公网地址");
}

TEST(WebhookAddress, ANameIsWhatItLeadsTo) {
  const auto resolved = [](const std::vector<std::string>& ips, bool local = false) {
    const NameServer names(ips);
    const WebhookOptions options{.allow_loopback = local, .resolvers = names.resolvers()};
    const auto address = parse_address(options, "https://hooks.yangli-example.cn/", "/url");
    const auto ip = resolve(options, *address);
    return ip ? *ip : ip.error().front().args.front().second;
  };
  EXPECT_EQ(resolved({"114.114.114.114"}), "114.114.114.114");
  EXPECT_EQ(resolved({"127.0.0.1"}), "域名解析到了非公网地址");
  EXPECT_EQ(resolved({"114.114.114.114", "10.0.0.1"}), "域名解析到了非公网地址");
  EXPECT_EQ(resolved({}), "域名没有解析到地址");
  EXPECT_EQ(resolved({"127.0.0.1"}, true), "127.0.0.1");
}

// Nothing but the checked address is connected to: the name leads there only by this resolver.
TEST(WebhookAddress, TheCheckedAddressIsCalled) {
  const NameServer names({"127.0.0.1"});
  std::atomic<int> calls = 0;
  std::string host;
  const http::Server server({}, [&](const http::Request& request) {
    host = request.header("host");
    ++calls;
    return http::Response::text("ok");
  });
  FakeClock clock;
  const Secret key(std::string(32, 'k'));
  const crypto::ColumnCipher cipher(key);
  WebhookContext context{
      nullptr, clock, cipher, {.allow_loopback = true, .resolvers = names.resolvers()}, {}};
  Webhook webhook;
  const std::string port = std::to_string(server.port());
  webhook.url = "http://hooks.yangli-example.cn:" + port + "/";
  webhook.secret = Secret("s");
  Delivery delivery;
  delivery.event = "ping";
  delivery.body = "{}";
  const Attempt made = call(context, webhook, delivery);
  EXPECT_EQ(made.status, 200) << made.error;
  EXPECT_EQ(host, "hooks.yangli-example.cn:" + port);
  // The name was fine when it was kept, and leads inside now.
  context.options.allow_loopback = false;
  webhook.url = "https://hooks.yangli-example.cn:" + port + "/";
  const Attempt refused = call(context, webhook, delivery);
  EXPECT_EQ(refused.status, 0);
  EXPECT_EQ(refused.error, "域名解析到了非公网地址");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace beian::notices
