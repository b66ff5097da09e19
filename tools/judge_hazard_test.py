#!/usr/bin/env python3
"""What judge_hazard.py lets pass and what it does not."""

import unittest

from judge_hazard import judge


def result(as_expected, unsafe=False, validity="valid", thresholds=()):
    invariants = [{"name": "no_oversell", "expected": "broken" if unsafe else "holds"}]
    trial = {"strategy": "s", "repetition": 1, "validity": validity,
             "audit": {"as_expected": as_expected, "invariants": invariants}}
    return {"trials": [trial],
            "thresholds": [{"strategy": name, "repetition": 1, "holds": holds} for name, holds in thresholds]}


def right(*results):
    return judge(results)["s"].is_right()


class OfTwentyRuns(unittest.TestCase):
    def test_an_unsafe_strategy_may_escape_once(self):
        caught = [result(True, unsafe=True)] * 18
        self.assertTrue(right(*caught, result(True, unsafe=True), result(False, unsafe=True)))
        self.assertFalse(right(*caught, result(False, unsafe=True), result(False, unsafe=True)))

    def test_a_safe_one_may_never_fail(self):
        self.assertTrue(right(*[result(True)] * 20))
        self.assertFalse(right(*[result(True)] * 19, result(False)))

    def test_what_is_undecided_is_no_catch_and_no_failure(self):
        self.assertTrue(right(*[result(True)] * 19, result(None)))
        self.assertFalse(right(*[result(True)] * 18, result(None), result(None)))
        self.assertFalse(right(*[result(True, unsafe=True)] * 18, *[result(None, unsafe=True)] * 2))

    def test_the_audit_of_a_trial_with_invalid_times_stands(self):
        self.assertTrue(right(*[result(True, unsafe=True, validity="invalid")] * 20))
        self.assertFalse(right(*[result(True)] * 19, result(False, validity="invalid")))


class Thresholds(unittest.TestCase):
    def test_one_that_is_broken_is_a_failure(self):
        self.assertFalse(right(result(True, thresholds=[("s", False)])))
        self.assertTrue(right(result(True, thresholds=[("s", True), ("another", False)])))

    def test_one_without_a_sample_is_undecided(self):
        self.assertFalse(right(*[result(True, thresholds=[("s", None)])] * 2))


if __name__ == "__main__":
    unittest.main()
