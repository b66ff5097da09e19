#!/usr/bin/env python3
"""Judges the memory of a long run by looking at it from outside, once a second:

    judge_memory.py SECONDS PROGRAM WORDS...     runs the program, which opens its doors for so long

Fails when memory grows by more than 5 % over the time after the first minute (of a short run: its first
sixth): by its trend, the median of the slopes between all looks (Theil and Sen), which a peak does not sway;
and by the median of the last tenth against that of the first, which sees a step that is no trend. Looks are
of the process that holds most, of the program and its descendants; the series of a run, which takes
9.3 KiB a second for its first ten minutes and then no more (measure/series.h), is not counted.
"""
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

MOST = 0.05
FEWEST_LOOKS = 20
MOST_LOOKS = 400  # of which all pairs are taken
SERIES_BYTES, SERIES_SECONDS = 9.3 * 1024, 600


# ---- judging


def settled(looks, seconds):
    """Those after the start and before the doors close, less the series."""
    return [(when, held - SERIES_BYTES * min(when, SERIES_SECONDS))
            for when, held in looks if min(60, seconds / 6) <= when <= seconds]


def thinned(looks, most=MOST_LOOKS):
    """Neighbours as one look, the median of them, so that there are so many at most."""
    size = -(-len(looks) // most)
    groups = [looks[i:i + size] for i in range(0, len(looks), size)]
    return [tuple(statistics.median(values) for values in zip(*group)) for group in groups]


def trend(looks):
    """(bytes a second, bytes at the first look)."""
    looks = thinned(looks)
    slope = statistics.median((there - here) / (then - now)
                              for i, (now, here) in enumerate(looks) for then, there in looks[i + 1:])
    return slope, statistics.median(held - slope * (when - looks[0][0]) for when, held in looks)


def growths(looks):
    """The shares by which memory grew over all the looks: by its trend, and from the first tenth to the last."""
    slope, began = trend(looks)
    tenth = -(-len(looks) // 10)
    first, last = (statistics.median(held for _, held in part) for part in (looks[:tenth], looks[-tenth:]))
    return slope * (looks[-1][0] - looks[0][0]) / began, last / first - 1


def judge(looks, seconds):
    """(a sentence, whether it is well)"""
    after = settled(looks, seconds)
    if len(after) < FEWEST_LOOKS:
        return f"{len(after)} looks at its memory are too few to judge it", False
    by_trend, by_ends = growths(after)
    held = statistics.median(bytes_ for _, bytes_ in after)
    return (f"memory of {held / 1e6:.1f} MB grew by {100 * by_trend:.2f} % by its trend over {len(after)} looks in "
            f"{after[-1][0] - after[0][0]:.0f} s, by {100 * by_ends:.2f} % from the first tenth to the last; "
            f"{100 * MOST:.0f} % is the most", max(by_trend, by_ends) <= MOST)


# ---- looking


def parents():
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            pass
    return found


def family_of(root):
    found, family = parents(), {root}
    while True:
        more = {pid for pid, parent in found.items() if parent in family} - family
        if not more:
            return family
        family |= more


def resident(pid):
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, IndexError):
        return 0


def watch(words, every=1.0):
    """Runs a program to its end; its looks, and its exit code."""
    looks, began = [], time.monotonic()
    with subprocess.Popen(words) as program:
        while True:
            try:
                return looks, program.wait(every)
            except subprocess.TimeoutExpired:
                looks.append((time.monotonic() - began, max(resident(pid) for pid in family_of(program.pid))))


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 3
    seconds, words = float(sys.argv[1]), sys.argv[2:]
    looks, code = watch(words)
    if code != 0:
        return code
    said, well = judge(looks, seconds)
    print(said)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
