#!/usr/bin/env python3
"""What judge_memory.py takes for growth, and what it does not."""

import random
import sys
import unittest

from judge_memory import judge, settled, thinned, trend, watch

MB = 1e6
HOUR = 3600


def looks(held, seconds=HOUR):
    return [(float(second), held(second) * MB) for second in range(1, seconds)]


class Memory(unittest.TestCase):
    def well(self, held, seconds=HOUR):
        return judge(looks(held, seconds), seconds)[1]

    def test_that_stays_is_well_and_that_grows_is_not(self):
        self.assertTrue(self.well(lambda _: 100))
        self.assertTrue(self.well(lambda second: 100 + 4 * second / HOUR))
        self.assertFalse(self.well(lambda second: 100 + 6 * second / HOUR))
        self.assertTrue(self.well(lambda second: 100 - 30 * second / HOUR), "it gives back")

    def test_that_grows_is_seen_through_noise(self):
        noise = random.Random(7)
        self.assertFalse(self.well(lambda second: 100 + 8 * second / HOUR + noise.uniform(-20, 20)))
        self.assertTrue(self.well(lambda second: 100 + 2 * second / HOUR + noise.uniform(-20, 20)))

    def test_is_not_judged_by_its_peaks(self):
        self.assertTrue(self.well(lambda second: 300 if second % 10 == 0 else 100))
        self.assertTrue(self.well(lambda second: 300 if second > HOUR - 5 else 100), "the last look alone")
        self.assertTrue(self.well(lambda second: 100 + 20 * (second % 100) / 100), "a saw")

    def test_that_stepped_up_late_grew_though_its_trend_did_not(self):
        def held(second):
            return 120 if second > 0.8 * HOUR else 100
        self.assertAlmostEqual(trend(looks(held))[0] * HOUR / MB, 0, delta=1)
        self.assertFalse(self.well(held))

    def test_is_judged_after_it_has_settled_and_while_the_doors_are_open(self):
        self.assertTrue(self.well(lambda second: second if second < 60 else 100))
        self.assertTrue(judge(looks(lambda second: 100 if second <= 600 else 900, 700), 600)[1])
        self.assertTrue(self.well(lambda second: 46 + 9.3 * 1.024e-3 * min(second, 600)), "the series")
        self.assertFalse(self.well(lambda second: 46 + 9.3 * 1.024e-3 * min(second, 1200)), "no series is so long")
        self.assertEqual([when for when, _ in settled([(4, 1), (5, 1), (30, 1), (31, 1)], 30)], [5, 30])

    def test_of_which_little_was_seen_is_not_judged(self):
        said, well = judge(looks(lambda _: 100, 20), 20)
        self.assertFalse(well)
        self.assertIn("too few", said)

    def test_in_very_many_looks_is_that_of_their_neighbours(self):
        self.assertEqual(thinned([(1, 1), (2, 9), (3, 5), (4, 5)], most=2), [(1.5, 5), (3.5, 5)])
        self.assertEqual(thinned([(1, 1), (2, 9)], most=2), [(1, 1), (2, 9)])

    def test_is_that_of_the_descendant_that_holds_most(self):
        child = "held = bytearray(b'x') * 80_000_000; input()"
        parent = ("import subprocess, sys, time\n"
                  f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE)\n"
                  "time.sleep(1); child.communicate(b'\\n'); sys.exit(7)")
        seen, code = watch([sys.executable, "-c", parent], every=0.05)
        self.assertEqual(code, 7)
        self.assertGreater(max(held for _, held in seen), 80e6)


if __name__ == "__main__":
    unittest.main()
