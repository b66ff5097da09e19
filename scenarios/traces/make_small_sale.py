#!/usr/bin/env python3
"""Writes small-sale.csv: a model of a sale, seeded, not a recording. 400 buyers of two items over
ten minutes: a few look before T0 (120 s), most come soon after it, each views one to four pages and
then buys, and one in four only looks.

    python3 scenarios/traces/make_small_sale.py > scenarios/traces/small-sale.csv
"""
import random

T0, LAST, BUYERS = 120.0, 600.0, 400


def rows(chance):
    for buyer in range(1, BUYERS + 1):
        early = chance.random() < 0.15
        time = chance.uniform(0, T0) if early else T0 + chance.expovariate(1 / 60)
        item = 1 if chance.random() < 0.8 else 2
        for _ in range(chance.randint(1, 4)):
            yield time, buyer, item, "view"
            time = max(time + chance.lognormvariate(1.5, 0.6), T0 if early else 0)
        if chance.random() < 0.75:
            yield time, buyer, item, "buy"


print("time_s,buyer,item,kind")
for time, buyer, item, kind in sorted(rows(random.Random(1))):
    if time <= LAST:
        print(f"{time:.3f},{buyer},{item},{kind}")
