"""The options of `irloom run infrared`, in the groups that its help shows."""

import argparse
from importlib.resources import files

from irloom.records import TASKS

SWITCHES = {
    "translation": "take --images as infrared images",
    "filtering": "keep captions as they are",
    "scoring": "take the first candidate",
    "debate": "keep instructions unjudged",
    "mining": "keep the rules of the start",
}


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Declare every option."""
    _add_source(parser.add_argument_group("what to read"))
    add_backends(parser.add_argument_group("who does the work"))
    _add_amounts(parser.add_argument_group("how much"))
    _add_switches(parser.add_argument_group("how"))


def add_bounds(group: argparse._ActionsContainer) -> None:
    """Options that bound what a run may spend or lose."""
    group.add_argument("--max-requests", type=int, metavar="N", help="spending cap, over all resumes")
    group.add_argument("--max-tokens", type=int, metavar="N", help="spending cap in tokens")
    group.add_argument("--max-cost", type=float, metavar="USD", help="spending cap in US dollars")
    group.add_argument(
        "--max-failures", type=float, metavar="N", help="stop above N failed samples, or a share below 1"
    )


def profiles() -> list[str]:
    """Names of the embedded profiles."""
    folder = files("irloom.data").joinpath("profiles")
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def _add_source(group: argparse._ArgumentGroup) -> None:
    """What to read."""
    group.add_argument("--images", metavar="DIR", help="folder of the visible images")
    group.add_argument("--captions", metavar="FILE", help="COCO captions JSON")
    group.add_argument("--instances", metavar="FILE", help="COCO instances JSON (boxes and polygons)")
    group.add_argument("--infrared", metavar="DIR", help="infrared images that exist already (same stems)")
    group.add_argument(
        "--rules", metavar="FILE", help="starting rules: a text file, or another run's rules.jsonl"
    )
    group.add_argument("--lexicon", metavar="FILE", help="words that infrared cannot show (TOML)")
    group.add_argument("--prompts", metavar="DIR", help="prompt files that replace the embedded ones")

    group.add_argument("--reuse", metavar="RUN", help="older run whose paid calls are taken where equal")


def add_backends(group: argparse._ArgumentGroup) -> None:
    """Who does the work."""
    group.add_argument("--profile", choices=profiles(), help="which backends (default: offline)")
    group.add_argument("--config", metavar="FILE", help="TOML file with any setting; options win over it")
    group.add_argument("--model", metavar="NAME", help="chat model of the endpoint")
    group.add_argument("--base-url", metavar="URL", help="chat endpoint, such as http://localhost:8000/v1")


def _add_amounts(group: argparse._ArgumentGroup) -> None:
    """How much."""
    group.add_argument("--tasks", metavar="LIST", help=f"{','.join(TASKS)} or none")
    group.add_argument(
        "--share", metavar="TASK=PART", action="append", help="share of samples that get a task, 0..1"
    )
    group.add_argument("--limit", type=int, metavar="N", help="only the first N samples")
    group.add_argument("--accepted", type=int, metavar="N", help="stop when N instructions are accepted")
    add_bounds(group)
    group.add_argument(
        "--concurrency", type=int, metavar="N", help="samples in flight; 1 is the paper's order"
    )
    group.add_argument("--max-rounds", type=int, metavar="N", help="rounds of a debate (default 3)")
    group.add_argument("--max-rules", type=int, metavar="N", help="rules that enter a prompt (default 40)")
    group.add_argument("--candidates", type=int, metavar="N", help="rewrites a caption (default 5)")
    group.add_argument("--seed", type=int, metavar="N", help="seed of everything random (default 0)")


def _add_switches(group: argparse._ArgumentGroup) -> None:
    """How, and what is left out."""
    group.add_argument(
        "--original", choices=("only_if_clean", "allow"), help="when the original caption may win"
    )
    group.add_argument(
        "--one-request", action="store_true", default=None, help="filter an image's captions in one request"
    )
    group.add_argument(
        "--judge-sees", metavar="LIST", help="captions,image: what the judge gets beside the instruction"
    )
    for name, instead in SWITCHES.items():
        group.add_argument(f"--no-{name}", dest=name, action="store_false", default=None, help=instead)
