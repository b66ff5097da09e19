#!/usr/bin/env python3
"""What judge_lag.py lets pass and what it does not."""

import contextlib
import io
import unittest

from judge_lag import late


def late_kinds(**p99_us):
    lag = {kind: {"count": 10, "p99_us": value} for kind, value in p99_us.items()}
    lag["pay"] = {"count": 0, "p99_us": 5000}
    with contextlib.redirect_stdout(io.StringIO()):
        return [sentence.split()[3] for sentence in late({"strategy": "s", "reasons": [], "lag": lag})]


class AHarness(unittest.TestCase):
    def test_under_a_millisecond_is_on_time(self):
        self.assertEqual(late_kinds(view=999, buy=10), [])

    def test_of_a_millisecond_or_more_is_late(self):
        self.assertEqual(late_kinds(view=1000, buy=10), ["view"])
        self.assertEqual(late_kinds(view=20, buy=8000), ["buy"])


if __name__ == "__main__":
    unittest.main()
