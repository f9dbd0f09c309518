#!/usr/bin/env python3
"""samples/gate/haproxy.cfg in a real HAProxy: its map, changes while it runs, TLS by server name."""
import os

from gate_programs import *  # noqa: F403

FIXED = ["good-example.cn", "bad.good-example.cn,,blocked", "gone-example.cn,,cancelled"]
old_entries, new_entries = random_entries(1) + FIXED, random_entries(2) + FIXED + ["new-example.cn"]
old, new = build("old.gate", old_entries), build("new.gate", new_entries)
gate_map, admin = path("gate.map"), path("admin.sock")
beian("gate", "export", old, "--format", "haproxy", "--at", str(NOW), "--output", gate_map)

os.mkdir(path("certs"))
for host in ("good-example.cn", "gone-example.cn"):
    with open(path(f"certs/{host}.pem"), "w") as file:
        for part in certificate(host):
            with open(part) as source:
                file.write(source.read())
web, through, here = free_port(), free_port(), free_port()
config = sample("haproxy.cfg", {
    "/run/haproxy/admin.sock": admin, "/etc/haproxy/gate.map": gate_map, "/etc/haproxy/certs": path("certs"),
    "bind :80\n": f"bind 127.0.0.1:{web}\n", "bind :443\n": f"bind 127.0.0.1:{through}\n",
    "bind :8443 ": f"bind 127.0.0.1:{here} ", "127.0.0.1:8080": f"127.0.0.1:{customers()}",
    "127.0.0.1:8444": f"127.0.0.1:{tls_customers('good-example.cn')}",
    "127.0.0.1:8089": f"127.0.0.1:{block_page()}"})
start(["haproxy", "-f", config, "-db"], listens(here))

browser = Browser(web)
hosts = random_hosts(old_entries + new_entries, 3)
same_as_snapshot(browser, old, hosts)
# As hosts really come; addresses, and what has no name, are in no map.
for host, status in {"WWW.Good-Example.CN:8080": 200, "good-example.cn.": 200, "good-example.cn..": 400,
                     "203.0.113.1": 403, "[2001:db8::1]:80": 403, "cn": 403, "": 403,
                     "bad.good-example.cn.": 403, "good-example.cn:443@evil.cn": 400, "good%2Dexample.cn": 400,
                     # HAProxy reads what stands behind a comma as a host of its own, servers do not.
                     "nope-example.cn,good-example.cn": 400, "nope-example.cn:80,good-example.cn": 400,
                     "good-example.cn:abc": 400, ".good-example.cn": 400, "a..good-example.cn": 400}.items():
    expect(browser.ask(host)[0], status, host)

# What changed, while it runs.
expect(browser.ask("new-example.cn")[0], 403, "not filed yet")
changes = path("gate.changes")
export = ["gate", "export", new, "--format", "haproxy-changes", "--before", old, "--since", str(NOW),
          "--at", str(NOW), "--map", gate_map, "--output", changes]
beian(*export)
said = beian("gate", "push", changes, "--socket", admin)
with open(changes) as file:
    count = len(file.readlines())
expect(said, f"{count} done, 0 refused\n", "push")
same_as_snapshot(browser, new, hosts)
expect(browser.ask("www.new-example.cn")[0], 200, "filed")
# The same again is told: the map is not what the changes begin with.
said = beian("gate", "push", changes, "--socket", admin, code=1)
if said.endswith(" 0 refused\n"):
    fail("changes that were made already are not told")
beian("gate", "push", changes, "--socket", path("none.sock"), code=1)
# A time that ends, with one and the same snapshot.
timed = build("timed.gate", [f"soon-example.cn,,grace,,{NOW + 100}"])
text = beian("gate", "export", timed, "--format", "haproxy-changes", "--before", timed, "--since", str(NOW),
             "--at", str(NOW + 100), "--map", "m")
expect(text, "set map m soon-example.cn expired\n", "a time that ended")

# Names deeper than the configuration looks are not written, and the old file stays.
deep = build("deep.gate", ["a.b.c.d.e.f.g.example.cn,,blocked"])
before = open(gate_map).read()
beian("gate", "export", deep, "--format", "haproxy", "--output", gate_map, code=1)
expect(open(gate_map).read(), before, "the map after a refused export")

# TLS. The customer's own certificate, or none.
expect(tls(through, "good-example.cn"), ("good-example.cn", "HTTP/1.1 200 OK"), "passed on")
expect(tls(through, "bad.good-example.cn"), (None, ""), "closed")
expect(tls(through, "unknown-example.cn"), (None, ""), "closed")
expect(tls(here, "good-example.cn"), ("good-example.cn", "HTTP/1.1 200 OK"), "decrypted here")
expect(tls(here, "gone-example.cn"), ("gone-example.cn", "HTTP/1.1 403 Forbidden"), "blocked under its own certificate")
expect(tls(here, "unknown-example.cn"), (None, ""), "no certificate, no page")
print("gate haproxy: ok")
