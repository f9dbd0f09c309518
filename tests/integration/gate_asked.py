#!/usr/bin/env python3
"""samples/gate/nginx.conf in a real nginx that asks `beian gate serve`; and the questions of Envoy's
ext_authz over HTTP, as Envoy sends them."""
from gate_programs import *  # noqa: F403

old_entries, new_entries = random_entries(10) + ["good-example.cn"], random_entries(11) + ["new-example.cn"]
gate = build("filed.gate", old_entries)
hosts = random_hosts(old_entries + new_entries, 12)
asked, web = free_port(), free_port()
server = start([BEIAN, "gate", "serve", gate, "--listen", f"127.0.0.1:{asked}"], listens(asked))
config = sample("nginx.conf", {
    "listen 80 ": f"listen 127.0.0.1:{web} ", "server 127.0.0.1:8088;": f"server 127.0.0.1:{asked};",
    "127.0.0.1:8080": f"127.0.0.1:{customers()}", "127.0.0.1:8089": f"127.0.0.1:{block_page()}",
    "http {\n": "http {\n" + nginx_places()})
start(nginx_command(config), listens(web))
browser = Browser(web)
same_as_snapshot(browser, gate, hosts)
# Who asks cannot answer for himself.
expect(browser.ask("unknown-example.cn", **{"X-Gate-Host": "good-example.cn"})[0], 403, "another host claimed")
expect(browser.ask("WWW.Good-Example.CN:8080")[0], 200, "as hosts really come")
# What else he sends is not the gate's business.
# (431: the customer's own server, to which the request came, takes no more than a hundred.)
expect(browser.ask("good-example.cn", **{f"X-Field-{n}": "样例".encode() for n in range(150)})[0], 431, "many fields")
expect(raw(web, "GET / HTTP/1.1\r\nHost: good-example.cn\r\nX-Odd: \x01\r\nConnection: close\r\n\r\n"),
       (200, "customer good-example.cn"), "an odd field")

# Envoy: the request's own method, host and path behind the prefix, without its body.
envoy = http.client.HTTPConnection("127.0.0.1", asked, timeout=20)
for host, answer in zip(hosts[:60], lookup(gate, hosts[:60])):
    for method in ("GET", "POST"):
        envoy.request(method, "/envoy/some/page?a=b", headers={
            "Host": host, "Content-Length": "0", "X-Envoy-Internal": "true", "X-Gate-Host": "good-example.cn",
            "X-Forwarded-Proto": "https"})
        said = envoy.getresponse()
        said.read()
        expect((said.status, said.getheader("X-Beian-Reason")),
               (200 if answer["allow"] else 403, answer["reason"]), "envoy: " + host)

# A new snapshot takes the old one's place; the gate stops.
new = build("filed.gate", new_entries)
until(lambda: browser.ask("new-example.cn")[0] == 200, "the new snapshot")
same_as_snapshot(browser, new, hosts)
server.terminate()
server.wait()
status, _, body = browser.ask("new-example.cn")
expect((status, "暂时" in body), (503, True), "without a gate: neither served nor called unfiled")
print("gate asked: ok")
