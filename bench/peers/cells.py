"""What is measured: work, client, connections, and how many operations are in flight on each."""

import glob
import re
import shutil
from typing import NamedTuple

from clients import DEPTH

MANY = 10_000
FEW = 100  # of which even a second of one view after another finds nearly all in the cache
ITEMS = {"buy_many": MANY, "buy_hot": 1, "read": MANY, "view": FEW}
GROUPS = {"buy_many": "buy", "buy_hot": "buy", "read": "read", "view": "view"}


class Cell(NamedTuple):
    group: str
    client: str
    connections: int
    depth: int = 1
    threads: int = 1
    program: str = ""

    @property
    def work(self):
        return GROUPS[self.group]

    @property
    def items(self):
        return ITEMS[self.group]

    @property
    def name(self):
        threads = f" -j {self.threads}" if self.client == "pgbench" else ""
        return f"{self.group} {self.client}{threads} {self.connections}x{self.depth}"


def find_pgbench():
    """The binary beside the server, newest first: the one in PATH may be a wrapper that costs CPU."""
    beside = glob.glob("/usr/lib/postgresql/*/bin/pgbench")
    beside.sort(key=lambda path: int(re.search(r"/(\d+)/", path).group(1)), reverse=True)
    return beside[0] if beside else shutil.which("pgbench")


def find_programs():
    return {"pgbench": find_pgbench(), "redis-benchmark": shutil.which("redis-benchmark"),
            "sysbench": shutil.which("sysbench")}


def cells_of(group, programs, quick):
    """Whoever is not installed is left out; run says so by name."""
    cells = []

    def add(client, connections, depth=1, threads=1):
        program = programs.get(client, "")
        if program is not None:
            cells.append(Cell(group, client, connections, depth, threads, program))

    if group == "view":
        for connections in [16] if quick else [1, 16, 64]:
            for depth in [1, 16] if quick else [1, 16, 64]:
                add("doorbuster", connections, depth)
                add("redis-benchmark", connections, depth)
                add("closed_loop", connections, depth)
        return cells
    for connections in [16] if quick else [1, 4, 16, 32]:
        for depth in [1, DEPTH]:
            add("doorbuster", connections, depth)
            add("pgbench", connections, depth)
            if connections == 16:
                add("closed_loop", connections, depth)
                add("bare_loop", connections, depth)
        if connections >= 16:
            add("pgbench", connections, threads=2)
        if connections == 16:
            add("sysbench", connections)
    return cells
