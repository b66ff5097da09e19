#!/usr/bin/env python3
"""What capacity_tries.py takes for a capacity, and what it lets pass."""

import unittest

from capacity_tries import FIRST, judge, slow_way


class SlowWay(unittest.TestCase):
    def test_ends_within_a_step_below_the_capacity(self):
        self.assertTrue(20_000 / 1.06 < slow_way(lambda rate, run: rate < 20_000)[0] <= 20_000)

    def test_is_not_ended_by_one_unlucky_run_in_each_rate_or_by_single_rates(self):
        rates = []

        def keeps(rate, run):
            if rate not in rates:
                rates.append(rate)
            unlucky_rate = len(rates) in (10, 20)
            return run != 0 and rate < 20_000 and not unlucky_rate

        self.assertGreater(slow_way(keeps)[0], 18_000)

    def test_knows_a_load_that_nobody_bears(self):
        self.assertEqual(slow_way(lambda rate, run: False), (0, 6))
        self.assertGreaterEqual(slow_way(lambda rate, run: rate == FIRST)[0], FIRST)


class Searches(unittest.TestCase):
    good = (10_000, 10_500, 10, 200)

    def test_may_miss_once_in_ten(self):
        far = (8_000, 10_500, 10, 200)
        self.assertEqual(judge([self.good] * 9 + [far]), "")
        self.assertIn("8 of 10", judge([self.good] * 8 + [far] * 2))
        self.assertIn("0 of 0", judge([]))
        self.assertIn("9 of 11", judge([self.good] * 9 + [(None, 10_500, 10, 200), far]))
        self.assertIn("0 of 1", judge([(13_000, 10_500, 10, 200)]))

    def test_must_take_few_runs_each_time(self):
        self.assertIn("25%", judge([self.good] * 9 + [(10_000, 10_500, 60, 200)]))


if __name__ == "__main__":
    unittest.main()
