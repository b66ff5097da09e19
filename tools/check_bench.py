#!/usr/bin/env python3
"""Holds bench/README.md to results/reference/bench/.

A figure stands in a row of a table whose last cell names the program, the benchmark and the counter:

    | a million wait | 300 MB | 243 MB (242 to 245) | `buyers_bench` `waiting_in_a_run/1000000` `process_MB` |

It is the median over the repetitions in results/reference/bench/<program>.json, with their extremes, to
the digits shown; of a benchmark that goes through rounds itself, `ratio` has `ratio_min` and `ratio_max`.
Only of what was measured once there is no spread. `cpu_time` and `real_time` are counters too. A counter
that is measured in something ends with it (`process_MB`, `cpu_us/op`), and the cell has that unit; of
times, any.
"""
import json
import re
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = re.compile(r"`(\w+_bench\w*)` `([^`]+)` `([^`]+)`")
FIGURE = re.compile(r"^(-?[\d.,]+) ?([^\d\s(]*)(?: \((-?[\d.,]+) to (-?[\d.,]+)\))?$")
VARIANT = re.compile(r"$|/(iterations|repeats|real_time)")
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
TIMES = ("cpu_time", "real_time")
UNITS = {*NANOSECONDS, "bytes", "kB", "MB", "GB", "MiB"}


def unit_of(counter):
    """What a counter is measured in, by its name; nothing: it is a mere number. Google's times tell it themselves."""
    word = counter.split("/")[0].rpartition("_")[2]
    return word if word in UNITS else ""


def values_of(result, benchmark, counter, unit):
    """The counter of every repetition, times in the unit asked for."""
    values = []
    for entry in result["benchmarks"]:
        name = entry.get("run_name", "")
        rest = name.removeprefix(benchmark)
        if entry.get("run_type") != "iteration" or rest == name or not VARIANT.match(rest):
            continue
        if counter in entry:
            own = entry["time_unit"] if counter in TIMES else unit_of(counter.removesuffix("_min").removesuffix("_max"))
            values.append(entry[counter] * (NANOSECONDS[own] / NANOSECONDS[unit] if own in NANOSECONDS else 1))
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
        is_time = counter in TIMES or unit_of(counter) in NANOSECONDS
        if is_time and unit not in NANOSECONDS:
            problems.append(f"{where}'{unit}' is no unit of time")
            continue
        if not is_time and unit != unit_of(counter):
            problems.append(f"{where}{counter} is in '{unit_of(counter)}', not in '{unit}'")
            continue
        result = load(program)
        values = values_of(result, benchmark, counter, unit) if result else []
        if not values:
            problems.append(f"{where}results/reference/bench/{program}.json has no {counter} of {benchmark}")
            continue
        told = [(median, statistics.median(values))]
        rounds = [values_of(result, benchmark, counter + end, unit) for end in ("_min", "_max")]
        if least is None and (len(values) > 1 or rounds[0]):
            problems.append(f"{where}{median} {unit} has no spread, though the result has one")
        if least is not None:
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
