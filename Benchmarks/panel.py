"""The measurement `panel`: the embedded panel over the network."""
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
import json
import ssl

from machine import Programs, median, spread, tool

PASSWORD = "measured"
ENDPOINT = "/enterprise/control/agent.php"
OPERATION = ("<add><visible>true</visible><label>New Service</label><tooltip>Additional service</tooltip>"
             "<url>http://domain.com</url></add>")
ADD = f"<packet><plan-item>{OPERATION}</plan-item></packet>"
READ = "<packet><service-plan><get><filter/></get></service-plan></packet>"


class Panel:
    """A panel's database in a folder of its own, and `panel serve` on it."""

    def __init__(self, *words):
        self.folder = tempfile.mkdtemp(prefix="panel-bench-")
        self.database = self.path("panel.db")
        self.write("password", PASSWORD)
        self.run("init", "--database", self.database, "--sample", "--admin-password-file", self.path("password"))
        # The log is written as always; only nobody keeps it.
        self.process = subprocess.Popen(
            [self.program, "serve", "--database", self.database, "--listen", "127.0.0.1:0", "--license-listen", "127.0.0.1:0",
             "--rate", "0", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline().split()
        if line[:1] != ["ready"]:
            raise SystemExit("panel serve did not start")
        self.addresses = dict(word.split("=", 1) for word in line[1:])

    @property
    def program(self):
        return os.path.join(Programs.folder, "panel")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", opener=lambda p, f: os.open(p, f, 0o600)) as out:
            out.write(text)
        return self.path(name)

    def run(self, *words, stdin=None):
        done = subprocess.run([self.program, *words], input=stdin, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"panel {words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def load(self, path, count, expected):
        """Requests a second over 16 kept connections; the same bytes whatever the path."""
        body = self.write("body", ADD)
        return float(tool("panel_load", self.addresses["xml"] + path, body, count, 16, expected, "Content-Type: text/xml",
                          "HTTP_AUTH_LOGIN: admin", "HTTP_AUTH_PASSWD: " + PASSWORD))

    def count(self, table):
        with sqlite3.connect(self.database) as db:
            return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise SystemExit("panel serve did not stop well")
        shutil.rmtree(self.folder)


def packets(count, runs, report):
    """Packets with one `plan-item add`, each answered when it is on disk, ÷ the same request to an empty handler."""
    for name, words in (("without TLS", ["--no-tls"]), ("with TLS", [])):
        ratios, ours, floors = [], [], []
        for _ in range(runs):
            panel = Panel(*words)
            panel.load(ENDPOINT, 200, "<status>ok")
            floor = panel.load("/health", count, "ok")
            before = panel.count("PlanItems")
            rate = panel.load(ENDPOINT, count, "<status>ok")
            assert panel.count("PlanItems") == before + count, "a packet that was answered is not there"
            panel.close()
            ours.append(rate)
            floors.append(floor)
            ratios.append(rate / floor)
        report(f"remote packets, {name}", median(ours), "packets/s", f"{median(floors):,.0f}/s empty handler", ">= 0.25",
               f"ratio {median(ratios):.2f} ({spread(ratios)}); plan-item add, 16 connections, FULL")


def listing(count, runs, report):
    """The licence API's list of many keys."""
    panel = Panel()
    with sqlite3.connect(panel.database) as db:
        db.executemany(
            "INSERT INTO licenses (kind, key_number, product, title, period, ordered_at, expires_at) "
            "VALUES ('plesk', ?, 'PLESK-12-VPS', 'T', 12, '2026-01-01', '2027-01-01')",
            ((f"PLSK.{number:08d}.0000",) for number in range(count)))
    db.close()
    key = panel.run("license", "credential", "add", "--database", panel.database, "--login", "bench").strip()
    trusting = ssl._create_unverified_context()
    base = panel.addresses["license"]
    with urllib.request.urlopen(f"{base}/access/token", data=f"login=bench&secret={key}".encode(), context=trusting) as answer:
        token = json.load(answer)["access_token"]
    times = []
    for _ in range(max(runs, 5)):
        request = urllib.request.Request(f"{base}/license/plesk", headers={"Authorization": f"Bearer {token}"})
        begin = time.monotonic()
        with urllib.request.urlopen(request, context=trusting) as answer:
            body = answer.read()
        times.append(time.monotonic() - begin)
        assert len(json.loads(body)) == count
    panel.close()
    report(f"licence list of {count:,}", median(times), "s", "–", "<= 1.00", f"({spread(times)}) over TLS")


def large_packet(count, runs, report):
    """One packet with very many operations, on a database here: all of them share one commit."""
    def items(run, number):
        return f"<packet><plan-item>{OPERATION * number}</plan-item></packet>"

    def subscriptions(run, number):
        return "<packet><webspace>" + "".join(
            f"<add><gen_setup><name>d{place}.run{run}.example</name><owner-login>customer</owner-login></gen_setup>"
            "<plan-name>base_plan</plan-name></add>" for place in range(number)) + "</webspace></packet>"

    for name, table, packet in (("plan-item add", "PlanItems", items), ("webspace add", "Subscriptions", subscriptions)):
        panel = Panel()
        commits, times = [], []
        for run in range(max(runs, 3)):
            begin = time.monotonic()
            panel.run("xml", "--database", panel.database, stdin=packet(f"{run}-alone", 1))
            commits.append(time.monotonic() - begin)
            before = panel.count(table)
            whole = packet(run, count)
            begin = time.monotonic()
            panel.run("xml", "--database", panel.database, stdin=whole)
            times.append(time.monotonic() - begin)
            assert panel.count(table) == before + count
        panel.close()
        report(f"a packet of {count:,} {name}", median(times), "s", f"{median(commits):.3f} s with one operation",
               "<= 2 + one commit", f"({spread(times)})")


def start(runs, report):
    """`panel xml` from its start to its end, with a packet that reads: here, and over TLS."""
    panel = Panel()
    remote = ["--url", panel.addresses["xml"], "--ca", panel.database + ".cert.pem", "--login", "admin", "--password-file",
              panel.path("password")]
    for name, words in (("here", ["--database", panel.database]), ("over TLS", remote)):
        panel.run("xml", *words, stdin=READ)
        times = []
        for _ in range(max(runs, 5) * 5):
            begin = time.monotonic()
            panel.run("xml", *words, stdin=READ)
            times.append((time.monotonic() - begin) * 1000)
        report(f"panel xml, {name}", median(times), "ms", "–", "<= 60", f"({spread(times)}) start, answer, exit")
    panel.close()


def measure(runs, quick, report):
    small = 100 if quick else 1
    packets(20_000 // small, runs, report)
    listing(100_000 // small, runs, report)
    large_packet(10_000 // small, runs, report)
    start(runs, report)
