#!/usr/bin/env python3
"""capacity_tries.py PROGRAM FOLDER TRIES: `doorbuster capacity` against the slow way, each try with another
shop and seed: every rate in steps of 5 %, three runs each, until two rates in a row break. On simulated stores, where
a capacity does not drift while it is sought. Fails unless nine tenths of the searches end within 15 % of the
slow way's, and all of them took less than a quarter of its runs: a run takes as long as its load lasts, on
servers, while simulated time passes the faster the less happens."""
import json
import subprocess
import sys
from pathlib import Path

SLO = "buy.p99 < 50ms"
FIRST, STOCK = 1500, 200  # scenarios/quick.toml's
STEP, RUNS = 1.05, 3
NEAR, SHARE, EFFORT = 0.15, 0.9, 0.25
STRATEGIES = ["database-atomic", "cache-aside"]
THRESHOLD = f'\n[[thresholds]]\nexpression = "{SLO}"\n'


def slow_way(keeps):
    """The highest rate that keeps by the majority of its runs, and their number; keeps(rate, run) is one."""
    rate, highest, broken, runs = FIRST, 0, 0, 0
    while broken < 2:
        runs += RUNS
        if 2 * sum(keeps(rate, run) for run in range(RUNS)) > RUNS:
            highest, broken = rate, 0
        else:
            broken += 1
        rate = round(rate * STEP)
    return highest, runs


def judge(tries):
    """What is wrong, or "": of (found, true capacity, runs, runs of the slow way) of each try."""
    near = sum(bool(found and true) and abs(found / true - 1) <= NEAR for found, true, _, _ in tries)
    if not tries or near < SHARE * len(tries):
        return f"{near} of {len(tries)} searches ended within {NEAR:.0%}"
    if any(runs > EFFORT * slow for _, _, runs, slow in tries):
        return f"a search took more than {EFFORT:.0%} of the runs of the slow way"
    return ""


class Program:
    def __init__(self, path, folder, strategy, seed):
        self.words = [path]
        pages = f"buyers.views={(seed + 1) // 2}"  # so that each shop has a capacity of its own
        self.common = ["--simulated", "--quiet", "--strategy", strategy, "--out", str(folder), "--set", pages]
        self.folder = folder
        self.seed = seed

    def ask(self, *words, may=(0,)):
        ran = subprocess.run([*self.words, *words, *self.common], capture_output=True, text=True, check=False)
        if ran.returncode not in may:
            sys.exit(f"{' '.join(words)}: exit code {ran.returncode}: {ran.stderr.strip()[-300:]}")
        return ran

    def capacity(self):
        found = json.loads(self.ask("capacity", "quick", "--json", "--slo", SLO, "--seed", str(self.seed),
                                    may=(0, 1, 2)).stdout)
        strategy = found["strategies"][0]
        return strategy["kept_per_s"], len(strategy["probes"])

    def keeps(self, rate, run):
        """Exit code 1 is a threshold, or a promise, that was broken; 2 that it cannot be told."""
        scenario = self.folder / "slow.toml"
        ran = self.ask("run", str(scenario), "--rate", str(rate), "--repetitions", "1", "--set",
                       f"shop.stock={round(STOCK * rate / FIRST)}", "--seed", str(self.seed * 1000 + run), may=(0, 1, 2))
        return ran.returncode == 0


def main(path, folder, count):
    folder.mkdir(parents=True, exist_ok=True)
    quick = Path(__file__).resolve().parents[1] / "scenarios/quick.toml"
    (folder / "slow.toml").write_text(quick.read_text() + THRESHOLD)
    tries = []
    for seed in range(1, count + 1):
        strategy = STRATEGIES[seed % len(STRATEGIES)]
        program = Program(path, folder, strategy, seed)
        found, runs = program.capacity()
        true, slow = slow_way(program.keeps)
        tries.append((found, true, runs, slow))
        print(f"   {strategy}, shop {seed}: {found} sessions/s in {runs} runs; the slow way {true} in {slow}", flush=True)
    wrong = judge(tries)
    if wrong:
        print(f"   {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
