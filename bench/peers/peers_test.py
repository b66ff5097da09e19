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
        for shown in (summary.table(result), summary.bookkeeping(result), summary.floors(result)):
            self.assertIn(shown, readme, "bench/README.md: put in what"
                          " `python3 bench/peers/summary.py results/reference/bench/peers.json` prints")

    def test_of_what_the_harness_adds_has_differences_of_rounds(self):
        result = {"groups": {"view": {"cells": [cell("doorbuster", [3, 5, 4], [1, 1, 1]),
                                                cell("closed_loop", [2, 3.5, 3.2], [1, 1, 1])]}}}
        self.assertIn("| 4.00 | 3.20 | 1.00 (0.80..1.50) <= 1: yes |", summary.bookkeeping(result))

    def test_of_floors_sets_pgbench_beside_the_bare_loop_as_deep_as_it(self):
        cells_taken = [cell("doorbuster", [9], [1]), cell("pgbench", [8], [100]), cell("bare_loop", [6], [120]),
                       cell("doorbuster", [3], [1], 8), cell("pgbench", [2], [100], 8), cell("bare_loop", [1], [150], 8)]
        shown = summary.floors({"groups": {"buy_many": {"cells": cells_taken}}}).splitlines()[2:]
        self.assertEqual([row.split("|")[2:4] for row in shown], [[" 6.0, 8.0 ", " 0.75 (0.75..0.75) "], [" 1.0, 2.0 ", " 0.50 (0.50..0.50) "]])


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

    def test_of_a_view_is_in_the_cache(self):
        view, purchase = cells.Cell("view", "doorbuster", 1), cells.Cell("buy_many", "doorbuster", 1)
        trial = {"audit": {"verdict": "holds"}, "counts": {"failed": 0, "views_failed": 0, "sold_out": 0},
                 "cache": {"hit_ratio": 0.5}}
        with self.assertRaisesRegex(clients.Failed, "found 0.50 of its views in the cache"):
            clients.check_trial(trial, view)
        clients.check_trial(trial, purchase)
        trial["cache"]["hit_ratio"] = 0.993
        clients.check_trial(trial, view)

    def test_leaves_out_programs_that_are_not_installed(self):
        found = cells.cells_of("buy_hot", {"pgbench": None, "sysbench": None}, quick=False)
        self.assertEqual({cell.client for cell in found}, {"doorbuster", "closed_loop", "bare_loop"})


class AMeasurement(unittest.TestCase):
    MACHINE, BUILD = {"cpus": 2}, {"commit": "1234", "type": "release"}

    def joined(self, **changes):
        taken_before = {"machine": self.MACHINE, "versions": {}, "groups": {"view": {"build": self.BUILD}}, **changes}
        result = {"machine": self.MACHINE, "versions": {}, "build": self.BUILD, "groups": {"read": None}}
        return dict(load("run").joined(result, taken_before))

    def test_is_joined_with_what_the_same_build_took_on_the_same_machine(self):
        self.assertEqual(self.joined(), {"view": {"build": self.BUILD}})

    def test_is_not_mixed_with_that_of_another_build_or_machine_or_peer(self):
        for what, changes in {"build": {"groups": {"view": {"build": {"commit": "99"}}}}, "machine": {"machine": {"cpus": 4}},
                              "versions": {"versions": {"pgbench": "16"}}}.items():
            with self.assertRaisesRegex(clients.Failed, f"view by another {what}"):
                self.joined(**changes)
        with self.assertRaisesRegex(clients.Failed, "view by another build"):
            self.joined(groups={"view": {"commit": "of a time when the tree's was written"}})

    def test_of_all_that_was_there_is_mixed_with_nothing(self):
        self.assertEqual(self.joined(groups={"read": {"build": "another"}}), {})

    def test_does_not_count_what_has_to_be_done_once(self):
        self.assertEqual(clients.net((50_000 + 3000 * 10, 3000), (50_000 + 16 * 10, 16)), 10)
        with self.assertRaises(clients.Failed):
            clients.net((1, 16), (1, 16))

    def test_of_pgbench_takes_the_rate_without_connecting(self):
        said = "number of transactions actually processed: 1200\n"
        new = "initial connection time = 20.1 ms\ntps = 600.5 (without initial connection time)\n"
        old = "tps = 550.5 (including connections establishing)\ntps = 600.5 (excluding connections establishing)\n"
        for text in (new, old):
            self.assertEqual(clients.pgbench_said(said + text), (1200, 600.5))
        with self.assertRaises(clients.Failed):
            clients.pgbench_said(said)

    def test_of_purchases_fails_loudly_when_an_item_was_sold_out(self):
        servers = clients.Servers.__new__(clients.Servers)
        servers.closed_loop, servers.postgres = "echo", ""
        run = clients.run
        self.addCleanup(setattr, clients, "run", run)
        for left, complains in (("1", False), ("0", True)):
            clients.run = lambda words, left=left: (left + "\n", 0, 0)
            servers.check_stock(cells.Cell("read", "pgbench", 16))
            if complains:
                with self.assertRaisesRegex(clients.Failed, "buy_hot pgbench -j 1 16x1 sold an item out"):
                    servers.check_stock(cells.Cell("buy_hot", "pgbench", 16))
            else:
                servers.check_stock(cells.Cell("buy_hot", "pgbench", 16))


class Instructions(unittest.TestCase):
    def test_within_the_margin_are_well_and_beyond_it_either_way_are_told(self):
        differences = load("instructions").differences
        kept = {"view": 1000, "buy": 1000}
        self.assertEqual(differences(kept, {"view": 1029, "buy": 971}), [])
        told = differences(kept, {"view": 1031, "buy": 969})
        self.assertEqual([sentence.split()[1] for sentence in told], ["view", "buy"])


if __name__ == "__main__":
    unittest.main()
