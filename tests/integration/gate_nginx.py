#!/usr/bin/env python3
"""samples/gate/nginx-map.conf in a real nginx: its maps, for HTTP and by server name of TLS."""
from gate_programs import *  # noqa: F403

old_entries, new_entries = random_entries(7) + ["good-example.cn"], random_entries(8) + ["new-example.cn"]
old, new = build("old.gate", old_entries), build("new.gate", new_entries)
gate_map = path("gate.map")
beian("gate", "export", old, "--format", "nginx", "--at", str(NOW), "--output", gate_map)
web, through = free_port(), free_port()
config = sample("nginx-map.conf", {
    "/etc/nginx/gate.map": gate_map, "listen 80 ": f"listen 127.0.0.1:{web} ",
    "listen 443;": f"listen 127.0.0.1:{through};", "/run/nginx-closed.sock": path("closed.sock"),
    "127.0.0.1:8080": f"127.0.0.1:{customers()}", "127.0.0.1:8444": f"127.0.0.1:{tls_customers('good-example.cn')}",
    "127.0.0.1:8089": f"127.0.0.1:{block_page()}",
    "http {\n": "http {\n" + nginx_places()})
nginx = start(nginx_command(config), listens(web))
browser = Browser(web)
hosts = random_hosts(old_entries + new_entries, 9)
same_as_snapshot(browser, old, hosts)
for host, status in {"WWW.Good-Example.CN:8080": 200, "good-example.cn.": 200, "203.0.113.1": 403, "cn": 403}.items():
    expect(browser.ask(host)[0], status, host)
# Whose host stands in the request's first line is served that one, not what else is in the head.
first, other = "http://good-example.cn/", "nope-example.cn"
for line, host, wanted in ((first, other, (200, "customer good-example.cn")),
                           ("http://nope-example.cn/", "good-example.cn", (403, "block nope-example.cn"))):
    expect(raw(web, f"GET {line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), wanted, line)
expect(raw(web, f"GET {first} HTTP/1.0\r\n\r\n"), (200, "customer good-example.cn"), "no field at all")
expect(tls(through, "good-example.cn"), ("good-example.cn", "HTTP/1.1 200 OK"), "passed on")
expect(tls(through, "unknown-example.cn"), (None, ""), "closed")

beian("gate", "export", new, "--format", "nginx", "--at", str(NOW), "--output", gate_map)
nginx.send_signal(signal.SIGHUP)
# For a moment the old worker takes connections as well: one that the new one has.
fresh = []


def reloaded():
    fresh.append(Browser(web))
    return fresh[-1].ask("new-example.cn")[0] == 200


until(reloaded, "the new map")
same_as_snapshot(fresh[-1], new, hosts)
print("gate nginx: ok")
