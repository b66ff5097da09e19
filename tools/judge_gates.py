#!/usr/bin/env python3
"""judge_gates.py same|slower CHECK...: what check.json of many gates says together. `same`: builds that do
not differ; fails where so many alarms come in less than 1 of 100 such series of a check that keeps its
level. `slower`: builds of which one has later purchases; fails unless 19 of 20 say so. Both fail where more
than a fifth is undecided, or a promise of the stores was broken: then the gates say nothing of the builds."""
import json
import sys
from math import comb

LEVEL = 0.05


def word_of(check):
    """regression, none, undecided, or audit."""
    broken = {finding["kind"] for finding in check["findings"] if finding["verdict"] == "broken"}
    if "audit" in broken or "threshold" in broken:
        return "audit"
    if check["verdict"] == "undecided":
        return "undecided"
    return "none" if check["verdict"] == "holds" else "regression"


def names_purchases(check):
    return any(metric["verdict"] == "broken" and metric["metric"].startswith("buy") for metric in check["metrics"])


def chance_of(alarms, gates):
    """That a check which keeps its level raises so many or more."""
    return sum(comb(gates, k) * LEVEL**k * (1 - LEVEL) ** (gates - k) for k in range(alarms, gates + 1))


def judge(kind, checks):
    """(what is wrong, or "", how often each word)"""
    words = [word_of(check) for check in checks]
    told = {word: words.count(word) for word in ("regression", "none", "undecided", "audit")}
    decided = told["regression"] + told["none"]
    if told["audit"]:
        return "a promise was broken", told
    if not checks or 5 * told["undecided"] > len(checks):
        return "too many are undecided", told
    if kind == "same":
        return ("more alarms than the level allows" if chance_of(told["regression"], decided) < 0.01 else ""), told
    found = sum(names_purchases(check) for check in checks)
    return ("" if 20 * found >= 19 * len(checks) else f"purchases that are later were found {found} times"), told


def main(kind, paths):
    checks = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            checks.append(json.load(file))
    wrong, told = judge(kind, checks)
    print(f"   of {len(checks)} gates: " + ", ".join(f"{count} {word}" for word, count in told.items()))
    if wrong:
        print(f"   {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("same", "slower"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
