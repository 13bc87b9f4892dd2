"""Kills a run under concurrency, kills it again while it resumes, and counts what was paid twice.

A reply counts as paid once the server has completed it. At each kill what was in flight is lost, so at
most that much may be paid again; what irloom's journal held must not be asked for again.
"""

import argparse
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants.commands import (
    FLOWS,
    PEERS,
    REQUESTS,
    SMALL_GROUPS,
    Contestant,
    Work,
    add_peers_option,
    client_contestant,
    irloom_contestant,
    peer_contestants,
)
from benchmarks.inputs import Coco, write_coco
from benchmarks.local_server import LocalServer
from benchmarks.processes import Child, irloom, workplace
from benchmarks.report import print_machine, print_table
from benchmarks.run_files import check_all_committed, recorded_seeds


@dataclass(frozen=True)
class Runner:
    """Somebody who can be killed: how to start, how to go on, and which seeds it has on disk."""

    name: str
    start: list[str]
    resume: list[str]
    recorded: Callable[[], set[int]] | None = None


@dataclass(frozen=True)
class Recovered:
    """What the kills cost."""

    code: int
    requests: int
    lost: int
    """Requests in flight when the kills were decided on; until they struck there may have been others."""
    repaid: int
    resent: int | None
    """Requests that were asked again although their reply was recorded; None where nobody can know."""
    peak: int


def recover(server: LocalServer, one: Runner, folder: Path, moments: Sequence[int]) -> Recovered:
    """Start, kill when the server has had so many requests in all, go on, kill again, go on to the end."""
    server.reset()
    lost, resent, since = 0, 0, 0
    recorded: set[int] = set()
    for number, moment in enumerate(moments):
        child = Child(one.resume if number else one.start, folder / "logs", f"{one.name}-{number}")
        lost += server.wait_for(moment, child)["in_flight"]
        child.send(signal.SIGKILL)
        ended = child.wait()
        if ended.code != -signal.SIGKILL:
            raise RuntimeError(f"{one.name} ended ({ended.code}) before it was killed: {ended.said[-2000:]}")
        after = server.wait_until_idle()["requests"]
        resent += _count_known(server.asked(since), recorded)
        since, recorded = after, one.recorded() if one.recorded else set()
    ended = Child(one.resume, folder / "logs", f"{one.name}-end").wait()
    resent += _count_known(server.asked(since), recorded)
    stats = server.wait_until_idle()
    known = resent if one.recorded else None
    return Recovered(ended.code, stats["requests"], lost, stats["repaid"], known, stats["peak"])


def check(found: Recovered, at_most: int) -> None:
    """What must hold of irloom: it ends well, and pays again only what was in flight."""
    assert found.code == 0, f"exit code {found.code}"
    assert found.resent == 0, f"{found.resent} recorded calls were sent again"
    assert found.repaid <= at_most, f"{found.repaid} paid twice, at most {at_most} can have been in flight"


def irloom_runner(server: LocalServer, coco: Coco, work: Work) -> Runner:
    """The caption-only flow, whose samples make three requests."""
    one = irloom_contestant(server, coco, "captions")
    resume = irloom("resume", work.out, "--quiet")
    return Runner(one.name, one.command(work), resume, lambda: recorded_seeds(work.out))


def plain_runner(one: Contestant, work: Work) -> Runner:
    """Somebody who is started the same way again."""
    command = one.command(work)
    return Runner(one.name, command, command)


def measure(
    server: LocalServer, folder: Path, rows: int, in_flight: int, peers: Path | None
) -> list[dict[str, object]]:
    """A line for each; the bare loop, which keeps nothing, shows what is at stake."""
    half = rows * REQUESTS // 2
    moments = (half, half + half // 3)
    coco = write_coco(folder / "coco", rows)
    found, missing = peer_contestants(server, peers, {**PEERS, **SMALL_GROUPS})
    run = folder / "irloom"
    runners = [irloom_runner(server, coco, Work(rows, in_flight, run))]
    others = [*found, client_contestant(server, "parsed")]
    runners += [plain_runner(one, Work(rows, in_flight, folder / one.name)) for one in others]
    table: list[dict[str, object]] = []
    for runner in runners:
        recovered = recover(server, runner, folder, moments)
        if runner.name == FLOWS["captions"]:
            check(recovered, in_flight * len(moments))
            check_all_committed(run, rows)
        table.append(_row(runner.name, recovered, rows * REQUESTS))
    table += [{"who": f"{name}: not installed"} for name in missing]
    return table


def _count_known(asked: Sequence[int | None], recorded: set[int]) -> int:
    return sum(seed in recorded for seed in asked if seed is not None)


def _row(name: str, found: Recovered, needed: int) -> dict[str, object]:
    return {
        "who": name,
        "exit code": found.code,
        "requests / needed": found.requests / needed,
        "in flight at the kills": found.lost,
        "paid twice": found.repaid,
        "recorded and sent again": "unknown" if found.resent is None else found.resent,
        "peak in flight": found.peak,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_peers_option(parser)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.2, metavar="SECONDS")
    parser.add_argument("--short", action="store_true", help="a form of seconds")
    given = parser.parse_args(arguments)
    rows, in_flight, delay_s = (60, 8, 0.02) if given.short else (given.rows, given.in_flight, given.delay)
    print_machine()
    with workplace() as folder, LocalServer(delay_s=delay_s) as server:
        table = measure(server, folder, rows, in_flight, given.peers)
    print_table(f"{rows} rows x {REQUESTS} requests, {in_flight} in flight, killed twice", table)


if __name__ == "__main__":
    main()
