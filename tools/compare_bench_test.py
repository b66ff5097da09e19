"""What compare_bench.py takes for a difference."""
import json
import tempfile
import unittest
from pathlib import Path

from compare_bench import alone, differences, lines_of


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

    def test_what_one_lacks_has_no_ratio_and_is_named(self):
        none = {"benchmarks": []}
        self.assertEqual(list(differences(result(1), none)), [])
        self.assertEqual(list(alone(result(1, 2, 3), none)), [("merge", "cpu_time", 2e3)])
        self.assertEqual(list(alone(result(1), result(2))), [])

    def test_folders_are_compared_with_what_either_alone_has(self):
        with tempfile.TemporaryDirectory() as base, tempfile.TemporaryDirectory() as head:
            for folder, name, times in ((base, "both", (1, 2)), (head, "both", (3, 4)), (base, "old", (5,)), (head, "young", (6,))):
                Path(folder, f"{name}.json").write_text(json.dumps(result(*times)))
            lines, compared = lines_of(Path(base), Path(head))
        self.assertEqual(compared, 1)
        self.assertEqual([line.split()[0] for line in lines], ["*", "gone", "new"])
        self.assertEqual([line.split()[-3] for line in lines], ["both", "old", "young"])


if __name__ == "__main__":
    unittest.main()
