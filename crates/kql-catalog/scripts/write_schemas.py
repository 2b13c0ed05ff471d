#!/usr/bin/env python3
"""Writes ../schemas/{defender,sentinel}.txt from a JSON file of published schemas.

    write_schemas.py SCHEMAS.json

The JSON is {"defender"|"sentinel": {"tables": {"Table": [["Column", "type"], ...]}}}, gathered from the public
references of advanced hunting and of Azure Monitor Logs.

Layout of the text files, which src/text.rs reads:
  # comment                                      only at the top
  Table<TAB>Column Column:type Column ...        one table a line, columns in published order
  - a column without a type is a string, which four in five are;
  - lines are in byte order of the table name: a table is found by binary search in the text, nothing is indexed;
  - names are letters, digits and _ .
"""
import json
import pathlib
import re
import sys

SOURCES = {
    "defender": "Advanced hunting tables of Microsoft Defender XDR: https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables",
    "sentinel": "Log Analytics tables: https://learn.microsoft.com/azure/azure-monitor/reference/tables-index",
}


def main() -> None:
    published = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(__file__).parent.parent / "schemas"
    folder.mkdir(exist_ok=True)
    for profile, source in SOURCES.items():
        tables = published[profile]["tables"]
        lines = [f"# {source}", "# One table a line: name, tab, columns in order; no type means string. Written by scripts/write_schemas.py."]
        for table in sorted(tables, key=str.encode):
            columns = tables[table]
            assert all(re.fullmatch(r"\w+", name, re.ASCII) for name in [table, *(c for c, _ in columns)]), table
            assert len({c for c, _ in columns}) == len(columns), table
            lines.append(table + "\t" + " ".join(c if t == "string" else f"{c}:{t}" for c, t in columns))
        (folder / f"{profile}.txt").write_text("\n".join(lines) + "\n")


main()
