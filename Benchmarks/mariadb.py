"""MariaDB as a source, each figure beside its floor: a private server on loopback, started and stopped here."""
import os
import shutil
import subprocess
import tempfile
import threading
import time

from machine import TOP, Machine, Receiver, free_port, median, report, spread, tool

PYTHON = os.path.join(TOP, ".build-tools", "venv", "bin", "python")

# Reads a binlog from its beginning with the library that people use for it, and counts the rows.
READER = """
import sys, time
from pymysqlreplication import BinLogStreamReader
from pymysqlreplication.row_event import WriteRowsEvent
port, file, wanted = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
stream = BinLogStreamReader(connection_settings={"host": "127.0.0.1", "port": port, "user": "reader", "passwd": ""},
    server_id=99, is_mariadb=True, blocking=True, resume_stream=True, log_file=file, log_pos=4, only_events=[WriteRowsEvent])
rows, begin = 0, None
for event in stream:
    begin = begin or time.monotonic()
    rows += len(event.rows)
    if rows >= wanted:
        break
print(rows / (time.monotonic() - begin))
"""


class Server:
    """A mariadbd of a measurement's own."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="callbackd-mariadb-")
        self.socket = os.path.join(self.folder, "s")
        self.port = free_port()
        data = os.path.join(self.folder, "data")
        subprocess.run(["mariadb-install-db", "--no-defaults", "--user=root", f"--datadir={data}", "--skip-test-db",
                        "--auth-root-authentication-method=normal"], check=True, capture_output=True)
        log = open(os.path.join(self.folder, "log"), "w")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "/usr/sbin/mariadbd", "--no-defaults", "--user=root", f"--datadir={data}",
             f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1", "--log-bin=panel-bin", "--server-id=7",
             "--binlog-format=ROW", "--binlog-row-metadata=FULL", "--skip-name-resolve", "--character-set-server=utf8mb4",
             "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=256M", "--max-allowed-packet=256M",
             "--max-binlog-size=1G"], stdout=log, stderr=log)
        end = time.monotonic() + 60
        while subprocess.run(["mariadb", "--no-defaults", "-uroot", "-S", self.socket, "-e", "SELECT 1"], capture_output=True).returncode:
            if time.monotonic() > end:
                raise SystemExit("the server does not answer: " + open(os.path.join(self.folder, "log")).read())
            time.sleep(0.1)
        self.sql("CREATE DATABASE psa; USE psa; CREATE TABLE orders (id INT UNSIGNED NOT NULL PRIMARY KEY, customer VARCHAR(64) NOT NULL, "
                 "item VARCHAR(255) NOT NULL, quantity INT NOT NULL, price DECIMAL(10,2) NOT NULL, note VARCHAR(255)); "
                 "CREATE TABLE ends (id INT NOT NULL PRIMARY KEY); CREATE TABLE files (id INT NOT NULL PRIMARY KEY, content LONGBLOB); "
                 "CREATE USER reader@'127.0.0.1'; GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO reader@'127.0.0.1'; "
                 "GRANT SELECT ON psa.* TO reader@'127.0.0.1'")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)

    def sql(self, text):
        return subprocess.run(["mariadb", "--no-defaults", "-uroot", "-S", self.socket, "-N", "--max-allowed-packet=256M", "-e", text],
                              check=True, capture_output=True, text=True).stdout

    def write(self, *words):
        return [float(x) for x in tool("mariadb_writer", self.socket, *words).split()]

    def file(self):
        return self.sql("SHOW MASTER STATUS").split("\t")[0]


def daemon(server, receiver, tables, rules):
    """A machine whose source is the server."""
    machine = Machine(receiver.port, rules=rules)
    with open(machine.config) as text:
        config = text.read()
    begin, end = config.index("  shop:"), config.index("targets:")
    source = f"  shop:\n    mariadb: {{port: {server.port}, user: reader, database: psa}}\n    tables:\n{tables}"
    with open(machine.config, "w") as out:
        out.write(config[:begin] + source + config[end:])
    return machine


ENDS = "      ends: {key: id, events: {insert: end.reached}}\n"
END_RULE = "  - {name: end, events: [end.reached], deliver: [billing]}\n"


def decode(runs, quick):
    """Rows from the binlog to values, in transactions of 500; and the same rows to events that no rule waits for."""
    count = 20_000 if quick else 1_000_000
    ours, events, theirs = [], [], []
    with Server() as server, Receiver() as receiver:
        silent = daemon(server, receiver, ENDS + "      orders: {key: id, events: {delete: order.withdrawn}}\n", END_RULE)
        spoken = daemon(server, receiver, ENDS + "      orders: {key: id, events: {insert: order.placed}}\n", END_RULE)
        first, ends = 1, 0
        for _ in range(runs):
            for machine in (silent, spoken):
                machine.start()
                machine.stop()
            file = server.file()
            server.write(count, 500, 0, first)
            first += count
            ends += 1
            server.sql(f"INSERT INTO psa.ends VALUES ({ends})")
            for machine, rates in ((silent, ours), (spoken, events)):
                receiver.reset()
                begin = time.monotonic()
                machine.start()
                receiver.wait(1)
                rates.append(count / (time.monotonic() - begin))
                machine.stop()
            other = min(count, 100_000)
            server.sql("FLUSH BINARY LOGS")
            file = server.file()
            server.write(other, 500, 0, first)
            first += other
            theirs.append(float(subprocess.run([PYTHON, "-c", READER, str(server.port), file, str(other)], check=True, capture_output=True, text=True).stdout))
        silent.remove()
        spoken.remove()
    ratio = [one / other for one, other in zip(ours, theirs)]
    report("binlog, rows decoded", median(ours), "rows/s", f"{median(theirs):,.0f}/s mysql-replication", ">= 300,000 and 8 times",
           f"({spread(ours)}), ratio {median(ratio):.1f} ({spread(ratio)}); 500 rows a transaction, from the daemon's start to the last row")
    report("binlog, rows to events, no rule", median(events), "events/s", f"{median(ours):,.0f}/s decoded", "–", f"({spread(events)})")


def latency(runs, quick):
    """Commit in MariaDB → request received, at 200 changes/s; the event is in the journal before."""
    count, rate = (200 if quick else 2000), 200
    p50s, p99s, commits50, commits99 = [], [], [], []
    with Server() as server, Receiver() as receiver:
        first = 1
        for _ in range(runs):
            state = Machine(receiver.port)
            _, commit50, commit99, _ = state.write(count, 1, rate)
            state.remove()
            machine = daemon(server, receiver, "      orders: {key: id, events: {insert: order.placed}}\n",
                             "  - {name: bill, events: [order.placed], deliver: [billing]}\n")
            machine.start()
            receiver.reset()
            times = machine.path("times")
            server.write(count, 1, rate, first, times)
            first += count
            receiver.wait(count)
            arrived = dict(line.split() for line in receiver.get("times").splitlines())
            waits = sorted((int(arrived[f"orders/{number}"]) - int(moment)) / 1e6 for number, moment in (line.split() for line in open(times)))
            machine.stop()
            machine.remove()
            p50s.append(waits[count // 2])
            p99s.append(waits[count * 99 // 100])
            commits50.append(commit50)
            commits99.append(commit99)
    report("binlog, latency p50 at 200 changes/s", median(p50s), "ms", f"{median(commits50):.2f} ms median commit of SQLite", "<= 1 + commit", f"({spread(p50s)}) to the request received, after the journal")
    report("binlog, latency p99 at 200 changes/s", median(p99s), "ms", f"{median(commits99):.2f} ms p99 commit of SQLite", "<= 10 + commit", f"({spread(p99s)})")


def writer(runs, quick):
    """The panel's writer with the source attached ÷ without, in pairs."""
    count = 500 if quick else 20_000
    ratios = []
    with Server() as server, Receiver() as receiver:
        machine = daemon(server, receiver, ENDS + "      orders: {key: id, events: {insert: order.placed}}\n", END_RULE)
        first = 1
        for pair in range(2 if quick else max(runs, 7)):
            rates = {}
            for attached in ((True, False) if pair % 2 else (False, True)):
                if attached:
                    receiver.reset()
                    machine.start()
                    # What was written without us is read before the clock runs.
                    server.sql(f"INSERT INTO psa.ends VALUES ({pair})")
                    receiver.wait(1)
                rates[attached] = server.write(count, 10, 0, first)[0]
                first += count
                if attached:
                    machine.stop()
            ratios.append(rates[True] / rates[False])
        machine.remove()
    report("binlog, the panel's writer with us", median(ratios), "times", "1.00 without", ">= 0.85", f"({spread(ratios)}), {len(ratios)} pairs, 10 rows a transaction")


def blobs(_, quick):
    """Resident memory while BLOBs of 15 MB pass by."""
    count = 2 if quick else 20
    with Server() as server, Receiver() as receiver:
        machine = daemon(server, receiver, ENDS + "      files: {key: id, events: {insert: file.stored}}\n",
                         END_RULE + "  - {name: files, events: [file.stored], deliver: [billing]}\n")
        machine.start()
        largest, done = [machine.resident()], threading.Event()

        def watch():
            while not done.wait(0.01):
                largest.append(machine.resident())

        watcher = threading.Thread(target=watch)
        watcher.start()
        for number in range(count):
            server.sql(f"INSERT INTO psa.files VALUES ({number}, REPEAT(x'00ff01', 5242880))")
        server.sql("INSERT INTO psa.ends VALUES (1)")
        receiver.wait(count + 1)
        done.set()
        watcher.join()
        before = largest[0]
        machine.stop()
        machine.remove()
    report("binlog, resident, 15 MB BLOBs", max(largest), "MB", f"{before:.0f} MB at rest", "< 80", f"{count} rows")


def run(runs, quick=False):
    decode(runs, quick)
    latency(runs, quick)
    writer(runs, quick)
    blobs(runs, quick)
