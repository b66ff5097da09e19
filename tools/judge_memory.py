#!/usr/bin/env python3
"""Judges the memory of a long run: `judge_memory.py load_bench.json` fails when memory_over_time grew by
more than 5 % after it had settled."""
import json
import sys

MOST = 0.05


def growth(result):
    """The share by which the process grew; nothing where it was not measured."""
    for entry in result["benchmarks"]:
        measured = entry["name"].startswith("memory_over_time") and entry["run_type"] == "iteration"
        if measured and entry.get("settled_MB"):
            return entry["grew_MB"] / entry["settled_MB"]
    return None


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        grew = growth(json.load(file))
    if grew is None:
        print("memory_over_time was not measured")
        return 1
    print(f"memory grew by {100 * grew:.1f} % after it had settled, {100 * MOST:.0f} % is the most")
    return 0 if grew <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
