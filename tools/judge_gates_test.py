#!/usr/bin/env python3
"""What judge_gates.py lets pass and what it does not."""

import unittest

from judge_gates import judge


def check(verdict, metric="buy.p99", audit=None):
    findings = [{"kind": "audit", "verdict": audit}] if audit else []
    return {"verdict": verdict, "findings": findings, "metrics": [{"metric": metric, "verdict": verdict}]}


NONE, ALARM, OPEN = check("holds"), check("broken"), check("undecided")


class SameBuilds(unittest.TestCase):
    def test_may_alarm_as_often_as_the_level_says(self):
        self.assertEqual(judge("same", [ALARM] * 4 + [NONE] * 26)[0], "")
        self.assertIn("more alarms", judge("same", [ALARM] * 6 + [NONE] * 24)[0])

    def test_that_are_not_told_apart_from_noise_prove_nothing(self):
        self.assertIn("undecided", judge("same", [OPEN] * 7 + [NONE] * 23)[0])
        self.assertEqual(judge("same", [OPEN] * 6 + [NONE] * 24)[0], "")
        self.assertIn("undecided", judge("same", [])[0])

    def test_that_break_a_promise_are_no_alarm(self):
        self.assertIn("promise", judge("same", [check("broken", audit="broken")] + [NONE] * 29)[0])


class ASlowerBuild(unittest.TestCase):
    def test_must_be_found_in_19_of_20(self):
        self.assertEqual(judge("slower", [ALARM] * 19 + [NONE])[0], "")
        self.assertIn("18 times", judge("slower", [ALARM] * 18 + [NONE] * 2)[0])

    def test_is_not_found_by_another_metric(self):
        self.assertIn("0 times", judge("slower", [check("broken", "cpu")] * 20)[0])


if __name__ == "__main__":
    unittest.main()
