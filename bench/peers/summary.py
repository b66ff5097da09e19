"""The table of bench/README.md from the samples of bench/peers/run: medians, and the ratios of rounds.

A ratio is of two clients in the same round; a cell shows the median over the rounds and, in brackets,
the least and the greatest. `python3 bench/peers/summary.py FILE` prints it.
"""

import json
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

from clients import DEPTH

BOOKKEEPING_US = 1  # an operation's arrival, coroutine, times, histogram and history, at most
TITLES = {"buy_many": "guarded purchase, 10,000 rows", "buy_hot": "guarded purchase, one hot row",
          "read": "primary-key read", "view": "cached view (GET)"}


class Pair(NamedTuple):
    group: str
    connections: int
    depth: int
    peer: str
    peer_depth: int
    threads: int = 1
    cpu: float = None  # what the ratio of CPU should not exceed
    rate: float = None  # what the ratio of operations a second should reach

    def title(self):
        depth = f", {self.depth} deep" if self.depth > 1 else ""
        return f"{TITLES[self.group]}, {self.connections} connection{'s' if self.connections > 1 else ''}{depth}"

    def peer_title(self):
        deep = {"pgbench": f" pipeline {self.peer_depth}", "redis-benchmark": f" -P {self.peer_depth}"}
        threads = f" -j {self.threads}" if self.threads > 1 else ""
        name = "the same clients alone" if self.peer == "closed_loop" else self.peer
        return name + threads + (deep.get(self.peer, "") if self.peer_depth > 1 else "")


def pairs():
    for group in ("buy_many", "buy_hot", "read"):
        for connections in (1, 4, 16, 32):
            aim = (group, connections) == ("buy_many", 16)
            never_above = 1.0 if group == "buy_hot" else None
            yield Pair(group, connections, 1, "pgbench", 1, 1, 0.85 if aim else never_above, 1.15 if aim else None)
            yield Pair(group, connections, 1, "pgbench", 1, 2)
            yield Pair(group, connections, 1, "sysbench", 1)
            yield Pair(group, connections, 1, "closed_loop", 1)
            yield Pair(group, connections, DEPTH, "pgbench", 1, 1, 0.5 if aim else never_above, 1.6 if aim else None)
            yield Pair(group, connections, DEPTH, "pgbench", DEPTH, 1, 1.2 if aim else None)
            yield Pair(group, connections, DEPTH, "closed_loop", DEPTH)
    for connections in (1, 16, 64):
        for depth in (1, 16, 64):
            aim = {(64, 1): 0.65, (16, 16): 0.9}.get((connections, depth))
            yield Pair("view", connections, depth, "redis-benchmark", depth, 1, aim)
            yield Pair("view", connections, depth, "closed_loop", depth)


def find(group, client, connections, depth, threads=1):
    for cell in group["cells"]:
        if (cell["client"], cell["connections"], cell["depth"], cell["threads"]) == (client, connections, depth, threads):
            return cell
    return None


def ratios(ours, theirs, figure):
    return [a / b for a, b in zip(ours[figure], theirs[figure])]


def spread(values, aim, worst):
    """Median and range; and what was aimed at, with whether the median is there."""
    shown = f"{statistics.median(values):.2f} ({min(values):.2f}..{max(values):.2f})"
    if aim is None:
        return shown
    there = statistics.median(values) <= aim if worst == "above" else statistics.median(values) >= aim
    return f"{shown} {'<=' if worst == 'above' else '>='} {aim:g}: {'yes' if there else '**no**'}"


def rows(result):
    for pair in pairs():
        group = result["groups"].get(pair.group)
        ours = group and find(group, "doorbuster", pair.connections, pair.depth)
        theirs = group and find(group, pair.peer, pair.connections, pair.peer_depth, pair.threads)
        if ours and theirs:
            yield pair, ours, theirs


def bookkeeping(result):
    """What the harness adds to its own clients: round by round, in microseconds of CPU an operation."""
    lines = ["| work | harness | clients alone | the harness's own, us/op |", "|---|---|---|---|"]
    for pair, ours, theirs in rows(result):
        if pair.peer != "closed_loop":
            continue
        added = [a - b for a, b in zip(ours["cpu_us_per_op"], theirs["cpu_us_per_op"])]
        lines.append(f"| {pair.title()} | {statistics.median(ours['cpu_us_per_op']):.2f} "
                     f"| {statistics.median(theirs['cpu_us_per_op']):.2f} | {spread(added, BOOKKEEPING_US, 'above')} |")
    return "\n".join(lines)


def floors(result):
    """A loop of system calls alone, one statement a send or eight, beside pgbench."""
    lines = ["| work | bare loop, pgbench: CPU us/op | of pgbench's | op/s | of pgbench's |", "|---|---|---|---|---|"]
    for pair, _, pgbench in rows(result):
        bare = find(result["groups"][pair.group], "bare_loop", pair.connections, pair.depth)
        if pair.peer != "pgbench" or pair.threads != 1 or pair.depth != pair.peer_depth or not bare:
            continue
        cpu, rate = ([statistics.median(side[figure]) for side in (bare, pgbench)] for figure in ("cpu_us_per_op", "ops_per_s"))
        lines.append(f"| {pair.title()} | {cpu[0]:.1f}, {cpu[1]:.1f} | {spread(ratios(bare, pgbench, 'cpu_us_per_op'), None, None)} "
                     f"| {rate[0] / 1000:.1f}k, {rate[1] / 1000:.1f}k | {spread(ratios(bare, pgbench, 'ops_per_s'), None, None)} |")
    return "\n".join(lines) if len(lines) > 2 else ""


def table(result):
    lines = ["| work | peer | CPU us/op | of the peer's | op/s | of the peer's | MiB |", "|---|---|---|---|---|---|---|"]
    for pair, ours, theirs in rows(result):
        if pair.peer == "closed_loop":
            continue
        cpu, rate, rss = ([statistics.median(side[figure]) for side in (ours, theirs)]
                          for figure in ("cpu_us_per_op", "ops_per_s", "rss_mib"))
        lines.append(f"| {pair.title()} | {pair.peer_title()} | {cpu[0]:.1f}, {cpu[1]:.1f} "
                     f"| {spread(ratios(ours, theirs, 'cpu_us_per_op'), pair.cpu, 'above')} "
                     f"| {rate[0] / 1000:.1f}k, {rate[1] / 1000:.1f}k "
                     f"| {spread(ratios(ours, theirs, 'ops_per_s'), pair.rate, 'below')} | {rss[0]:.0f}, {rss[1]:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    taken = json.loads(Path(sys.argv[1]).read_text())
    print(table(taken), bookkeeping(taken), floors(taken), sep="\n\n")
