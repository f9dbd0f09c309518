#!/usr/bin/env python3
"""samples/gate/unbound.conf in a real Unbound, behind which every name in the world has an address."""
import socket
import struct
import threading

from gate_programs import *  # noqa: F403


def world():
    """A name server for which everything is at 203.0.113.7."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def answer():
        while True:
            query, peer = server.recvfrom(4096)
            end = 12
            while query[end]:
                end += 1 + query[end]
            question = query[12:end + 5]
            is_a = question[-4:-2] == b"\0\1"
            record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([203, 0, 113, 7])
            server.sendto(query[:2] + struct.pack("!HHHHH", 0x8400, 1, int(is_a), 0, 0) + question +
                          (record if is_a else b""), peer)

    threading.Thread(target=answer, daemon=True).start()
    return server.getsockname()[1]


class Resolver:
    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(10)
        self.id = 0

    def ask(self, host):
        """The address, or the code of the answer: 3 is NXDOMAIN."""
        self.id += 1
        name = b"".join(bytes([len(label)]) + label.encode() for label in host.split(".")) + b"\0"
        self.socket.send(struct.pack("!HHHHHH", self.id, 0x100, 1, 0, 0, 0) + name + b"\0\1\0\1")
        while True:
            answer = self.socket.recv(4096)
            if struct.unpack("!H", answer[:2])[0] == self.id:
                break
        code, answers = answer[3] & 15, struct.unpack("!H", answer[6:8])[0]
        return socket.inet_ntoa(answer[-4:]) if code == 0 and answers else code


def compare(snapshot, served):
    for host, answer in zip(hosts, lookup(snapshot, hosts)):
        denied = not answer["allow"] and (answer["reason"] != "not_filed" or host in served)
        expect(resolver.ask(host), 3 if denied else "203.0.113.7", f"{host} {answer}")


zone, control, port = path("beian.rpz"), path("control.sock"), free_port()
old_entries, new_entries = random_entries(4), random_entries(5)
old, new = build("old.gate", old_entries), build("new.gate", new_entries)
hosts = random_hosts(old_entries + new_entries, 6)
beian("gate", "export", old, "--format", "rpz", "--at", str(NOW), "--output", zone)
own = path("own.conf")
with open(own, "w") as file:
    file.write(f"""include: "{sample('unbound.conf', {'/var/lib/unbound/beian.rpz': zone})}"
server:
  interface: 127.0.0.1@{port}
  chroot: ""
  username: ""
  directory: "{FOLDER}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  cache-max-ttl: 0
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{world()}
remote-control:
  control-enable: yes
  control-interface: {control}
  control-use-cert: no
""")
run("unbound-checkconf", own)
start(["unbound", "-d", "-c", own], listens(port))
resolver = Resolver(port)
compare(old, set())

# Another snapshot, and hosts that are served here: what is not filed of them is denied as well.
served = set(hosts[::3])
with open(path("hosts.txt"), "w") as file:
    file.write("\n".join(served))
beian("gate", "export", new, "--format", "rpz", "--at", str(NOW + 1), "--hosts", path("hosts.txt"), "--output", zone)
expect(run("unbound-control", "-c", own, "auth_zone_reload", "beian.rpz."), "ok\n", "reload")
compare(new, served)

# The block page's address instead.
beian("gate", "export", build("one.gate", ["gone-example.cn,,cancelled"]), "--format", "rpz", "--action",
      "203.0.113.99", "--at", str(NOW + 2), "--output", zone)
run("unbound-control", "-c", own, "auth_zone_reload", "beian.rpz.")
expect(resolver.ask("www.gone-example.cn"), "203.0.113.99", "the block page's address")
expect(resolver.ask("www.other-example.cn"), "203.0.113.7", "another's")
print("gate unbound: ok")
