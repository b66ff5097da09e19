#!/usr/bin/env python3
"""Compares two folders that tools/bench left, of two builds: compare_bench.py BASE HEAD.

For every benchmark and counter the medians over the repetitions, and their ratio. A star marks those whose
repetitions do not overlap at all: with five of each that is chance once in 126. Counters count too, which
Google's own compare.py does not look at. What one of the two alone has is named, without a ratio.
"""
import json
import statistics
import sys
from pathlib import Path

NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
NO_FIGURES = {"family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads", "iterations"}


def figures_of(result):
    """(benchmark, counter) to the values of its repetitions; times in nanoseconds."""
    figures = {}
    for entry in result["benchmarks"]:
        if entry.get("run_type") != "iteration":
            continue
        for counter, value in entry.items():
            if counter in NO_FIGURES or isinstance(value, str):
                continue
            scale = NANOSECONDS[entry["time_unit"]] if counter in ("cpu_time", "real_time") else 1
            figures.setdefault((entry["run_name"], counter), []).append(value * scale)
    return figures


def differences(base, head):
    """(benchmark, counter, median, median, whether all of one lie beyond all of the other), of what both have."""
    for key, before in figures_of(base).items():
        after = figures_of(head).get(key)
        if after:
            apart = max(before) < min(after) or max(after) < min(before)
            enough = min(len(before), len(after)) > 1
            yield *key, statistics.median(before), statistics.median(after), apart and enough


def alone(one, other):
    """(benchmark, counter, median) of what the other lacks."""
    others = figures_of(other)
    for key, values in figures_of(one).items():
        if key not in others:
            yield *key, statistics.median(values)


def result_in(folder, name):
    path = folder / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"benchmarks": []}


def lines_of(base, head):
    """A line for every figure in either folder, and how many of them are comparisons."""
    lines, compared = [], 0
    for name in sorted({path.name for folder in (base, head) for path in folder.glob("*.json")}):
        before, after = result_in(base, name), result_in(head, name)
        program = name.removesuffix(".json")
        for benchmark, counter, was, now, apart in differences(before, after):
            ratio = f"{now / was:7.3f}" if was else "      -"
            lines.append(f"{'*' if apart else ' '} {ratio}  {was:12.6g} -> {now:12.6g}  {program} {benchmark} {counter}")
            compared += 1
        for benchmark, counter, was in alone(before, after):
            lines.append(f"    gone   {was:12.6g} -> {'':12}  {program} {benchmark} {counter}")
        for benchmark, counter, now in alone(after, before):
            lines.append(f"    new    {'':12} -> {now:12.6g}  {program} {benchmark} {counter}")
    return lines, compared


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 3
    base, head = (Path(folder) for folder in sys.argv[1:])
    lines, compared = lines_of(base, head)
    for line in lines:
        print(line)
    if compared == 0:
        print("nothing that both have", file=sys.stderr)
    return 0 if compared else 3


if __name__ == "__main__":
    sys.exit(main())
