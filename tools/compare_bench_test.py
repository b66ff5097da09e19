"""What compare_bench.py takes for a difference."""
import unittest

from compare_bench import differences


def result(*times):
    return {
        "benchmarks": [
            {"run_name": "merge", "run_type": "iteration", "time_unit": "us", "iterations": 9, "cpu_time": time}
            for time in times
        ]
        + [{"run_name": "merge", "run_type": "aggregate", "time_unit": "us", "cpu_time": 1}]
    }


class CompareBench(unittest.TestCase):
    def test_medians_and_whether_they_are_apart(self):
        self.assertEqual(list(differences(result(1, 2, 9), result(3, 4, 8))), [("merge", "cpu_time", 2e3, 4e3, False)])
        self.assertEqual(list(differences(result(1, 2), result(3, 4)))[0][4], True)
        self.assertEqual(list(differences(result(3, 4), result(1, 2)))[0][4], True)

    def test_one_of_each_proves_nothing(self):
        self.assertEqual(list(differences(result(1), result(9)))[0][4], False)

    def test_what_one_lacks_is_left_out(self):
        self.assertEqual(list(differences(result(1), {"benchmarks": []})), [])


if __name__ == "__main__":
    unittest.main()
