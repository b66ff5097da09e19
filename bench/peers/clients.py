"""One measurement of one client: Doorbuster as users run it, and what a user would take instead.

Every function runs one client once against the servers and answers with a Sample. CPU is the client's
alone, user and system time by wait4, less that of a run that only starts, connects, prepares and asks a
few times; of Doorbuster, whose process also connects, stocks the shop, audits and draws reports, it is
`cost.harness_cpu_us_per_op` of its own result, which covers the open doors. Operations a second are told
by each client itself, from when it is connected. After purchases every item must be there still.
"""

import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

QUICK = Path(__file__).resolve().parents[2] / "scenarios/quick.toml"
DEPTH = 8  # statements in flight on a connection, where a pipeline is asked for

SCENARIO = """
strategies = ["{strategy}"]
[shop]
products = {items}
stock = 1000000
[load]
model = "closed"
buyers = {buyers}
duration = "{seconds}s"
[buyers]
choice = "uniform"
think = "0s"
patience = "0s"
{wants}
[warmup]
duration = "0.2s"
[stores.redis]
connections = {redis_connections}
[stores.postgres]
connections = {postgres_connections}
{pipeline}
"""
ONLY_BUYS = "read_share = 0"
ONLY_LOOKS = 'never_buys = 1\nviews = { distribution = "fixed", value = 1 }'

SYSBENCH = """
function thread_init()
  connection = sysbench.sql.driver():connect()
  statement = connection:prepare([[%(sql)s]])
  values = {}
  for i = 1, %(parameters)d do values[i] = statement:bind_create(sysbench.sql.type.BIGINT) end
  statement:bind_param(unpack(values))
  key = (sysbench.tid + 1) * 1000000000000
end
function event()
  key = key + 1
  local bound = {%(bound)s}
  for i, value in ipairs(bound) do values[i]:set(value) end
  statement:execute():free()
end
"""


class Sample(NamedTuple):
    cpu_us_per_op: float
    ops_per_s: float
    rss_mib: float


class Failed(Exception):
    pass


def memory_kib(pid):
    """The peak so far. ru_maxrss would be no less than this program's own, which it was forked from."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    peak = re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)
    return int(peak.group(1)) if peak else 0  # none: it has ended


def run(words, env=None):
    """What a client printed, the CPU that it used in microseconds, and its greatest memory in MiB."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as complaints:
        client = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=complaints,
                                  env={**os.environ, **(env or {})})
        greatest = 0
        while True:
            pid, status, used = os.wait4(client.pid, os.WNOHANG)
            if pid != 0:
                break
            greatest = max(greatest, memory_kib(client.pid))
            time.sleep(0.05)
        client.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        complaints.seek(0)
        if client.returncode != 0:
            said = (complaints.read() or output.read()).strip().splitlines()[-3:]
            raise Failed(f"{Path(words[0]).name} ended with {client.returncode}: {' / '.join(said)}")
        return output.read(), (used.ru_utime + used.ru_stime) * 1e6, greatest / 1024


def net(many, few):
    """CPU in microseconds an operation, of two runs' (CPU, operations): what both had to do once is in neither."""
    if many[1] <= few[1]:
        raise Failed(f"{many[1]} operations in the whole time, and {few[1]} to begin with: measure longer")
    return (many[0] - few[0]) / (many[1] - few[1])


class Servers:
    """The throwaway pair of `doorbuster sandbox`, and the programs that are measured on it."""

    def __init__(self, build):
        self.doorbuster = str(build / "doorbuster")
        self.closed_loop = str(build / "bench/peers/closed_loop")
        self.bare_loop = str(build / "bench/peers/bare_loop")
        read, buy = run([self.closed_loop, "sql"])[0].splitlines()
        self.sql = {"read": read, "buy": buy}

    def __enter__(self):
        self.process = subprocess.Popen([self.doorbuster, "sandbox"], stdout=subprocess.PIPE, text=True)
        urls = dict(line.strip().split("=", 1) for line in (self.process.stdout.readline() for _ in range(2)) if line)
        if len(urls) < 2:
            self.process.wait()
            raise Failed(f"doorbuster sandbox ended with {self.process.returncode}")
        self.redis, self.postgres = urls["REDIS_URL"], urls["DATABASE_URL"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def stock(self, items):
        run([self.closed_loop, "stock", self.postgres, str(items)])

    def check_stock(self, cell):
        """Who is sold out is measured with refusals, which cost less."""
        if cell.work == "buy" and int(run([self.closed_loop, "left", self.postgres])[0]) < 1:
            raise Failed(f"{cell.name} sold an item out: what it measured is no purchase any more; measure shorter")

    def build(self):
        """The build that runs, as it says itself in a result."""
        with tempfile.TemporaryDirectory() as folder:
            printed = run([self.doorbuster, "run", str(QUICK), "--simulated", "--quiet", "--json", "--out", folder])[0]
        return json.loads(printed)["build"]


# ---- Doorbuster


def doorbuster(servers, cell, seconds):
    views = cell.work == "view"
    buyers = cell.connections * cell.depth
    text = SCENARIO.format(
        strategy="cache-aside-textbook" if views else "database-atomic",
        items=cell.items, buyers=buyers, seconds=seconds,
        wants=ONLY_BUYS if cell.work == "buy" else ONLY_LOOKS,
        redis_connections=cell.connections if views else 1,
        postgres_connections=16 if views else cell.connections,
        pipeline="" if views or cell.depth == 1 else f"pipeline = true\ndepth = {cell.depth}")
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder, "peers.toml")
        scenario.write_text(text)
        printed, _, rss = run([servers.doorbuster, "run", str(scenario), "--quiet", "--json", "--out", folder,
                               "--redis", servers.redis, "--postgres", servers.postgres])
    trial = json.loads(printed)["trials"][0]
    check_trial(trial, cell)
    throughput = trial["throughput"]
    return Sample(trial["cost"]["harness_cpu_us_per_op"], throughput["achieved_per_s"] + throughput["views_per_s"], rss)


def check_trial(trial, cell):
    """The first view of an item is a read of the database and two commands more."""
    if trial["audit"]["verdict"] != "holds" or any(trial["counts"][name] for name in ("failed", "views_failed", "sold_out")):
        raise Failed(f"doorbuster measured {trial['audit']['verdict']}, {trial['counts']}")
    hits = trial["cache"]["hit_ratio"] or 0
    if cell.work == "view" and hits < 0.98:
        raise Failed(f"{cell.name} found {hits:.2f} of its views in the cache: what it measured is no cached view; measure longer")


def loop(servers, cell, seconds, program, url):
    printed, _, rss = run([program, cell.work, url, str(cell.items), str(cell.connections), str(cell.depth), str(seconds)])
    said = json.loads(printed)
    servers.check_stock(cell)
    return Sample(said["cpu_us_per_op"], said["operations"] / said["seconds"], rss)


def closed_loop(servers, cell, seconds):
    return loop(servers, cell, seconds, servers.closed_loop, servers.redis if cell.work == "view" else servers.postgres)


def bare_loop(servers, cell, seconds):
    servers.stock(cell.items)
    return loop(servers, cell, seconds, servers.bare_loop, servers.postgres)


# ---- PostgreSQL's own, and sysbench


def pgbench_script(sql, cell):
    """The statement as Doorbuster sends it; in a pipeline DEPTH of them, whose rows ascend, so that no
    two pipelines wait for each other, in the one transaction that pgbench makes of it."""
    lines = ["\\startpipeline"] if cell.depth > 1 else []
    stride = max(1, cell.items // cell.depth)
    for i in range(cell.depth):
        low = i * stride if cell.items > 1 else 0
        lines.append(f"\\set item random({low + 1}, {low + (stride if cell.items > 1 else 1)})")
        if cell.work == "buy":
            lines.append("\\set n :n + 1")
            lines.append("\\set key (:client_id + 1) * 1000000000000 + :n")
        statement = sql.replace("$1", ":item").replace("$2", "1").replace("$3", "1").replace("$4", ":key")
        lines.append(statement + ";")
    return "\n".join(lines + (["\\endpipeline"] if cell.depth > 1 else [])) + "\n"


def pgbench(servers, cell, seconds):
    servers.stock(cell.items)
    url = urlsplit(servers.postgres)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(pgbench_script(servers.sql[cell.work], cell))
        script.flush()
        words = [cell.program, "-n", "-M", "prepared", "-c", str(cell.connections), "-j", str(cell.threads),
                 "-f", script.name, "-h", url.hostname, "-p", str(url.port), "-U", url.username]

        def ask(length, first):
            printed, cpu, rss = run(words + [*length, "-D", f"n={first}", url.path.lstrip("/")], {"PGPASSWORD": url.password})
            transactions, per_second = pgbench_said(printed)
            return (cpu, transactions * cell.depth), per_second * cell.depth, rss

        few, _, _ = ask(["-t", "1"], 500_000_000_000)
        many, per_second, rss = ask(["-T", str(max(1, round(seconds)))], 0)
    servers.check_stock(cell)
    return Sample(net(many, few), per_second, rss)


def pgbench_said(printed):
    """Transactions, and how many a second once all were connected: of version 14 and later, and before."""
    transactions = re.search(r"transactions actually processed: (\d+)", printed)
    per_second = re.search(r"^tps = ([\d.]+) \((?:without initial connection time|excluding connections establishing)\)",
                           printed, re.MULTILINE)
    if not transactions or not per_second:
        raise Failed("pgbench said neither how many transactions it made nor how fast")
    return int(transactions.group(1)), float(per_second.group(1))


def sysbench(servers, cell, seconds):
    servers.stock(cell.items)
    url = urlsplit(servers.postgres)
    item = f"sysbench.rand.uniform(1, {cell.items})"
    bound = [item, "1", "1", "key"] if cell.work == "buy" else [item]
    sql = servers.sql[cell.work].replace("SELECT id, $2, $3, $4, version", "SELECT id, ?::int8, ?::int8, ?::int8, version")
    if cell.work == "buy":  # sysbench's marks have no numbers: each is bound where it stands
        bound = ["1", item, "1", "1", "1", "key"]
        sql = sql.replace("quantity - $3", "quantity - ?::int8").replace("id = $1", "id = ?::int8")
        sql = sql.replace("quantity >= $3", "quantity >= ?::int8")
    else:
        sql = sql.replace("$1", "?::int8")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SYSBENCH % {"sql": sql, "parameters": len(bound), "bound": ", ".join(bound)})
        script.flush()
        words = [cell.program, script.name, "--db-driver=pgsql", f"--pgsql-host={url.hostname}",
                 f"--pgsql-port={url.port}", f"--pgsql-user={url.username}", f"--pgsql-password={url.password}",
                 f"--pgsql-db={url.path.lstrip('/')}", f"--threads={cell.connections}", "--report-interval=0"]

        def ask(*length):
            printed, cpu, rss = run([*words, *length, "run"])
            events = int(re.search(r"total number of events:\s+(\d+)", printed).group(1))
            lasted = float(re.search(r"total time:\s+([\d.]+)s", printed).group(1))
            return (cpu, events), events / lasted, rss

        few, _, _ = ask("--time=0", f"--events={cell.connections}")
        servers.stock(cell.items)  # of the same keys again
        many, per_second, rss = ask(f"--time={max(1, round(seconds))}")
    servers.check_stock(cell)
    return Sample(net(many, few), per_second, rss)


# ---- Redis's own

KEY = "peers:__rand_int__"
FEW_REQUESTS = 20_000


def redis_benchmark_words(servers, cell):
    url = urlsplit(servers.redis)
    return [cell.program, "-h", url.hostname, "-p", str(url.port), "-a", url.password, "--csv",
            "-r", str(cell.items)]


def redis_benchmark(servers, cell, seconds):
    """It takes a number of requests, not a time: a short run tells how many fit, and what the start costs."""
    words = redis_benchmark_words(servers, cell)
    run(words + ["-n", str(cell.items * 12), "-c", "16", "-P", "64", "SET", KEY, "1000000"])
    words += ["-c", str(cell.connections), "-P", str(cell.depth)]

    def get(requests):
        printed, cpu, rss = run(words + ["-n", str(requests), "GET", KEY])
        return (cpu, requests), float(printed.strip().splitlines()[-1].split(",")[1].strip('"')), rss

    few, per_second, _ = get(FEW_REQUESTS)
    many, per_second, rss = get(max(2 * FEW_REQUESTS, round(per_second * seconds)))
    return Sample(net(many, few), per_second, rss)
