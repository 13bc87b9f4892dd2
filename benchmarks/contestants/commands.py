"""Who takes part, and with which command lines."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import Coco, write_config
from benchmarks.local_server import LocalServer
from benchmarks.processes import ROOT, irloom

REQUESTS = 3
"""Requests a row, each of which needs the one before; irloom's are three captions and what follows."""
PEERS: Mapping[str, Sequence[str]] = {"datatrove": (), "curator": (), "datadesigner": ()}
"""The peers with their own defaults, and options of their programs here."""
SMALL_GROUPS: Mapping[str, Sequence[str]] = {"datadesigner, groups of 100 rows": ("--group", "100")}
"""A setting that loses less when killed; a name begins with that of the environment."""
CLIENTS = {"parsed": "openai client, bare loop", "raw": "openai client, bare loop, raw replies"}
FLOWS = {"captions": "irloom, captions only", "whole": "irloom, whole flow"}
_PEERS_VARIABLE = "IRLOOM_BENCH_PEERS"


@dataclass(frozen=True)
class Work:
    """How many rows, how many requests in flight, and where the results go."""

    rows: int
    in_flight: int
    out: Path


@dataclass(frozen=True)
class Contestant:
    """Somebody who can be asked to make so many rows."""

    name: str
    command: Callable[[Work], list[str]]
    requests_a_row: float = REQUESTS


def irloom_arguments(server: LocalServer, coco: Coco, flow: str, work: Work) -> list[str]:
    """Arguments of `irloom` for a flow, journal on."""
    config = write_config(work.out.parent / f"{flow}.toml", server.url, work.in_flight)
    inputs = [*coco.options, "--out", str(work.out), "--limit", str(work.rows)]
    settings = ["--profile", "openai", "--config", str(config), "--no-translation", "--quiet"]
    less = ["--tasks", "none", "--no-scoring"] if flow == "captions" else []
    return ["run", "infrared", *inputs, *settings, *less]


def irloom_contestant(server: LocalServer, coco: Coco, flow: str) -> Contestant:
    """One of irloom's flows, through its command line."""
    requests_a_row = {"captions": 3.0, "whole": 12.0}[flow]
    return Contestant(
        FLOWS[flow], lambda work: irloom(*irloom_arguments(server, coco, flow, work)), requests_a_row
    )


def client_contestant(server: LocalServer, kind: str) -> Contestant:
    """The loop over the client, without a graph and a journal."""
    program = [sys.executable, "-m", "benchmarks.contestants.client_loop", "--kind", kind]
    return Contestant(CLIENTS[kind], lambda work: [*program, *_options(server, work)])


def peer_contestants(
    server: LocalServer, peers: Path | None, wanted: Mapping[str, Sequence[str]] = PEERS
) -> tuple[list[Contestant], list[str]]:
    """The peers whose environments are there, and the names of those that are missing."""
    found, missing = [], []
    for name, options in wanted.items():
        environment = name.partition(",")[0]
        python = None if peers is None else peers.absolute() / f"v_{environment}" / "bin" / "python"
        if python is not None and python.exists():
            script = ROOT / "benchmarks" / "contestants" / f"peer_{environment}.py"
            found.append(_peer_contestant(server, name, [str(python), str(script), *options]))
        else:
            missing.append(name)
    return found, missing


def add_peers_option(parser: argparse.ArgumentParser) -> None:
    """Where the peers are installed."""
    parser.add_argument(
        "--peers",
        type=Path,
        default=os.environ.get(_PEERS_VARIABLE),
        metavar="DIR",
        help=f"folder with v_datatrove, v_curator, v_datadesigner; or set {_PEERS_VARIABLE}",
    )


def _peer_contestant(server: LocalServer, name: str, program: Sequence[str]) -> Contestant:
    return Contestant(name, lambda work: [*program, *_options(server, work), "--out", str(work.out)])


def _options(server: LocalServer, work: Work) -> list[str]:
    return ["--url", server.url, "--rows", str(work.rows), "--in-flight", str(work.in_flight)]
