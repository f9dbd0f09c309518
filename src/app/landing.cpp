#include "app/landing.hpp"

namespace beian::app {

namespace {
constexpr std::string_view kPage = R"(<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>开放备案</title>
<h1>开放备案 OpenBeian</h1>
<p>接入商 ICP 代备案管理系统正在运行。</p>
<ul>
<li>接口：<code>/api/v1/…</code>（<code>beian doc routes</code> 列出全部）</li>
<li>域名可否访问：<code>/api/v1/access?host=</code></li>
<li><a href="/healthz">healthz</a> · <a href="/readyz">readyz</a> · <a href="/metrics">metrics</a></li>
</ul>
</html>
)";
}

std::vector<http::Route> landing_routes() {
  const http::Handler page = [](const http::Request&) {
    return http::Response::html(std::string(kPage));
  };
  return {{"GET", "/", http::kPublic, "What runs here", page}};
}

}  // namespace beian::app
