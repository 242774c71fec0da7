"""What the measurements share: the tools, a receiver, and a machine with a panel, a configuration and a daemon."""
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
TOOLS = os.path.join(TOP, ".build-tools", "bench")
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


MARIADB = ["-I/usr/include/mariadb", "-lmariadb"]


class Programs:
    """Where the built programs are."""

    folder = os.path.join(TOP, ".build", "release")


def compile_tools():
    os.makedirs(TOOLS, exist_ok=True)
    compiler = shutil.which("clang") or shutil.which("cc")
    for name, libraries in (("receiver", []), ("bare_curl", ["-lcurl"]), ("panel_load", ["-lcurl"]), ("bare_spawn", []), ("bare_lines", []), ("panel_writer", ["-lsqlite3"]), ("mariadb_writer", MARIADB)):
        source, program = os.path.join(HERE, "tools", name + ".c"), os.path.join(TOOLS, name)
        if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
            subprocess.run([compiler, "-O2", "-o", program, source, *libraries], check=True)


def tool(name, *words):
    return subprocess.run([os.path.join(TOOLS, name), *map(str, words)], check=True, capture_output=True, text=True).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver:
    """The counting receiver, and questions to it."""

    def __enter__(self):
        self.port = free_port()
        self.process = subprocess.Popen([os.path.join(TOOLS, "receiver"), str(self.port)], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def get(self, what):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{what}", timeout=30) as answer:
            return answer.read().decode()

    def stats(self):
        return json.loads(self.get("stats"))

    def reset(self):
        self.get("reset")

    def wait(self, count, limit=300):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            stats = self.stats()
            if stats["unique"] >= count:
                return stats
            time.sleep(0.02)
        raise SystemExit(f"only {stats['unique']} of {count} deliveries came within {limit} s")


class Silence:
    """A receiver that takes connections and never answers."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listener.getsockname()[1]
        self.connections = []
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                self.connections.append(self.listener.accept()[0])
            except OSError:
                return

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.connections:
            connection.close()


class Machine:
    """A folder with a panel's database, a configuration and a daemon."""

    def __init__(self, port, targets=None, rules=None, in_flight=512, concurrency=512, connections=64, more=""):
        self.folder = tempfile.mkdtemp(prefix="callbackd-bench-")
        for name in ("panel", "state", "run"):
            os.mkdir(self.path(name), 0o750)
        self.database = self.path("panel/panel.db")
        self.state = self.path("state/state.db")
        self.config = self.path("callbackd.yaml")
        with open(self.path("secret"), "w", opener=lambda p, f: os.open(p, f, 0o600)) as secret:
            secret.write(SECRET + "\n")
        targets = targets or f"""
  billing:
    webhook: {{url: "http://127.0.0.1:{port}/hooks", sign: {{scheme: standard-webhooks, secret: billing}}}}
    concurrency: {concurrency}
    connections: {connections}
"""
        rules = rules or "  - {name: bill, events: [order.placed], deliver: [billing]}\n"
        with open(self.config, "w") as out:
            out.write(f"""version: 1
state: state/state.db
control: {{socket: "{self.path('run/control.sock')}"}}
limits: {{in-flight: {in_flight}}}
{more}
secrets: {{billing: {{file: secret}}}}
egress: {{allow: [127.0.0.0/8]}}
sources:
  shop:
    sqlite: {{path: panel/panel.db}}
    tables:
      orders: {{key: id, events: {{insert: order.placed, update: order.changed, delete: order.withdrawn}}}}
targets:{targets}
rules:
{rules}""")
        tool("panel_writer", self.database, "init")
        self.process = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def verb(self, *words):
        return subprocess.run([os.path.join(Programs.folder, "callbackd"), *words, "--config", self.config], capture_output=True, text=True)

    def start(self):
        log = open(self.path("daemon.err"), "a")
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [os.path.join(Programs.folder, "callbackd"), "run", "--config", self.config, "--log-level", "error"],
            stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        if line != "ready\n":
            raise SystemExit(f"the daemon did not start: {open(self.path('daemon.err')).read()}")
        return time.monotonic() - begin

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        if code != 0:
            raise SystemExit(f"the daemon ended with {code}: {open(self.path('daemon.err')).read()}")
        self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def forget(self, first, count):
        """Takes rows out of the panel again, so that its database does not grow with a long measurement."""
        subprocess.run(
            ["sqlite3", "-cmd", ".timeout 60000", self.database,
             f"DELETE FROM orders WHERE id BETWEEN {first} AND {first + count - 1}"], check=True)

    def finished(self):
        """Deliveries whose outcome is on disk."""
        return int(subprocess.run(["sqlite3", "-readonly", self.state, "SELECT count(*) FROM ledger"], capture_output=True, text=True).stdout or 0)

    def waiting(self):
        return int(subprocess.run(["sqlite3", "-readonly", self.state, "SELECT count(*) FROM queue"], capture_output=True, text=True).stdout or 0)

    def wait_drained(self):
        """Until nothing waits any more: the last outcome is on disk."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.waiting() == 0:
                return
            time.sleep(0.01)
        raise SystemExit("deliveries are still waiting")

    def write(self, *words):
        return [float(x) for x in tool("panel_writer", self.database, "insert", *words).split()]

    def resident(self):
        """Megabytes of the daemon and its children."""
        total = 0
        ids = [str(self.process.pid)] + subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        for number in ids:
            with open(f"/proc/{number}/status") as status:
                total += sum(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        return total / 1024

    def cpu(self):
        """Seconds of processor time that the daemon has used."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def remove(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)


def median(values):
    return statistics.median(values)


def spread(values):
    return f"{min(values):,.2f}–{max(values):,.2f}"


def report(name, value, unit, floor, goal, note=""):
    print(f"{name:<44} {value:>12,.2f} {unit:<14} floor {floor}   goal {goal}   {note}", flush=True)
