#!/usr/bin/env python3
"""Times hunting queries in kql and, as hand-written SQL, in other engines over the same Parquet files. See README.md.

    python3 benches/compare/compare.py --data FOLDER [--kql target/release/kql] [QUERY…]

Makes its own virtual environment (`.venv` beside this file) from requirements.txt.
"""

import argparse
import fnmatch
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SUITE = ROOT / "fixtures" / "queries"
QUERIES = HERE / "queries"
# Events that `kql generate` makes end here.
NOW = "2026-11-20T12:00:00Z"
RIVALS = ["duckdb", "datafusion", "clickhouse"]
STATISTICS = {"median": "medians", "least": "least times", "cpu": "processor time"}
# Unmeasured runs of a new process of kql: rivals, whose processes live on, had as many before their first measured run.
WARM_UP = 3
# These take KQL: the same text as kql.
OTHERS = ["duckdb-kql", "clickhouse-kql"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("queries", nargs="*", metavar="QUERY", help="names of queries, with * and ?; default all")
    parser.add_argument("--data", required=True, type=Path, help="folder of TABLE.parquet or TABLE/*.parquet")
    parser.add_argument("--kql", type=Path, default=ROOT / "target" / "release" / "kql", help="the kql to measure")
    parser.add_argument("--engines", default=",".join(RIVALS), help="of " + ", ".join(RIVALS + OTHERS))
    parser.add_argument("--threads", type=int, default=2, help="processors and threads each engine gets")
    parser.add_argument("--rounds", type=int, default=3, help="turns each engine has at a query")
    runs = "measured runs of a turn at least, after one unmeasured; short queries get more"
    parser.add_argument("--runs", type=int, default=3, help=runs)
    parser.add_argument("--statistic", choices=STATISTICS, default="median", help="which time the table shows")
    parser.add_argument("--timeout", type=float, default=120, help="seconds after which a turn is given up")
    parser.add_argument("--check-only", action="store_true", help="compare the answers, measure nothing")
    parser.add_argument("--out", type=Path, help="write everything measured to this JSON file")
    return parser.parse_args()


def own_environment():
    """Runs again inside the virtual environment, which is made or renewed when requirements.txt is newer."""
    home = Path(os.environ.get("KQL_COMPARE_VENV", HERE / ".venv"))
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if Path(sys.prefix) == home:
        return
    wanted = (HERE / "requirements.txt").read_text()
    stamp = home / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"making {home}", file=sys.stderr)
        venv.create(home, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted)
    os.execv(python, [str(python), *sys.argv])


# ---------------------------------------------------------------------------------------------------------------- queries


class Query:
    def __init__(self, path, rules):
        self.path, self.name, self.rules = path, path.stem, rules

    def text(self, engine):
        """The text for an engine: NAME.ENGINE.sql, else NAME.sql; none when the engine has no way to say it."""
        if engine in OTHERS:
            return self.path.read_text()
        own, common = QUERIES / f"{self.name}.{engine}.sql", QUERIES / f"{self.name}.sql"
        if own.exists():
            return own.read_text()
        return common.read_text() if common.exists() and engine not in self.rules.get("cannot", {}) else None

    def why_not(self, engine):
        return self.rules.get("cannot", {}).get(engine, "no SQL written")


def queries(patterns):
    rules = tomllib.loads((HERE / "queries.toml").read_text())
    paths = sorted(SUITE.glob("*.kql")) + sorted(QUERIES.glob("*.kql"))
    found = [Query(p, rules.get(p.stem, {})) for p in paths]
    unknown = set(rules) - {q.name for q in found}
    if unknown:
        sys.exit(f"queries.toml: no such query: {', '.join(sorted(unknown))}")
    return [q for q in found if not patterns or any(fnmatch.fnmatch(q.name, p) for p in patterns)]


# ---------------------------------------------------------------------------------------------------------------- engines


class Failed(Exception):
    """The engine refused, crashed, or took too long."""


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


class Kql:
    """A turn is a process `kql bench`: it runs the query unmeasured until it is warm, then `runs` times."""

    def __init__(self, arguments):
        self.kql, self.data, self.timeout = arguments.kql, arguments.data, arguments.timeout
        self.peak, self.cold_cpu = 0, None
        # Everybody reads the Parquet files in each run: kql may not keep small ones in memory, as it would by itself.
        self.environment = {"KQL_IN_PLACE": "0"} | os.environ

    def command(self, *words):
        return [self.kql, *words, "--data", self.data, "--now", NOW, "--format", "json"]

    def answer(self, query):
        command = self.command("run", query.path, "--quiet", "--max-rows", "1000000000")
        ran = subprocess.run(command, capture_output=True, text=True, env=self.environment)
        if ran.returncode:
            raise Failed(ran.stderr.strip())
        return json.loads(ran.stdout)["tables"][0]

    def turn(self, query, runs):
        if self.cold_cpu is None:
            self.cold_cpu = min(self.bench(query.path, 1, 0)[1] for _ in range(2))
        measured, cpu = self.bench(query.path, runs, WARM_UP)
        # Without the start of the process and its first run.
        measured["cpu"] = max((cpu - self.cold_cpu) / (runs + WARM_UP - 1), 0.2 * cpu / (runs + WARM_UP))
        # Rivals stop at an Arrow table: the answer's text, which `kql bench` writes to nowhere, is not counted either.
        text = measured["stages"]["fetch"] / measured["median"]
        least = measured["least"] * text
        measured["cpu"] = max(measured["cpu"] - least, measured["cpu"] * (1 - text))
        measured["median"] *= 1 - text
        measured["least"] -= least
        return measured

    def bench(self, path, runs, warm_up):
        """Times and stages, and processor time of the whole process."""
        command = self.command("bench", path, "--runs", str(runs), "--warm-up", str(warm_up))
        before = cpu_of_children()
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, env=self.environment, **pipes)
        watch = threading.Thread(target=self.watch, args=(process,))
        watch.start()
        out, err = process.communicate()
        watch.join()
        if process.returncode:
            raise Failed(err.strip())
        measured = json.loads(out)["queries"][0]
        # Rivals live on, so no other child has ended meanwhile.
        cpu = cpu_of_children() - before
        return {name: measured[name] for name in ("median", "least", "stages")}, cpu

    def watch(self, process):
        status = Path(f"/proc/{process.pid}/status")
        while status.exists() and process.returncode is None:
            try:
                for line in status.read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        self.peak = max(self.peak, int(line.split()[1]) * 1024)
            except OSError:
                return
            time.sleep(0.01)


class Rival:
    """A worker process for one query: the peak memory is the query's."""

    def __init__(self, engine, arguments):
        self.engine, self.timeout, self.peak = engine, arguments.timeout, 0
        words = [sys.executable, HERE / "worker.py", engine, arguments.data, str(arguments.threads)]
        environment = os.environ | {"TOKIO_WORKER_THREADS": str(arguments.threads)}
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        self.read()

    def read(self):
        late = threading.Timer(self.timeout, self.process.kill)
        late.start()
        line = self.process.stdout.readline()
        on_time = late.is_alive()
        late.cancel()
        if not line:
            raise Failed("crashed" if on_time else f"no answer in {self.timeout:.0f} s")
        reply = json.loads(line)
        if "error" in reply:
            raise Failed(reply["error"])
        self.peak = max(self.peak, reply.get("peak") or 0)
        return reply

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self.read()

    def answer(self, text, folder):
        import pyarrow as pa

        path = f"{folder}/{self.engine}.arrow"
        self.ask(text=text, runs=1, save=path)
        with pa.memory_map(path) as source:
            return pa.ipc.open_file(source).read_all()

    def turn(self, text, runs):
        reply = self.ask(text=text, runs=runs + 1)
        times, cpu = reply["times"][1:], reply["cpu"][1:]
        return {"median": statistics.median(times), "least": min(times), "cpu": statistics.median(cpu)}

    def close(self):
        self.process.kill()
        self.process.wait()


# ---------------------------------------------------------------------------------------------------------------- measuring


def measure(query, engines, arguments, folder):
    """{engine: {"time": ms, …}} or {"problem": text} for each engine; kql first."""
    import check

    result = {}
    kql = Kql(arguments)
    try:
        ours = kql.answer(query)
    except Failed as e:
        return {"kql": {"problem": f"failed: {e}"}}
    result["kql"] = {"rows": len(ours["rows"])}
    players = {"kql": (kql, query)}
    workers = []
    slowest = 0
    for engine in engines:
        text = query.text(engine)
        if text is None:
            result[engine] = {"problem": f"cannot: {query.why_not(engine)}"}
            continue
        try:
            worker = Rival(engine, arguments)
            workers.append(worker)
            check.compare(ours, worker.answer(text, folder), query.rules)
            result[engine] = {}
            slowest = max(slowest, worker.ask(text=text, runs=1)["times"][0])
            players[engine] = (worker, text)
        except Failed as e:
            result[engine] = {"problem": f"failed: {e}"}
        except check.Different as e:
            result[engine] = {"problem": f"unequal: {e}"}
    del ours
    turns = {name: [] for name in players}
    # Half a second a turn where the queries are short; the same number of runs for everybody.
    runs = min(max(arguments.runs, int(500 / max(slowest, 1))), 15)
    for turn in range(0 if arguments.check_only else arguments.rounds):
        names = list(turns)
        # Nobody is always the first after another.
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            player, what = players[name]
            try:
                turns[name].append(player.turn(what, runs))
            except Failed as e:
                result[name] = {"problem": f"failed: {e}"}
                turns.pop(name)
    for name, measured in turns.items():
        if measured:
            result[name]["median"] = statistics.median(t["median"] for t in measured)
            result[name]["least"] = min(t["least"] for t in measured)
            result[name]["cpu"] = max(statistics.median(t["cpu"] for t in measured), 0.01)
            result[name]["turns"] = measured
            result[name]["peak"] = players[name][0].peak
    for worker in workers:
        worker.close()
    return result


# ---------------------------------------------------------------------------------------------------------------- reporting


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def row(name, measured, engines, statistic):
    cells = [name, str(measured["kql"].get("rows", ""))]
    ours = measured["kql"].get(statistic)
    cells.append(number(ours) if ours else "")
    for engine in engines:
        got = measured.get(engine, {})
        theirs = got.get(statistic)
        if theirs and ours:
            cells += [number(theirs), f"{theirs / ours:.2f}"]
        else:
            cells += [(got.get("problem") or "equal").partition(":")[0], ""]
    times = [measured[e][statistic] for e in engines if statistic in measured.get(e, {})]
    if ours and times:
        cells.append(f"{ours / min(times):.2f}" + (" !" if ours > 2 * min(times) else ""))
    else:
        cells.append("")
    memory = lambda e: measured.get(e, {}).get("peak")
    cells += [f"{memory(e) / 1e6:.0f}" if memory(e) else "" for e in ["kql", *engines]]
    return cells


def mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def report(results, engines, arguments):
    header = ["query", "rows", "kql ms"]
    for engine in engines:
        header += [f"{engine} ms", "ratio"]
    header += ["kql/best", "kql MB", *(f"{e} MB" for e in engines)]
    rows = [header] + [row(name, measured, engines, arguments.statistic) for name, measured in results.items()]
    widths = [max(len(r[i]) for r in rows) for i in range(len(header))]
    for r in rows:
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths))).rstrip())
    print()
    for statistic in STATISTICS:
        for engine in engines:
            pairs = [(m[engine][statistic], m["kql"][statistic]) for m in results.values() if statistic in m.get(engine, {})]
            if pairs:
                ratios = [theirs / ours for theirs, ours in pairs]
                what = STATISTICS[statistic]
                won = sum(r >= 1 for r in ratios)
                of = f"geometric mean of {len(ratios)}, {what}"
                print(f"{engine}: {mean(ratios):.2f} × kql's time ({of}); kql is faster in {won}")
    problems = [(n, e, g["problem"]) for n, m in results.items() for e, g in m.items() if "problem" in g]
    if problems:
        print("\nnot counted:")
        for name, engine, problem in problems:
            print(f"  {name}, {engine}: {' '.join(problem.split())[:400]}")
    turns = f"{arguments.rounds} turns of {arguments.runs} runs or more"
    shown = f"the table shows {STATISTICS[arguments.statistic]}"
    print(f"\n{machine()}; {arguments.threads} threads; {turns}; {shown}; data {arguments.data}")


def machine():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{name}, {os.cpu_count()} processors{load}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC"


def main():
    own_environment()
    args = arguments()
    args.data, args.kql = args.data.resolve(), args.kql.resolve()
    engines = args.engines.split(",")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for query in queries(args.queries):
            print(query.name, file=sys.stderr)
            results[query.name] = measure(query, engines, args, folder)
            if args.out:
                args.out.write_text(json.dumps({"machine": machine(), "queries": results}, indent=1))
    report(results, engines, args)


if __name__ == "__main__":
    main()
