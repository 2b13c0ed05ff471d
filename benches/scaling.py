#!/usr/bin/env python3
"""How the time of queries grows with the data: `kql bench` over 1, 10, … million generated events, as a table and a plot.

    cargo build --release -p kql
    python3 benches/scaling.py --data /tmp/scaling --sizes 1 10 30

A size that is in the folder already is not generated again. The plot is drawn by kql itself.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The instant at which generated events end.
NOW = "2026-11-20T12:00:00Z"


def generate(kql, folder, events, seed):
    """Events as Parquet; the seconds it took, None when they are there already."""
    done = folder / "generated.json"
    if done.exists():
        return json.loads(done.read_text())["seconds"]
    start = time.monotonic()
    command = [kql, "generate", "--events", str(events), "--seed", str(seed), "--format", "parquet", "--out", folder]
    subprocess.run(command, check=True)
    seconds = time.monotonic() - start
    done.write_text(json.dumps({"events": events, "seed": seed, "seconds": round(seconds, 1)}))
    return seconds


def measure(kql, folder, queries, runs):
    """The report of `kql bench` over the tables of a folder."""
    tables = [f"{file.stem}={file}" for file in sorted(folder.glob("*.parquet"))]
    data = [argument for table in tables for argument in ("--data", table)]
    command = [kql, "bench", *queries, *data, "--now", NOW, "--runs", str(runs), "--format", "json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def table(sizes, reports, what):
    """Markdown: a line a query, a column a size, and the exponent of growth between the last two sizes."""
    names = [query["name"] for query in reports[sizes[0]]["queries"]]
    times = {size: {q["name"]: q[what] for q in reports[size]["queries"]} for size in sizes}
    lines = ["| query | " + " | ".join(f"{size:g} M" for size in sizes) + " | growth |"]
    lines.append("|---|" + "--:|" * (len(sizes) + 1))

    def line(name, of):
        growth = "" if len(sizes) < 2 else f"{math.log(of[sizes[-1]] / of[sizes[-2]]) / math.log(sizes[-1] / sizes[-2]):.2f}"
        return f"| {name} | " + " | ".join(f"{of[size]:.1f}" for size in sizes) + f" | {growth} |"

    for name in names:
        lines.append(line(name, {size: times[size][name] for size in sizes}))
    lines.append(line("geometric mean", {size: geometric_mean(times[size].values()) for size in sizes}))
    lines.append(line("sum", {size: sum(times[size].values()) for size in sizes}))
    return "\n".join(lines)


def plot(kql, sizes, reports, what, chart, scratch):
    """Both axes are logarithmic: a line with the slope of `linear` grows as the data does."""
    with open(scratch, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Events", "Query", "Milliseconds"])
        first = geometric_mean([query[what] for query in reports[sizes[0]]["queries"]])
        for size in sizes:
            times = [query[what] for query in reports[size]["queries"]]
            for name, value in [
                ("slowest query", max(times)),
                ("geometric mean", geometric_mean(times)),
                ("fastest query", min(times)),
                ("linear", first * size / sizes[0]),
            ]:
                rows.writerow([size * 1e6, name, value])
    query = (
        "Growth | extend Events = toreal(Events), Milliseconds = toreal(Milliseconds)"
        " | render linechart with (xcolumn=Events, series=Query, ycolumns=Milliseconds, xaxis=log, yaxis=log,"
        ' title="Milliseconds of a query by events", xtitle="events", ytitle="ms")'
    )
    command = [kql, "run", "-q", "--data", f"Growth={scratch}", "-e", query, "--chart", chart]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("queries", nargs="*", help="query files; default: the suite of kql bench")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder for the events, a folder a size")
    parser.add_argument("--sizes", type=float, nargs="+", default=[1, 10], help="millions of events")
    parser.add_argument("--kql", default=ROOT / "target/release/kql")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", action="store_true", help="least times instead of medians: steadier on a busy machine")
    parser.add_argument("--chart", type=pathlib.Path, default=ROOT / "benches/scaling.svg")
    arguments = parser.parse_args()
    kql = os.fspath(arguments.kql)
    what = "least" if arguments.least else "median"
    sizes, reports = sorted(arguments.sizes), {}
    for size in sizes:
        folder = arguments.data / f"{size:g}m"
        folder.mkdir(parents=True, exist_ok=True)
        events = round(size * 1e6)
        seconds = generate(kql, folder, events, arguments.seed)
        size_on_disk = sum(file.stat().st_size for file in folder.glob("*.parquet"))
        rate = f"{events / seconds * 60 / 1e6:.1f} M events a minute" if seconds else ""
        print(f"{size:g} M events: {size_on_disk / 1e6:.0f} MB of Parquet, generated at {rate}", file=sys.stderr)
        reports[size] = measure(kql, folder, arguments.queries, arguments.runs)
        (folder / "report.json").write_text(json.dumps(reports[size], indent=1))
    plot(kql, sizes, reports, what, arguments.chart, arguments.data / "growth.csv")
    peaks = {size: max(query["peak_bytes"] for query in reports[size]["queries"]) for size in sizes}
    print(table(sizes, reports, what))
    print("\nMost memory of a query: " + ", ".join(f"{peaks[size] / 1e6:.0f} MB over {size:g} M" for size in sizes) + ".")


if __name__ == "__main__":
    main()
