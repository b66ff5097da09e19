#!/usr/bin/env python3
"""Many runs of one hazard scenario: were the unsafe strategies caught, and did the safe ones never fail?

    tools/judge_hazard.py RESULT.json...      a line for each strategy; exits 1 if one is not as it should be

A strategy is unsafe here when the scenario expects an invariant of it to be broken. Judged is what the audit and
the thresholds say of each trial, not the run's exit code: a machine that is too busy makes a trial's times invalid,
but not the orders in its database. What could not be decided is neither a catch nor a failure. At most one trial in
twenty may be without the answer that is expected, and of a safe strategy that one may only be undecided.
"""

import collections
import json
import sys

MOST_MISSES = 1 / 20


class Strategy:
    def __init__(self):
        self.unsafe = False
        self.trials = self.as_expected = self.failed = self.invalid = 0

    def add(self, trial, thresholds):
        audit = trial["audit"]
        answers = [audit["as_expected"]] + [threshold["holds"] for threshold in thresholds]
        self.trials += 1
        self.as_expected += all(answer is True for answer in answers)
        self.failed += any(answer is False for answer in answers)
        self.invalid += trial["validity"] == "invalid"
        promises = audit["invariants"] + audit.get("properties", [])
        self.unsafe |= any(promise.get("expected") == "broken" for promise in promises)

    def is_right(self):
        misses = self.trials - self.as_expected
        return misses <= MOST_MISSES * self.trials and (self.unsafe or self.failed == 0)

    def __str__(self):
        done = f"{'caught' if self.unsafe else 'clean'} in {self.as_expected} of {self.trials} trials"
        if not self.unsafe and self.failed:
            done += f", failed in {self.failed}"
        return done + (f" ({self.invalid} with times that are invalid)" if self.invalid else "")


def judge(results):
    """The strategies of all results by name."""
    strategies = collections.defaultdict(Strategy)
    for result in results:
        for trial in result["trials"]:
            mine = [threshold for threshold in result["thresholds"]
                    if threshold["strategy"] == trial["strategy"]
                    and threshold.get("repetition", trial["repetition"]) == trial["repetition"]]
            strategies[trial["strategy"]].add(trial, mine)
    return dict(strategies)


def main(paths):
    results = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            results.append(json.load(file))
    strategies = judge(results)
    for name, strategy in strategies.items():
        print(f"   {name}: {strategy}{'' if strategy.is_right() else '  <- not as it should be'}")
    return 0 if strategies and all(strategy.is_right() for strategy in strategies.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
