#!/usr/bin/env python3
"""What the table of peers is made of, that bench/README.md shows the committed one, and which
instructions are too many."""

import importlib.machinery
import importlib.util
import json
import unittest
from pathlib import Path

import cells
import clients
import summary

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "results/reference/bench/peers.json"


def load(script):
    loader = importlib.machinery.SourceFileLoader(script, str(Path(__file__).with_name(script)))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(script, loader))
    loader.exec_module(module)
    return module


def cell(client, cpu, rate, depth=1):
    return {"client": client, "connections": 16, "depth": depth, "threads": 1,
            "cpu_us_per_op": cpu, "ops_per_s": rate, "rss_mib": [10] * len(cpu)}


class TheTable(unittest.TestCase):
    def test_has_ratios_of_rounds_not_of_medians(self):
        result = {"groups": {"buy_many": {"cells": [cell("doorbuster", [8, 20, 9], [110, 50, 130]),
                                                    cell("pgbench", [10, 40, 10], [100, 50, 100])]}}}
        (row,) = summary.table(result).splitlines()[2:]
        self.assertIn("| 9.0, 10.0 | 0.80 (0.50..0.90) <= 0.85: yes |", row)
        self.assertIn("| 1.10 (1.00..1.30) >= 1.15: **no** |", row)

    def test_leaves_out_who_was_not_there(self):
        self.assertEqual(len(summary.table({"groups": {"view": {"cells": [cell("doorbuster", [1], [1])]}}}).splitlines()), 2)

    def test_in_bench_readme_is_that_of_the_committed_result(self):
        result, readme = json.loads(RESULT.read_text()), (ROOT / "bench/README.md").read_text()
        for shown in (summary.table(result), summary.bookkeeping(result)):
            self.assertIn(shown, readme, "bench/README.md: put in what"
                          " `python3 bench/peers/summary.py results/reference/bench/peers.json` prints")

    def test_of_what_the_harness_adds_has_differences_of_rounds(self):
        result = {"groups": {"view": {"cells": [cell("doorbuster", [3, 5, 4], [1, 1, 1]),
                                                cell("closed_loop", [2, 3.5, 3.2], [1, 1, 1])]}}}
        self.assertIn("| 4.00 | 3.20 | 1.00 (0.80..1.50) <= 1: yes |", summary.bookkeeping(result))


class TheWork(unittest.TestCase):
    SQL = "UPDATE x SET q = q - $3 WHERE id = $1 RETURNING $2, $4"

    def test_of_pgbench_is_the_statement_itself(self):
        script = clients.pgbench_script(self.SQL, cells.Cell("buy_many", "pgbench", 16))
        self.assertIn("UPDATE x SET q = q - 1 WHERE id = :item RETURNING 1, :key;", script)
        self.assertIn("random(1, 10000)", script)

    def test_of_a_pipeline_is_on_rows_that_ascend(self):
        script = clients.pgbench_script(self.SQL, cells.Cell("buy_many", "pgbench", 16, 8))
        self.assertEqual(script.count("UPDATE"), 8)
        self.assertIn("random(1, 1250)", script)
        self.assertIn("random(8751, 10000)", script)
        self.assertTrue(script.startswith("\\startpipeline") and script.endswith("\\endpipeline\n"))

    def test_leaves_out_programs_that_are_not_installed(self):
        found = cells.cells_of("buy_hot", {"pgbench": None, "sysbench": None}, quick=False)
        self.assertEqual({cell.client for cell in found}, {"doorbuster", "closed_loop"})


class Instructions(unittest.TestCase):
    def test_within_the_margin_are_well_and_beyond_it_either_way_are_told(self):
        differences = load("instructions").differences
        kept = {"view": 1000, "buy": 1000}
        self.assertEqual(differences(kept, {"view": 1029, "buy": 971}), [])
        told = differences(kept, {"view": 1031, "buy": 969})
        self.assertEqual([sentence.split()[1] for sentence in told], ["view", "buy"])


if __name__ == "__main__":
    unittest.main()
