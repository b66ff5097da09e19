#!/usr/bin/env python3
"""What judge_memory.py sees, and what is none of its business."""

import unittest

from judge_memory import MOST, growth


def result(**counters):
    return {"benchmarks": [{"name": "memory_over_time/real_time", "run_type": "iteration", **counters}]}


class Memory(unittest.TestCase):
    def test_growth_is_seen(self):
        self.assertGreater(growth(result(settled_MB=100, grew_MB=6)), MOST)
        self.assertLess(growth(result(settled_MB=100, grew_MB=4)), MOST)

    def test_a_run_that_was_too_short_says_nothing(self):
        self.assertIsNone(growth(result(settled_MB=0, grew_MB=0)))
        self.assertIsNone(growth({"benchmarks": []}))


if __name__ == "__main__":
    unittest.main()
