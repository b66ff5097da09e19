#!/usr/bin/env python3
"""judge_lag.py RESULT...: was the harness itself on time? Prints its lag at p99, by kind of operation,
of every trial of the results, and fails where one is 1 ms or more. How late the harness is depends on
the machine too: one that others use shows their load."""
import json
import sys

LIMIT_US = 1000


def late(trial):
    """What of a trial was late: a list of sentences; prints all."""
    found = []
    for kind, lag in trial["lag"].items():
        if not lag or lag["count"] == 0:
            continue
        text = f"{trial['strategy']}: lag of {kind} at p99 {lag['p99_us'] / 1000:.3f} ms (n={lag['count']})"
        print(f"   {text}")
        if lag["p99_us"] >= LIMIT_US:
            found.append(text)
    return found


def main(paths):
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for trial in json.load(file)["trials"]:
                found += late(trial)
                for reason in trial["reasons"]:
                    print(f"   {trial['strategy']}: {trial['validity']}: {reason}")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
