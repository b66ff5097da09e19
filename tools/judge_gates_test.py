#!/usr/bin/env python3
"""What judge_gates.py lets pass and what it does not."""

import json
import math
import pathlib
import re
import tempfile
import unittest

from judge_gates import at_most, judge, names_purchases, read_checks, record


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


class TheBound(unittest.TestCase):
    def test_is_that_of_clopper_and_pearson(self):
        for alarms, gates, bound in ((0, 30, 0.09503), (1, 30, 0.14860), (0, 10, 0.25887), (3, 3, 1)):
            self.assertAlmostEqual(at_most(alarms, gates), bound, 5)


class ARecord(unittest.TestCase):
    """Says what the gates said, in their order, and not where their runs were."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        pathlib.Path(self.folder.name, "result.json").write_text(
            json.dumps({"environment": {"host": {"cpus": 2}}}), encoding="utf-8"
        )

    def with_runs(self, checked, started_at):
        metric = {"strategy": "a", "unit": "us", "baseline": 1, "candidate": 2, "change": {}, "p_corrected": 0.01}
        run = {"file": self.folder.name, "started_at": started_at, "commit": "abc", "validity": "valid"}
        return {
            **checked,
            "metrics": [{**metric, **each} for each in checked["metrics"]],
            "conclusion": "",
            "level": 0.05,
            "threshold_percent": 5,
            "differences": [],
            "baseline": [run],
            "candidate": [run],
        }

    def test_is_judged_like_the_gates(self):
        for checks in (
            [ALARM, ALARM, check("broken", "cpu"), NONE],
            [ALARM, check("broken", audit="broken")],
            [NONE] * 3 + [OPEN],
        ):
            gates = [self.with_runs(each, f"{9 - number}") for number, each in enumerate(checks)]
            text = record(gates)
            kept = json.loads(text)["gates"]
            self.assertNotIn(self.folder.name, text)
            self.assertEqual([gate["started_at"] for gate in kept], sorted(gate["started_at"] for gate in kept))
            for kind in ("same", "slower"):
                self.assertEqual(judge(kind, kept), judge(kind, gates))
            self.assertEqual(kept[0]["validities"], {"valid": 2})
            self.assertEqual(kept[0]["machine"], {"cpus": 2})
            self.assertEqual(record(kept), text)


ROOT = pathlib.Path(__file__).resolve().parent.parent


class TheCommittedSeries(unittest.TestCase):
    """Of one build on one machine; what is said of them has their figures."""

    def setUp(self):
        self.series = {
            kind: read_checks([ROOT / "results/reference/gate" / f"{kind}.json"]) for kind in ("same", "slower")
        }

    def test_are_of_one_build_on_machines_of_one_kind(self):
        for checks in self.series.values():
            for gate in checks:
                self.assertEqual(gate["commits"], self.series["same"][0]["commits"])
                self.assertEqual((gate["machine"]["cpus"], gate["machine"]["virtual_machine"]), (2, True))

    def test_hold(self):
        for kind, differences in (("same", 0), ("slower", 1)):
            wrong, told = judge(kind, self.series[kind])
            self.assertEqual((wrong, told["undecided"]), ("", 0), kind)
            for gate in self.series[kind]:
                self.assertEqual(len(gate["differences"]), differences)
                self.assertTrue(all("network.rtt" in each for each in gate["differences"]))

    def test_are_what_is_said_of_them(self):
        same, slower = self.series["same"], self.series["slower"]
        alarms = judge("same", same)[1]["regression"]
        found = sum(map(names_purchases, slower))
        worst = math.ceil(100 * at_most(alarms, len(same)))
        least = math.floor(100 * (1 - at_most(len(slower) - found, len(slower))))
        words = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
        self.assertIn(f"an alarm in {alarms} of {len(same)} comparisons of a build with itself, so in at most {worst} %", words)
        self.assertIn(f"was found in {found} of {len(slower)}, so in at least {least} %", words)
        words = (ROOT / "results/README.md").read_text(encoding="utf-8")
        self.assertIn(f"what {len(same)} gates found that compared a build with itself", words)
        self.assertIn(f"and {len(slower)} that had a round trip of 6 ms to find where it was 5", words)


if __name__ == "__main__":
    unittest.main()
