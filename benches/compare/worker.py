"""One rival engine in a process of its own.

    worker.py ENGINE DATA THREADS

Reads one JSON request a line, answers with one JSON line:

    {"text": "SELECT …", "runs": 3, "save": "/tmp/answer.arrow"}
    {"times": [12.3, 12.1, 12.2], "cpu": [20.1, 20.3, 20.0], "rows": 4, "peak": 123456}

Times in milliseconds (`cpu` is the sum over processors), `peak` in bytes. Or

    {"error": "…"}

Text is SQL, or KQL for the engines that take it. The time of a run is everything from the text to an Arrow table in this
process. `save` writes the table of the last run.
"""

import json
import re
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

# What now() is: events that `kql generate` makes end here.
NOW = datetime(2026, 11, 20, 12)


def tables(data):
    """Name and files of each table: TABLE.parquet, or a folder TABLE of Parquet files."""
    for path in sorted(Path(data).iterdir()):
        if path.is_dir() and any(path.glob("*.parquet")):
            yield path.name, f"{path}/*.parquet", str(path)
        elif path.suffix == ".parquet":
            yield path.stem, str(path), str(path)


class DuckDb:
    def __init__(self, data, threads):
        import duckdb

        self.connection = duckdb.connect()
        self.connection.sql(f"SET threads = {threads}")
        self.connection.sql("SET TimeZone = 'UTC'")
        self.connection.sql("SET parquet_metadata_cache = true")
        self.connection.sql("SET preserve_insertion_order = false")
        self.connection.sql("SET enable_progress_bar = false")
        for name, files, _ in tables(data):
            self.connection.sql(f"CREATE VIEW \"{name}\" AS FROM read_parquet('{files}')")

    def run(self, text):
        return self.connection.sql(text).to_arrow_table()


class DuckDbKql(DuckDb):
    """The package duckdb-kql: it translates KQL to SQL of DuckDB. The translation counts, as kql's own planning does."""

    def __init__(self, data, threads):
        super().__init__(data, threads)
        # Its SQL has no functions for nanoseconds.
        for name, files, _ in tables(data):
            kinds = self.connection.sql(f'DESCRIBE "{name}"').fetchall()
            fine = [f'"{column}"::TIMESTAMPTZ AS "{column}"' for column, kind, *_ in kinds if kind == "TIMESTAMPTZ_NS"]
            source = f"read_parquet('{files}')"
            self.connection.sql(f'CREATE OR REPLACE VIEW "{name}" AS SELECT * REPLACE ({", ".join(fine)}) FROM {source}')

    def run(self, text):
        import duckdb_kql

        return duckdb_kql.query(self.connection, text, query_now=NOW).to_arrow_table()


class DataFusion:
    def __init__(self, data, threads):
        from datafusion import SessionConfig, SessionContext

        config = (
            SessionConfig()
            .with_target_partitions(threads)
            .set("datafusion.sql_parser.enable_ident_normalization", "false")
            .set("datafusion.execution.parquet.pushdown_filters", "true")
            .set("datafusion.execution.parquet.reorder_filters", "true")
        )
        self.context = SessionContext(config)
        for name, _, path in tables(data):
            self.context.register_parquet(f'"{name}"', path)

    def run(self, text):
        return self.context.sql(text).to_arrow_table()


class ClickHouse:
    """SQL of ClickHouse over tables of the engine File: they remember the schema, and filters reach the Parquet reader."""

    def __init__(self, data, threads):
        from chdb import session

        self.session = session.Session()
        self.session.query(f"SET max_threads = {threads}")
        self.session.query("SET session_timezone = 'UTC'")
        # They remember, by the text of a condition, which parts of a file no row of passed it: part of the answer.
        self.session.query("SET use_query_condition_cache = 0, use_query_condition_cache_for_top_k = 0")
        self.session.query("SET output_format_arrow_string_as_string = 1")
        for name, files, _ in tables(data):
            self.session.query(f"CREATE TABLE `{name}` ENGINE = File(Parquet, '{files}')")

    def run(self, text):
        return self.read(self.session.query(text, "Arrow"))

    def read(self, answer):
        data = answer.bytes()
        if not data:
            return pa.table({})
        return pa.ipc.open_file(pa.BufferReader(data)).read_all()


class ClickHouseKql(ClickHouse):
    """The same, asked in KQL: the dialect is experimental."""

    def __init__(self, data, threads):
        super().__init__(data, threads)
        self.session.query("SET allow_experimental_kusto_dialect = 1")
        self.session.query("SET dialect = 'kusto'")

    def run(self, text):
        # Its clock cannot be set: instants that the query counts from now() are written out.
        text = re.sub(r"\bago\((\d+)d\)", lambda m: instant(NOW - timedelta(days=int(m[1]))), text)
        return super().run(re.sub(r"\bnow\(\)", instant(NOW), text))


def instant(time):
    return f"datetime({time:%Y-%m-%d %H:%M:%S})"


ENGINES = {
    "duckdb": DuckDb,
    "datafusion": DataFusion,
    "clickhouse": ClickHouse,
    "duckdb-kql": DuckDbKql,
    "clickhouse-kql": ClickHouseKql,
}


def peak():
    """The most memory this process had, in bytes; None where the system does not say."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def answer(engine, request):
    times, cpu = [], []
    table = None
    for _ in range(request["runs"]):
        table = None  # the answer of the run before is not kept beside the next
        start, cpu_start = time.perf_counter(), time.process_time()
        table = engine.run(request["text"])
        times.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - cpu_start) * 1000)
    most = peak()
    if "save" in request:
        with pa.OSFile(request["save"], "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    return {"times": times, "cpu": cpu, "rows": table.num_rows, "peak": most}


def main():
    name, data, threads = sys.argv[1:]
    out = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    try:
        engine = ENGINES[name](data, int(threads))
        print(json.dumps({"ready": name}), file=out, flush=True)
    except Exception as e:
        print(json.dumps({"error": str(e)}), file=out, flush=True)
        return
    for line in sys.stdin:
        try:
            reply = answer(engine, json.loads(line))
        except Exception as e:
            reply = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(reply), file=out, flush=True)


if __name__ == "__main__":
    main()
