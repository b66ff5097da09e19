#!/usr/bin/env python3
"""judge_gates.py same|slower FILE... [--record RECORD]: what check.json of many gates says together. `same`:
builds that do not differ; fails where so many alarms come in less than 1 of 100 such series of a check that
keeps its level. `slower`: builds of which one has later purchases; fails unless 19 of 20 say so. Both fail
where more than a fifth is undecided, or a promise of the stores was broken: then the gates say nothing of the
builds. RECORD gets what was judged, to be kept, and can be judged again as a FILE; it asks for the gates'
runs too, which know the machine."""
import argparse
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


def at_most(alarms, gates):
    """The greatest rate of alarms at which so few come in 1 of 20 such series: an upper bound with 95 %
    confidence (Clopper and Pearson 1934)."""

    def so_few(rate):
        return sum(comb(gates, k) * rate**k * (1 - rate) ** (gates - k) for k in range(alarms + 1))

    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if so_few(middle) > 0.05 else (low, middle)
    return high


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


def read_checks(paths):
    checks = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        checks += document["gates"] if "gates" in document else [document]
    return checks


KEPT = ("verdict", "conclusion", "level", "threshold_percent", "differences", "findings")
KEPT_OF_A_METRIC = ("strategy", "metric", "unit", "baseline", "candidate", "change", "p_corrected", "verdict")


def machine_of(run):
    with open(f"{run['file']}/result.json", encoding="utf-8") as file:
        return json.load(file)["environment"]["host"]


def kept_of(check):
    """What a gate found and on what machine, without where its runs were."""
    if "validities" in check:
        return check
    runs = check["baseline"] + check["candidate"]
    validities = [run["validity"] for run in runs]
    return {
        "started_at": min(run["started_at"] for run in runs),
        "machine": machine_of(runs[0]),
        "commits": sorted({run["commit"] for run in runs}),
        "validities": {word: validities.count(word) for word in sorted(set(validities))},
        **{key: check[key] for key in KEPT},
        "metrics": [{key: metric[key] for key in KEPT_OF_A_METRIC} for metric in check["metrics"]],
    }


def record(checks):
    """One gate a line."""
    gates = sorted((kept_of(check) for check in checks), key=lambda gate: gate["started_at"])
    return '{"gates": [\n' + ",\n".join(json.dumps(gate) for gate in gates) + "\n]}\n"


def main(kind, paths, kept_in):
    checks = read_checks(paths)
    if kept_in:
        with open(kept_in, "w", encoding="utf-8") as file:
            file.write(record(checks))
    wrong, told = judge(kind, checks)
    print(f"   of {len(checks)} gates: " + ", ".join(f"{count} {word}" for word, count in told.items()))
    if wrong:
        print(f"   {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("same", "slower"))
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--record")
    words = parser.parse_args()
    sys.exit(main(words.kind, words.files, words.record))
