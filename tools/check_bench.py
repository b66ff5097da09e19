#!/usr/bin/env python3
"""Holds bench/README.md to results/reference/bench/.

A figure stands in a row of a table whose last cell names the program, the benchmark and the counter:

    | a million wait | 300 MB | 243 MB (242 to 245) | `buyers_bench` `waiting_in_a_run/1000000` `process_MB` |

It is the median over the repetitions in results/reference/bench/<program>.json, with their extremes, to
the digits shown; of a benchmark that goes through rounds itself, `ratio` has `ratio_min` and `ratio_max`.
`cpu_time` and `real_time` are counters too; their unit is the cell's.
"""
import json
import re
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = re.compile(r"`(\w+_bench)` `([^`]+)` `([^`]+)`")
FIGURE = re.compile(r"^(-?[\d.,]+) ?([^\d\s(]*)(?: \((-?[\d.,]+) to (-?[\d.,]+)\))?$")
VARIANT = re.compile(r"$|/(iterations|repeats|real_time)")
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def values_of(result, benchmark, counter, unit):
    """The counter of every repetition, times in the unit asked for."""
    values = []
    for entry in result["benchmarks"]:
        name = entry.get("run_name", "")
        rest = name.removeprefix(benchmark)
        if entry.get("run_type") != "iteration" or rest == name or not VARIANT.match(rest):
            continue
        if counter in entry:
            is_time = counter in ("cpu_time", "real_time")
            values.append(entry[counter] * (NANOSECONDS[entry["time_unit"]] / NANOSECONDS[unit] if is_time else 1))
    return values


def shows(text, value):
    """Whether the text is the value to the digits that it shows."""
    digits = len(text.partition(".")[2])
    return abs(float(text.replace(",", "")) - value) <= 0.5 * 10**-digits * 1.0001


def problems_of(text, load):
    """What is wrong with the tables; `load(program)` is a parsed result, or None."""
    problems, figures = [], 0
    for number, line in enumerate(text.splitlines(), 1):
        source = SOURCE.search(line)
        if not line.startswith("|") or not source:
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        program, benchmark, counter = source.groups()
        figure = FIGURE.match(cells[-2])
        where = f"bench/README.md:{number}: "
        figures += 1
        if not figure:
            problems.append(f"{where}'{cells[-2]}' is no figure with its unit and spread")
            continue
        median, unit, least, most = figure.groups()
        if counter in ("cpu_time", "real_time") and unit not in NANOSECONDS:
            problems.append(f"{where}'{unit}' is no unit of time")
            continue
        result = load(program)
        values = values_of(result, benchmark, counter, unit) if result else []
        if not values:
            problems.append(f"{where}results/reference/bench/{program}.json has no {counter} of {benchmark}")
            continue
        told = [(median, statistics.median(values))]
        if least is not None:
            rounds = [values_of(result, benchmark, counter + end, unit) for end in ("_min", "_max")]
            told += [(least, min(rounds[0] or values)), (most, max(rounds[1] or values))]
        for shown, value in told:
            if not shows(shown, value):
                problems.append(f"{where}{shown} is {value:.6g} in results/reference/bench/{program}.json")
    if figures == 0:
        problems.append("bench/README.md: no row names where its figure comes from")
    return problems


def load_reference(program):
    path = ROOT / "results/reference/bench" / f"{program}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def main():
    problems = problems_of((ROOT / "bench/README.md").read_text(encoding="utf-8"), load_reference)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
