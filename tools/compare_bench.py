#!/usr/bin/env python3
"""Compares two folders that tools/bench left, of two builds: compare_bench.py BASE HEAD.

For every benchmark and counter the medians over the repetitions, and their ratio. A star marks those whose
repetitions do not overlap at all: with five of each that is chance once in 126. Counters count too, which
Google's own compare.py does not look at.
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


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 3
    base, head = (Path(folder) for folder in sys.argv[1:])
    compared = 0
    for path in sorted(base.glob("*.json")):
        if not (head / path.name).exists():
            continue
        both = [json.loads((folder / path.name).read_text(encoding="utf-8")) for folder in (base, head)]
        for benchmark, counter, before, after, apart in differences(*both):
            ratio = f"{after / before:7.3f}" if before else "      -"
            print(f"{'*' if apart else ' '} {ratio}  {before:12.6g} -> {after:12.6g}  {path.stem} {benchmark} {counter}")
            compared += 1
    if compared == 0:
        print("nothing that both have", file=sys.stderr)
    return 0 if compared else 3


if __name__ == "__main__":
    sys.exit(main())
