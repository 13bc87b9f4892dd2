"""Requests per second over the ideal, CPU time a request and memory: irloom, bare clients, the peers.

Everybody talks to the same server with a fixed delay, in one run, one after the other. CPU time is that of
the whole process, less what the same command used for a few rows, so that nobody pays for imports.
"""

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contestants.commands import (
    CLIENTS,
    FLOWS,
    Contestant,
    add_peers_option,
    client_contestant,
    irloom_contestant,
    peer_contestants,
)
from benchmarks.costs import print_costs
from benchmarks.inputs import Coco, write_coco
from benchmarks.local_server import LocalServer
from benchmarks.processes import workplace
from benchmarks.race import Race, Result, Shape
from benchmarks.report import print_machine, print_table

SHAPES = (Shape(0.02, 64, 2000), Shape(0.5, 128, 2000), Shape(1.0, 512, 2560))
SHORT = Shape(0.01, 8, 40)


def compete(
    race: Race, contestants: Sequence[Contestant], missing: Sequence[str], shape: Shape, rounds: int
) -> None:
    """Some interleaved rounds of one shape, as a table of medians."""
    results: dict[str, list[Result]] = {one.name: [] for one in contestants}
    for _ in range(rounds):
        for one in contestants:
            results[one.name].append(race.go(one, shape))
    floor = statistics.median(one.cpu_ms for one in results[CLIENTS["parsed"]])
    rows = [_row(name, found, floor) for name, found in results.items()]
    rows += [{**dict.fromkeys(rows[0], "-"), "who": f"{name}: not installed"} for name in missing]
    print_table(f"{shape} (ideal {shape.ideal:.0f} requests/s; medians of {rounds})", rows)


def _row(name: str, found: Sequence[Result], floor: float) -> dict[str, object]:
    share = statistics.median(one.share for one in found)
    cpu_ms = statistics.median(one.cpu_ms for one in found)
    return {
        "who": name,
        "requests": found[-1].requests,
        "rate / ideal": share,
        "time / ideal": 1 / share,
        "steady rate / ideal": statistics.median(one.steady for one in found),
        "CPU ms a request": cpu_ms,
        "CPU / bare loop": cpu_ms / floor,
        "CPU - bare loop, ms": cpu_ms - floor,
        "peak RSS MB": statistics.median(one.rss_mb for one in found),
        "peak in flight": found[-1].peak,
    }


def list_contestants(
    server: LocalServer, coco: Coco, given: argparse.Namespace
) -> tuple[list[Contestant], list[str]]:
    """Those that take part, and the names of peers that are not installed; the floor always does."""
    own = [irloom_contestant(server, coco, flow) for flow in FLOWS]
    clients = [client_contestant(server, kind) for kind in CLIENTS]
    peers, missing = peer_contestants(server, given.peers)
    if given.only:
        wanted = (*given.only, CLIENTS["parsed"])
        everybody = [one for one in [*own, *clients, *peers] if any(part in one.name for part in wanted)]
        return everybody, [name for name in missing if any(part in name for part in given.only)]
    return [*own, *clients, *peers], missing


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_peers_option(parser)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shape", type=int, choices=range(len(SHAPES)), action="append", help="only this")
    parser.add_argument("--only", action="append", metavar="PART", help="only who has this in the name")
    parser.add_argument("--modules", type=int, default=0, metavar="N", help="name the N dearest modules too")
    parser.add_argument("--short", action="store_true", help="a form of seconds; its figures mean nothing")
    given = parser.parse_args(arguments)
    shapes = [SHORT] if given.short else [SHAPES[at] for at in given.shape or range(len(SHAPES))]
    print_machine()
    with workplace() as folder, LocalServer() as server:
        measure(server, folder, shapes, given)


def measure(server: LocalServer, folder: Path, shapes: Sequence[Shape], given: argparse.Namespace) -> None:
    """One table for each shape, and one of where irloom's time goes in the first of them."""
    coco = write_coco(folder / "coco", max(shape.rows for shape in shapes))
    contestants, missing = list_contestants(server, coco, given)
    race = Race(server, folder, starts=1, start_rows=4) if given.short else Race(server, folder)
    for shape in shapes:
        compete(race, contestants, missing, shape, 1 if given.short else given.rounds)
    print_costs(server, coco, folder, shapes[0], given.modules)


if __name__ == "__main__":
    main()
