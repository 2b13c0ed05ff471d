"""Whether two answers are the same: the same rows, whatever their order.

The left answer is kql's (`--format json`: it names the Kusto types), the right one an Arrow table. What an engine without
Kusto's types cannot say otherwise is taken as the same: NULL for an empty string, 1 for true, an unsigned number of seconds for
a datetime, whole nanoseconds or a fraction of seconds for a timespan, microseconds for ticks, an array or JSON text for a
dynamic value.
"""

import json
import math
from datetime import datetime, timezone

import pyarrow as pa

TICKS_PER_SECOND = 10_000_000
# A microsecond: what engines without finer instants round to.
INSTANT_TOLERANCE = 10
REAL_TOLERANCE = 1e-6


class Different(Exception):
    """The answers differ; says how."""


def compare(kql, table, rules):
    """Raises `Different` unless both answers are the same. Rules of a query (queries.toml):

    sorted: columns the query sorts by; their order is checked too
    approximate: columns with estimates, each with the relative difference allowed
    """
    columns, rows = kql["columns"], kql["rows"]
    names = [c["name"] for c in columns]
    if [n for n in table.column_names] != names:
        raise Different(f"columns {table.column_names}, not {names}")
    if table.num_rows != len(rows):
        raise Different(f"{table.num_rows} rows, not {len(rows)}")
    types = [c["type"] for c in columns]
    left = [[ours(v, t) for v, t in zip(row, types)] for row in rows]
    right = list(zip(*(theirs(table.column(i), t) for i, t in enumerate(types)))) if rows else []
    tolerance = {names.index(n): t for n, t in rules.get("approximate", {}).items()}
    for name in rules.get("sorted", []):
        i = names.index(name)
        for n, (a, b) in enumerate(zip(left, right)):
            if not same(a[i], b[i], types[i], tolerance.get(i)):
                raise Different(f"order: row {n + 1} has {name} {b[i]!r}, not {a[i]!r}")
    key = lambda row: order(row, types, tolerance)
    for a, b in zip(sorted(left, key=key), sorted(right, key=key)):
        for i, name in enumerate(names):
            if not same(a[i], b[i], types[i], tolerance.get(i)):
                raise Different(f"{name} is {text(b[i])}, not {text(a[i])}, in row {text(a)}")


def text(value):
    value = repr(value)
    return value if len(value) < 300 else value[:300] + "…"


def order(row, types, tolerance):
    """Exact values first: those with a tolerance may not decide which rows stand side by side."""
    inexact = lambda i: types[i] in ("real", "datetime", "timespan") or i in tolerance
    exact = [json.dumps(v, sort_keys=True) for i, v in enumerate(row) if not inexact(i)]
    rest = [(v is not None, v if v is not None else 0) for i, v in enumerate(row) if inexact(i)]
    return exact, rest


def same(a, b, ty, tolerance):
    if a is None or b is None:
        return a is b
    if tolerance is not None:
        return abs(a - b) <= tolerance * max(abs(a), abs(b))
    if ty in ("datetime", "timespan"):
        return abs(a - b) <= INSTANT_TOLERANCE
    if ty in ("real", "decimal"):
        return math.isclose(a, b, rel_tol=REAL_TOLERANCE, abs_tol=REAL_TOLERANCE) or (a != a and b != b)
    return a == b


def ours(value, ty):
    if value is None:
        return "" if ty == "string" else None
    match ty:
        case "datetime":
            return instant(value)
        case "timespan":
            return span(value)
        case "real" | "decimal":
            return float(value)
        case "dynamic":
            return dynamic(value)
        case _:
            return value


def instant(text):
    """Ticks since 1970."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp())
    return seconds * TICKS_PER_SECOND + int(fraction.ljust(7, "0") or 0)


def span(text):
    """Ticks of `[-][d.]hh:mm:ss[.fffffff]`."""
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    clock, _, fraction = text.partition(".") if text.count(".") == 1 and text.index(".") > text.find(":") else (text, "", "")
    days = 0
    if "." in clock:
        first, _, rest = clock.partition(".")
        days, clock = int(first), rest
        clock, _, fraction = clock.partition(".")
    hours, minutes, seconds = (int(x) for x in clock.split(":"))
    seconds += days * 86400 + hours * 3600 + minutes * 60
    return sign * (seconds * TICKS_PER_SECOND + int(fraction.ljust(7, "0") or 0))


def dynamic(value):
    """A set has no order: arrays are compared as bags of values."""
    if isinstance(value, list):
        return sorted((dynamic(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    return value


def theirs(column, ty):
    """Values of an Arrow column, as those of the Kusto type."""
    kind = column.type
    if ty == "datetime":
        if pa.types.is_timestamp(kind):
            nanoseconds = column.cast(pa.timestamp("ns", kind.tz), safe=False).cast(pa.int64())
            return [v if v is None else v // 100 for v in nanoseconds.to_pylist()]
        if pa.types.is_date(kind):
            return theirs(column.cast(pa.timestamp("s")), ty)
        if pa.types.is_unsigned_integer(kind):
            return [v if v is None else v * TICKS_PER_SECOND for v in column.to_pylist()]
        raise Different(f"{kind} for a datetime")
    if ty == "timespan":
        if pa.types.is_duration(kind):
            nanoseconds = column.cast(pa.duration("ns")).cast(pa.int64()).to_pylist()
        elif pa.types.is_integer(kind):
            nanoseconds = column.to_pylist()
        elif pa.types.is_decimal(kind) or pa.types.is_floating(kind):
            nanoseconds = [v if v is None else int(v * 1_000_000_000) for v in column.to_pylist()]
        elif pa.types.is_interval(kind):
            nanoseconds = [v and v.days * 86_400_000_000_000 + v.nanoseconds for v in column.to_pylist()]
        else:
            raise Different(f"{kind} for a timespan")
        return [v if v is None else v // 100 for v in nanoseconds]
    values = column.to_pylist()
    match ty:
        case "string":
            return ["" if v is None else v for v in values]
        case "bool":
            return [v if v is None else bool(v) for v in values]
        case "real" | "decimal":
            return [v if v is None else float(v) for v in values]
        case "dynamic":
            return [parsed(v) for v in values]
        case "int" | "long":
            if pa.types.is_floating(kind):
                raise Different(f"{kind} for a {ty}")
            return values
        case _:
            return values


def parsed(value):
    if isinstance(value, str):
        if value == "":
            return None
        try:
            return dynamic(json.loads(value))
        except ValueError:
            return value
    return dynamic(value)
