"""What the tests of samples/gate share: a folder, real programs on free ports, names to ask about."""
import atexit
import http.client
import http.server
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

BEIAN = os.path.realpath(sys.argv[1])
SAMPLES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../samples/gate")
FOLDER = tempfile.mkdtemp(prefix="gate-")
os.chmod(FOLDER, 0o755)
NOW = int(time.time())
_running = []


def path(name):
    return os.path.join(FOLDER, name)


def fail(text):
    sys.exit("FAILED: " + text)


def expect(got, wanted, what):
    if got != wanted:
        fail(f"{what}: {got!r} instead of {wanted!r}")


@atexit.register
def _clean():
    for process in _running:
        process.terminate()
    for process in _running:
        process.wait()
    shutil.rmtree(FOLDER)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def run(*command, text="", code=0):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != code:
        fail(f"{command} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def beian(*arguments, **more):
    return run(BEIAN, *arguments, **more)


def sample(name, places):
    """samples/gate/NAME as it stands but for ports and paths; each must be there."""
    with open(os.path.join(SAMPLES, name), encoding="utf-8") as file:
        text = file.read()
    for place, other in places.items():
        if place not in text:
            fail(f"{name} does not say {place}")
        text = text.replace(place, str(other))
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)
    return path(name)


def start(command, ready):
    """Starts a program and waits until ready() is true."""
    log = open(path(os.path.basename(command[0]) + ".log"), "ab")
    process = subprocess.Popen(command, stdout=log, stderr=log)
    _running.append(process)
    until(lambda: process.poll() is not None or ready(), command[0])
    if process.poll() is not None:
        with open(log.name, errors="replace") as file:
            fail(f"{command[0]} does not run: {file.read()[-3000:]}")
    return process


def until(true, what):
    """Asks again and again; a program tells nobody that it listens."""
    end = time.monotonic() + 30
    while not true():
        if time.monotonic() > end:
            fail(f"waited in vain for {what}")
        time.sleep(0.01)


def listens(port):
    def ask():
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    return ask


# ---- names


def random_entries(seed, count=60):
    """Lines of a list, many of them about names above and below each other."""
    dice = random.Random(seed)
    names = set()
    while len(names) < count:
        name = f"d{dice.randrange(6)}" + dice.choice([".cn", ".com.cn", ".gov.cn"])
        for _ in range(dice.randrange(4)):
            name = dice.choice("ab") + "." + name
        names.add(name)
    lines = []
    for name in sorted(names):
        standing = dice.choice("filed filed filed grace exempt cancelled closed elsewhere blocked blacklisted".split())
        begin, end = dice.choice([("", "")] * 4 + [(NOW + 9000, ""), ("", NOW - 9000), (NOW - 9000, NOW + 9000)])
        lines.append(f"{name},,{standing},{begin},{end},{dice.choice(['below', 'below', 'exact'])}")
    return lines


def random_hosts(entries, seed):
    dice = random.Random(seed)
    hosts = [line.split(",")[0] for line in entries]
    hosts += ["x." + host for host in hosts] + ["a.b.c.d.e.f." + host for host in hosts[::5]]
    for _ in range(50):
        hosts.append(f"{dice.choice('abx')}.{dice.choice('ab')}.d{dice.randrange(8)}.cn")
    return hosts


def build(name, entries):
    beian("gate", "build", path(name), "-", "--strict", text="\n".join(entries))
    return path(name)


def lookup(snapshot, hosts):
    out = subprocess.run([BEIAN, "gate", "lookup", snapshot, "--stdin", "--json"], input="\n".join(hosts),
                         capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


# ---- who is asked behind a proxy


def _serve_http(status, word):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # head and body at once

        def do_GET(self):
            body = f"{word} {self.headers['Host']}".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # a proxy lets go of its connections when it ends
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def customers():
    return _serve_http(200, "customer").server_port


def certificate(host):
    """A customer's own certificate; key and certificate in one file."""
    key, cert = path(host + ".key"), path(host + ".crt")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-keyout", key, "-out", cert)
    return cert, key


def tls_customers(host):
    server = _serve_http(200, "customer")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(host))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server.server_port


def tls(port, host):
    """What `openssl s_client` is told under this server name: (whose certificate, answer's first line)."""
    request = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    done = subprocess.run(["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{port}", "-servername", host],
                          input=request, capture_output=True, text=True)
    whose = [line.split("CN = ")[1] for line in done.stderr.splitlines() if line.startswith("depth=0")]
    return (whose[0] if whose else None, done.stdout.split("\n")[0])


class Browser:
    """One connection, kept."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def ask(self, host, **headers):
        """(status, reason told, body)"""
        self.connection.request("GET", "/some/page", headers={"Host": host, **headers})
        answer = self.connection.getresponse()
        return answer.status, answer.getheader("X-Beian-Reason"), answer.read().decode()


def raw(port, request):
    """A request as it stands here: (status, body)."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request.encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read().decode()


def same_as_snapshot(browser, snapshot, hosts):
    """Every host is served or not as the snapshot says, and the reason is its own."""
    for host, answer in zip(hosts, lookup(snapshot, hosts)):
        wanted = (200, None) if answer["allow"] else (403, answer["reason"])
        status, reason, body = browser.ask(host)
        expect((status, None if status == 200 else reason), wanted, host)
        expect(body.split()[0], "customer" if answer["allow"] else "block", host)


def block_page():
    return _serve_http(403, "block").server_port


def nginx_places():
    """Where nginx keeps what it cannot keep in memory, for whoever may not write to the usual place."""
    return "".join(f"  {what}_temp_path {path(what)};\n"
                   for what in "client_body proxy fastcgi uwsgi scgi".split()) + "  access_log off;\n"


def nginx_command(config):
    own = f"daemon off; pid {path('nginx.pid')}; error_log {path('nginx-errors')};"
    if os.getuid() == 0:
        own += " user root;"
    return ["nginx", "-e", path("nginx-errors"), "-p", FOLDER, "-c", config, "-g", own]
