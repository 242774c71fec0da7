"""The measurement `matcher`: rules against events, on one core, with no daemon around it."""
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = (35, 1_000, 10_000, 100_000)
TEXT_GOALS = dict(zip(SIZES, (1.0, 1.0, 0.8, 0.6)))
ROW_GOALS = dict(zip(SIZES, (5, 5, 4, 3)))
HARD = ("numeric", "wildcards", "cidr", "weak")
ARRAY_REPEATS = 20


class Bench:
    """Events and rule sets in a folder, and the program that matches them."""

    def __init__(self, folder, programs, tools, quick):
        self.folder = folder
        self.program = os.path.join(programs, "callbackd")
        self.lines_tool = os.path.join(tools, "bare_lines")
        self.divisor = 100 if quick else 1
        # The last core: the first one takes most interrupts.
        self.pinned = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]

    def path(self, name):
        return os.path.join(self.folder, name)

    def generate(self, name, *words):
        with open(self.path(name), "w") as out:
            subprocess.run([sys.executable, os.path.join(HERE, "tools", "rule_sets.py"), *map(str, words)], stdout=out, check=True)

    def first_lines(self, source, name, count):
        with open(self.path(source)) as lines, open(self.path(name), "w") as out:
            out.writelines(line for _, line in zip(range(count), lines))

    def generate_all(self):
        self.generate("events", "events", 50_000 // self.divisor)
        self.first_lines("events", "rows", 1_000)
        self.first_lines("events", "one", 1)
        for size in SIZES:
            self.generate(f"mixed-{size}", "rules", "mixed", max(size // self.divisor, 35))
        for name in HARD:
            self.generate(name, "rules", name, 10_000 // self.divisor)
        self.generate("array-rules", "array-rules", 1_000 // self.divisor)
        self.generate("arrays", "array", 4_000 // self.divisor)
        with open(self.path("arrays")) as lines:
            for name, line in zip(("array", "array-adversarial"), lines):
                with open(self.path(name), "w") as out:
                    out.write(line * ARRAY_REPEATS)

    def match(self, rules, events, *options):
        """What `match --count` says, by name, and the peak of the process in megabytes."""
        words = [*self.pinned, self.program, "match", "--patterns", self.path(rules), "--events", self.path(events), "--count", *options]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        output = process.stdout.read()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(words)}: exit {process.returncode}")
        figures = {name: float(value) for name, value in (word.split("=") for word in output.split())}
        return figures, usage.ru_maxrss / 1024

    def floor(self, name):
        """Lines and seconds of a look for line ends."""
        words = [*self.pinned, self.lines_tool, self.path(name)]
        lines, seconds = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
        return int(lines), float(seconds)


class Series:
    """The values of one figure, one for each run."""

    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values.setdefault(name, []).append(value)

    def median(self, name):
        return statistics.median(self.values[name])

    def spread(self, name):
        values = self.values[name]
        return f"({min(values):,.2f}–{max(values):,.2f})"


def take(bench, runs):
    """Every figure once in each run, one after the other, so that a busy minute does not hit one of them alone."""
    series, matches = Series(), {}

    def millions(name, rules, events, *options):
        figures, _ = bench.match(rules, events, *options)
        # The same bytes give the same verdicts each time.
        assert matches.setdefault(name, figures["matches"]) == figures["matches"], (name, matches, figures)
        rate = figures["events"] / figures["seconds"] / 1e6
        series.add(name, rate)
        return rate

    for _ in range(runs):
        lines, seconds = bench.floor("events")
        series.add("floor", lines / seconds / 1e6)
        texts = {size: millions(f"text {size}", f"mixed-{size}", "events") for size in SIZES}
        series.add("text growth", texts[1_000] / texts[100_000])
        rows = {size: millions(f"row {size}", f"mixed-{size}", "rows", "--captured") for size in SIZES}
        series.add("row growth", rows[1_000] / rows[100_000])
        for name in HARD:
            millions(name, name, "events")
        for name in ("array", "array-adversarial"):
            lines, seconds = bench.floor(name)
            series.add(f"{name} floor", seconds / lines * 1e3)
            figures, _ = bench.match("array-rules", name)
            series.add(name, figures["seconds"] / figures["events"] * 1e3)
        # With one event, what is left in memory are the rules.
        figures, peak = bench.match(f"mixed-{SIZES[-1]}", "one")
        series.add("compile", figures["compile"])
        series.add("peak", peak)
        series.add("single peak", bench.match("one-rule", "one")[1])
        series.add("compile floor", bench.floor(f"mixed-{SIZES[-1]}")[1])
    return series


def measure(programs, tools, runs, quick, report):
    with tempfile.TemporaryDirectory(prefix="callbackd-bench-") as folder:
        bench = Bench(folder, programs, tools, quick)
        bench.generate_all()
        bench.first_lines(f"mixed-{SIZES[-1]}", "one-rule", 1)
        size = os.path.getsize(bench.path("events")) * bench.divisor / 50_000
        series = take(bench, runs)
    if quick:
        print("a hundredth of rules and events: a trial of the driver, no figures")
    floor = f"{series.median('floor'):,.0f} M/s line ends"
    for count in SIZES:
        name = f"text {count}"
        report(f"matcher, JSON text, {count:,} rules", series.median(name), "M events/s", floor, f">= {TEXT_GOALS[count]:.2f}",
               f"{series.spread(name)}; {size:,.0f} bytes an event, one core")
    report("matcher, JSON text, cost 1,000 → 100,000", series.median("text growth"), "times", "1.00", "< 2.50", series.spread("text growth"))
    for count in SIZES:
        name = f"row {count}"
        report(f"matcher, row in memory, {count:,} rules", series.median(name), "M events/s", "–", f">= {ROW_GOALS[count]:.2f}",
               f"{series.spread(name)}; 1,000 rows, again and again")
    report("matcher, row in memory, cost 1,000 → 100,000", series.median("row growth"), "times", "1.00", "< 2.50", series.spread("row growth"))
    for name in HARD:
        report(f"matcher, JSON text, 10,000 of {name}", series.median(name), "M events/s", floor, ">= 0.30", series.spread(name))
    for name, words in (("array", "list of 4,000 elements"), ("array-adversarial", "adversarial list of 4,000")):
        report(f"matcher, {words}", series.median(name), "ms an event",
               f"{series.median(name + ' floor'):.3f} ms line ends", "< 5.00",
               f"{series.spread(name)}; 1,000 rules")
    report("matcher, 100,000 rules: compile", series.median("compile"), "s", f"{series.median('compile floor'):.3f} s line ends", "< 2.00",
           series.spread("compile"))
    report("matcher, 100,000 rules: peak memory", series.median("peak"), "MB", f"{series.median('single peak'):,.0f} MB with one rule", "< 150", series.spread("peak"))
