"""That check_bench.py sees a figure that no committed result has."""
import unittest

import check_bench

RESULT = {
    "benchmarks": [
        {"run_type": "iteration", "cpu_time": time, "MB": mega, "ratio": 2, "ratio_min": 1.5, "ratio_max": 2.5,
         "cpu_us/op": 2.5, "lag_p99_us": mega, "bytes/buyer": 99, "dropped": 0}
        for time, mega in ((310.04, 7), (300.0, 8), (320.0, 9))
    ]
    + [{"run_type": "aggregate", "cpu_time": 1.0, "MB": 1}]
}
for entry in RESULT["benchmarks"]:
    entry |= {"run_name": "merge/iterations:1", "time_unit": "us"}


def problems(row):
    table = "| what | target | figure | source |\n" + row
    return check_bench.problems_of(table, lambda program: RESULT if program == "a_bench" else None)


class CheckBench(unittest.TestCase):
    def test_a_figure_of_the_result_is_right(self):
        self.assertEqual(problems("| m | - | 310 us (300 to 320) | `a_bench` `merge` `cpu_time` |"), [])
        self.assertEqual(problems("| m | - | 0.31 ms (0.30 to 0.32) | `a_bench` `merge` `cpu_time` |"), [])
        self.assertEqual(problems("| m | - | 8 MB (7 to 9) | `a_bench` `merge` `MB` |"), [])

    def test_a_figure_has_its_spread_where_it_was_measured_more_than_once(self):
        for cell, counter in (("310 us", "cpu_time"), ("8 MB", "MB"), ("2.0", "ratio")):
            (problem,) = problems(f"| m | - | {cell} | `a_bench` `merge` `{counter}` |")
            self.assertIn("has no spread", problem)
        once = {"benchmarks": [{"run_type": "iteration", "run_name": "merge", "time_unit": "us", "MB": 7}]}
        row = "| m | - | 7 MB | `a_bench` `merge` `MB` |"
        self.assertEqual(check_bench.problems_of(row, lambda program: once), [])

    def test_a_figure_has_the_unit_of_its_counter(self):
        for cell, counter in (("2.5 us (2.5 to 2.5)", "cpu_us/op"), ("0.008 ms (0.007 to 0.009)", "lag_p99_us"),
                              ("99 bytes (99 to 99)", "bytes/buyer"), ("0 (0 to 0)", "dropped")):
            self.assertEqual(problems(f"| m | - | {cell} | `a_bench` `merge` `{counter}` |"), [])
        for cell, counter in (("2.5 ns (2.5 to 2.5)", "cpu_us/op"), ("2.5 (2.5 to 2.5)", "cpu_us/op"),
                              ("8 GB (7 to 9)", "MB"), ("8 (7 to 9)", "MB"), ("99 MB (99 to 99)", "bytes/buyer"),
                              ("0 MB (0 to 0)", "dropped"), ("2.0 s (1.5 to 2.5)", "ratio")):
            self.assertGreaterEqual(len(problems(f"| m | - | {cell} | `a_bench` `merge` `{counter}` |")), 1, cell)

    def test_rounds_have_their_own_extremes(self):
        self.assertEqual(problems("| m | - | 2.0 (1.5 to 2.5) | `a_bench` `merge` `ratio` |"), [])
        self.assertEqual(len(problems("| m | - | 2.0 (2.0 to 2.5) | `a_bench` `merge` `ratio` |")), 1)

    def test_another_figure_is_not(self):
        self.assertEqual(len(problems("| m | - | 309 us (300 to 320) | `a_bench` `merge` `cpu_time` |")), 1)
        self.assertEqual(len(problems("| m | - | 310 us (299 to 320) | `a_bench` `merge` `cpu_time` |")), 1)
        self.assertEqual(len(problems("| m | - | 310 us (300 to 321) | `a_bench` `merge` `cpu_time` |")), 1)

    def test_a_figure_without_a_result_is_not(self):
        for source in ("`b_bench` `merge` `MB`", "`a_bench_hour` `merge` `MB`", "`a_bench` `mer` `MB`", "`a_bench` `merge` `GB`"):
            self.assertEqual(len(problems(f"| m | - | 8 {source[-3:-1]} | {source} |")), 1)

    def test_words_are_no_figure(self):
        self.assertEqual(len(problems("| m | - | little | `a_bench` `merge` `MB` |")), 1)

    def test_a_time_has_its_unit(self):
        self.assertEqual(len(problems("| m | - | 310 | `a_bench` `merge` `cpu_time` |")), 1)
        self.assertEqual(len(problems("| m | - | 310 min | `a_bench` `merge` `cpu_time` |")), 1)

    def test_a_text_without_figures_is_not_held_to_anything(self):
        self.assertEqual(len(problems("| m | - | 8 MB | by hand |")), 1)


if __name__ == "__main__":
    unittest.main()
