#include "platform/config/declarations.hpp"

#include "base/text.hpp"

namespace beian::config {

namespace {

constexpr int64_t kMiB = 1024 * 1024;

Millis seconds(const Value& v) {
  return Millis{v.number * 1000};
}

constexpr Declaration text(std::string_view key, std::string_view otherwise, std::string_view zh,
                           std::string_view en, void (*apply)(Settings&, const Value&)) {
  return {key, Kind::text, otherwise, 0, 0, "", zh, en, apply};
}
constexpr Declaration integer(std::string_view key, std::string_view otherwise, int64_t min,
                              int64_t max, std::string_view zh, std::string_view en,
                              void (*apply)(Settings&, const Value&)) {
  return {key, Kind::integer, otherwise, min, max, "", zh, en, apply};
}
constexpr Declaration boolean(std::string_view key, std::string_view otherwise, std::string_view zh,
                              std::string_view en, void (*apply)(Settings&, const Value&)) {
  return {key, Kind::boolean, otherwise, 0, 0, "", zh, en, apply};
}

constexpr Declaration kDeclarations[] = {
    text("server.address", "127.0.0.1", "监听的地址；对外服务时放在 HTTPS 反向代理之后",
         "Address to listen on; put an HTTPS proxy in front for the world",
         [](Settings& s, const Value& v) { s.server.address = v.text; }),
    integer("server.port", "8080", 0, 65535, "监听的端口，0 为任一空闲端口",
            "Port to listen on, 0 for any free one",
            [](Settings& s, const Value& v) { s.server.port = v.number; }),
    integer("server.io_threads", "1", 1, 64, "收发线程数", "Threads that read and write",
            [](Settings& s, const Value& v) { s.server.io_threads = v.number; }),
    integer("server.handler_threads", "8", 1, 1024, "处理请求的线程数",
            "Threads that handle requests",
            [](Settings& s, const Value& v) { s.server.handler_threads = v.number; }),
    integer("server.queue_limit", "512", 0, 1'000'000, "等待处理的请求数上限，超出时返回 503",
            "Requests that may wait for a thread; more are answered 503",
            [](Settings& s, const Value& v) { s.server.queue_limit = v.number; }),
    integer("server.max_connections", "4096", 1, 1'000'000, "连接数上限，超出时返回 503",
            "Open connections; more are answered 503",
            [](Settings& s, const Value& v) { s.server.max_connections = v.number; }),
    integer("server.header_limit_kb", "16", 1, 1024, "请求头大小上限（KiB）",
            "Largest request head (KiB)",
            [](Settings& s, const Value& v) { s.server.header_limit_kb = v.number; }),
    integer("server.body_limit_mb", "16", 1, 1024, "请求体大小上限（MiB）",
            "Largest request body (MiB)",
            [](Settings& s, const Value& v) { s.server.body_limit_mb = v.number; }),
    integer("server.header_timeout_seconds", "10", 1, 3600, "请求头须在此秒数内传完",
            "Seconds within which a request head must arrive",
            [](Settings& s, const Value& v) { s.server.header_timeout = seconds(v); }),
    integer("server.body_timeout_seconds", "60", 1, 3600, "请求体须在此秒数内传完",
            "Seconds within which a request body must arrive",
            [](Settings& s, const Value& v) { s.server.body_timeout = seconds(v); }),
    integer("server.idle_timeout_seconds", "60", 1, 3600, "空闲连接保持的秒数",
            "Seconds that an idle connection is kept",
            [](Settings& s, const Value& v) { s.server.idle_timeout = seconds(v); }),
    integer("server.write_timeout_seconds", "60", 1, 3600, "响应须在此秒数内被收完",
            "Seconds within which an answer must be taken",
            [](Settings& s, const Value& v) { s.server.write_timeout = seconds(v); }),
    integer("server.stop_grace_seconds", "8", 1, 600, "停止时等待已接受请求完成的秒数",
            "Seconds that a stop waits for accepted requests",
            [](Settings& s, const Value& v) { s.server.stop_grace = seconds(v); }),
    text("database.url", "", "数据库地址，如 postgresql://…；留空则用数据目录下的 SQLite",
         "Database, such as postgresql://…; empty for SQLite in the data directory",
         [](Settings& s, const Value& v) { s.database.url = v.text; }),
    text("data.directory", "./beian-data", "数据目录：材料、数据文件、主密钥和 SQLite",
         "Data directory: materials, data files, master key and SQLite",
         [](Settings& s, const Value& v) { s.data.directory = v.text; }),
    integer("session.hours", "12", 1, 24 * 90, "登录有效的小时数", "Hours that a sign-in lasts",
            [](Settings& s, const Value& v) { s.session.life = Millis{v.number * 3600 * 1000}; }),
    boolean("session.secure_cookie", "false", "会话 Cookie 只经 HTTPS 发送；对外服务时须为 true",
            "Send the session cookie over HTTPS only; must be true for the world",
            [](Settings& s, const Value& v) { s.session.secure_cookie = v.flag; }),
    boolean("accounts.open_registration", "true", "允许自行注册账号",
            "Whether people may register accounts themselves",
            [](Settings& s, const Value& v) { s.accounts.open_registration = v.flag; }),
    integer("accounts.registrations_per_hour", "100", 1, 1'000'000, "每个地址每小时可注册的账号数",
            "Accounts that one address may register in an hour",
            [](Settings& s, const Value& v) { s.accounts.registrations_per_hour = v.number; }),
    // Two passes: OWASP wants 19 MiB at least.
    integer(
        "accounts.password_memory_mb", "64", 19, 4096,
        "计算口令散列所用的内存（MiB），对此后设置的口令生效；越多越难破解，登录越慢",
        "Memory to hash a password with (MiB), of passwords set from now on: the more, the harder "
        "to break and the slower to sign in",
        [](Settings& s, const Value& v) { s.accounts.password_memory_mb = v.number; }),
    integer("accounts.entities_per_account", "1", 1, 1'000'000, "一个账号最多可备案的主体数",
            "Entities that one account may file",
            [](Settings& s, const Value& v) { s.accounts.entities_per_account = v.number; }),
    integer("accounts.accounts_per_entity", "1", 1, 1'000, "一个主体最多可由几个账号办理",
            "Accounts that may file one entity",
            [](Settings& s, const Value& v) { s.accounts.accounts_per_entity = v.number; }),
    boolean("accounts.identity_is_entity", "false", "账号的实名主体须与备案主体一致",
            "Whether an account's verified identity must be the entity that it files",
            [](Settings& s, const Value& v) { s.accounts.identity_is_entity = v.flag; }),
    {"accounts.domain_holder", Kind::choice, "province", 0, 0, "province|entity|anyone",
     "域名所有者须是：province 主体或所在省规则认可的人，entity 主体本身，anyone 不要求；"
     "查不到所有者时不拒绝",
     "Who must hold a domain: province, the entity or whom the province's rule admits; entity, "
     "nobody else; anyone, not asked. An unknown holder refuses nothing",
     [](Settings& s, const Value& v) { s.accounts.domain_holder = v.text; }},
    {"accounts.other_account", Kind::choice, "masked", 0, 0, "masked|hidden",
     "主体已在另一账号名下时，告知该账号的名称：masked 脱敏后告知，hidden 不告知",
     "What is told of the account that an entity is filed under: its name masked, or nothing",
     [](Settings& s, const Value& v) { s.accounts.other_account = v.text; }},
    {"accounts.open_orders", Kind::choice, "entity", 0, 0, "entity|account",
     "同时只能有一个未办结的订单：entity 每个主体一个（账号可同时办理多个主体），account "
     "每个账号一个",
     "There is one open order at a time: of each entity, or of the account as a whole",
     [](Settings& s, const Value& v) { s.accounts.open_orders = v.text; }},
    integer("accounts.transfer_days", "7", 1, 90, "转移备案须在多少天内由对方账号确认",
            "Days within which the other account must confirm a transfer",
            [](Settings& s, const Value& v) { s.accounts.transfer_days = v.number; }),
    {"log.level", Kind::choice, "info", 0, 0, "debug|info|warn|error", "日志级别", "Log level",
     [](Settings& s, const Value& v) { s.log.level = v.text; }},
    boolean("metrics.public", "false", "不经登录即可读取 /metrics",
            "Whether /metrics is answered without sign-in",
            [](Settings& s, const Value& v) { s.metrics.is_public = v.flag; }),
    integer("jobs.threads", "2", 1, 256, "后台任务的线程数", "Threads for background jobs",
            [](Settings& s, const Value& v) { s.jobs.threads = v.number; }),
    integer("orders.expiry_days", "45", 1, 3650, "订单停留在申请人处多少天后自动放弃",
            "Days after which an order left with the applicant is abandoned",
            [](Settings& s, const Value& v) { s.orders.expiry_days = v.number; }),
    {"orders.reminder_days", Kind::numbers, "30,40,44", 1, 3650, "",
     "订单停留在申请人处到第几天时提醒，以逗号分隔；留空则不提醒",
     "Days after which the applicant of an untouched order is reminded, with commas between; "
     "empty: "
     "never",
     [](Settings& s, const Value& v) { s.orders.reminder_days = v.numbers; }},
    integer("orders.services_per_individual", "5", 1, 1000, "个人主体最多可备案的服务数",
            "Services that an individual may file",
            [](Settings& s, const Value& v) { s.orders.services_per_individual = v.number; }),
    integer("orders.services_per_order", "10", 1, 50, "一个订单最多可含的服务数（个人为 1 个）",
            "Services in one order (of an individual: one)",
            [](Settings& s, const Value& v) { s.orders.services_per_order = v.number; }),
    boolean("orders.resource_required", "true",
            "新增的服务须指明备案资源或授权码；登记过任一资源后才生效",
            "Whether new services must name a resource or an authorization code; in force once any "
            "resource is known",
            [](Settings& s, const Value& v) { s.orders.resource_required = v.flag; }),
    text("domains.rdap_url", "",
         "查询域名注册信息（RDAP）的地址，如 https://rdap.example/；留空则不查询",
         "Where domain registrations are asked for (RDAP), such as https://rdap.example/; empty: "
         "nowhere",
         [](Settings& s, const Value& v) { s.domains.rdap_url = v.text; }),
    boolean("domains.resolve", "true", "检查域名当前是否解析",
            "Whether to look if a domain resolves now",
            [](Settings& s, const Value& v) { s.domains.resolve = v.flag; }),
    text("domains.resolvers", "", "域名解析服务器，如 192.0.2.1:53,192.0.2.2；留空则用系统的",
         "Resolvers to ask, such as 192.0.2.1:53,192.0.2.2; empty: those of the system",
         [](Settings& s, const Value& v) { s.domains.resolvers = v.text; }),
    text("materials.reading_program", "",
         "识别材料图片文字的程序（Tesseract，须有 chi_sim 语言数据），如 tesseract 或其完整路径；"
         "留空则不识别",
         "The program that reads the texts of materials (Tesseract with its data of chi_sim), such "
         "as tesseract, or its whole path; empty: they are not read",
         [](Settings& s, const Value& v) { s.materials.reading_program = v.text; }),
    boolean("webhooks.allow_loopback", "false",
            "允许以 http 和本机地址作为回调地址，仅供试用和测试",
            "Whether webhooks may call http addresses and the own machine; for trials and tests",
            [](Settings& s, const Value& v) { s.webhooks.allow_loopback = v.flag; }),
    integer("resources.quota", "5", 1, 1000, "每个备案资源可用于的服务数",
            "Services that one resource entitles to",
            [](Settings& s, const Value& v) { s.resources.quota = v.number; }),
    integer("resources.shortest_days", "90", 1, 3650, "可用于备案的资源至少须购买多少天",
            "Days for which a resource must be bought to entitle to filings",
            [](Settings& s, const Value& v) { s.resources.shortest_days = v.number; }),
    boolean("resources.pay_as_you_go", "false", "按量付费的资源也可用于备案",
            "Whether pay-as-you-go resources entitle to filings too",
            [](Settings& s, const Value& v) { s.resources.pay_as_you_go = v.flag; }),
    integer("reporting.batch_records", "1000", 1, 1000, "一个上报文件的记录数上限（接口规定 1000）",
            "Records in one upload file (the interface allows 1000)",
            [](Settings& s, const Value& v) { s.reporting.batch_records = v.number; }),
    integer("reporting.batch_bytes", "52428800", 1 * kMiB, 50 * kMiB,
            "一个上报文件的字节数上限（接口规定 50 MB）",
            "Bytes of one upload file (the interface allows 50 MB)",
            [](Settings& s, const Value& v) { s.reporting.batch_bytes = v.number; }),
    integer("reporting.library_bytes", "536870912", 50 * kMiB, 1024 * kMiB,
            "全库同步（SJTB）一个下载文件解压后的字节数上限；保存时约占两倍内存",
            "Bytes of one downloaded file of a full synchronisation (SJTB), unpacked; storing it "
            "takes some twice as much memory",
            [](Settings& s, const Value& v) { s.reporting.library_bytes = v.number; }),
    integer(
        "reporting.keep_days", "92", 92, 36'500,
        "已了结的上报和下载文件内容保存的天数（接口规定至少 3 个月）；台账行永久保存",
        "Days for which the bytes of files that are done with stay (the interface wants 3 months "
        "at least); the ledger's rows stay for ever",
        [](Settings& s, const Value& v) { s.reporting.keep_days = v.number; }),
    text("provider.name", "样例接入商", "接入商名称，显示在页面上",
         "The provider's name, as pages show it",
         [](Settings& s, const Value& v) { s.provider.name = v.text; }),
};

constexpr LinkKey kLinkKeys[] = {
    {"id", "\"gd\"", "链路名，字母、数字、连字符；订单据此记住链路，不可更改",
     "Name of the link: letters, digits, hyphen; orders keep it, never change it"},
    {"provinces", "[440000]", "此管局负责的省级代码（六位）", "Six-digit province codes it serves"},
    {"base_url", "\"https://authority.example.cn\"", "接口地址，两个 WSDL 由此推出",
     "Where the interface is; both WSDL addresses follow from it"},
    {"upload_wsdl", "\"https://authority.example.cn/ISPWebService/upDownLoad?wsdl\"",
     "上报下载接口的 WSDL，缺省由 base_url 推出",
     "WSDL of the upload interface, instead of base_url"},
    {"query_wsdl", "\"https://authority.example.cn/BeianStatusWebService/queryBeianStatus?wsdl\"",
     "备案状态查询接口的 WSDL，缺省由 base_url 推出",
     "WSDL of the status query, instead of base_url"},
    {"verify_wsdl", "\"https://authority.example.cn/BeianStatusWebService/verifyBamm?wsdl\"",
     "备案密码校验接口的 WSDL，缺省由 base_url 推出；既无它又无 base_url 则不校验",
     "WSDL of the filing password check, instead of base_url; without both nothing is checked"},
    {"user_name", "\"isp-sample\"", "管局分配的用户名", "User name, assigned by the authority"},
    {"password", "\"…\"", "口令；最好改用 password_file", "Password; better use password_file"},
    {"password_file", "\"/etc/beian/gd.password\"",
     "口令所在文件，取第一行；相对路径从设置文件算起",
     "File with the password in its first line; relative to the settings file"},
    {"provider_id", "1", "管局分配的接入商编号", "Provider id, assigned by the authority"},
    {"profile", "\"miit-3.0\"", "接口规范：miit-3.0 或 openbeian-3.1",
     "Interface profile: miit-3.0 or openbeian-3.1"},
    {"encryption", "\"aes\"", "数据文件加密：none 或 aes", "Encryption of data files: none or aes"},
    {"key", "\"…\"", "AES 密钥，16 个字符", "AES key, 16 characters"},
    {"iv", "\"…\"", "AES 初始向量，16 个字符", "AES initial vector, 16 characters"},
    {"poll_seconds", "30", "查看有无下载数据的间隔秒数（1 到 86400）",
     "Seconds between looks for downloads (1 to 86400)"},
    {"poll_soon_ms", "1000", "上报或下载后一分钟内查看下载数据的间隔毫秒数（20 到 60000）",
     "Milliseconds between looks in the minute after an upload or download (20 to 60000)"},
    {"unfiled_site_days", "5", "管局未写明期限时，处理未备案网站的天数（1 到 365）",
     "Days to deal with an unfiled site when the authority names no deadline (1 to 365)"},
    {"verification_days", "10", "管局未写明期限时，完成核实任务的天数（1 到 365）",
     "Days for a verification task when the authority names no deadline (1 to 365)"},
    {"library_quiet_seconds", "600",
     "全量同步分多个文件下发时，多少秒没有新文件即认为全库已到齐（0 到 86400）",
     "Seconds without a further file after which a library that comes in several is whole "
     "(0 to 86400)"},
    {"rectification_days", "15", "管局未写明期限时，完成整改的天数（1 到 365）",
     "Days for a rectification when its notice names no deadline (1 to 365)"},
};

}  // namespace

std::span<const Declaration> declarations() {
  return kDeclarations;
}
std::span<const LinkKey> link_keys() {
  return kLinkKeys;
}

std::string environment_name(const Declaration& declaration) {
  std::string name = "BEIAN_" + text::upper_ascii(declaration.key);
  for (char& c : name) {
    if (c == '.') c = '_';
  }
  return name;
}

}  // namespace beian::config
