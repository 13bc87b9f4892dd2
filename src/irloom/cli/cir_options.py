"""The options of `irloom run cir`, in the groups that its help shows."""

import argparse

from irloom.cli.options import add_backends, add_bounds
from irloom.edits import FORMS


def add_cir_options(parser: argparse.ArgumentParser) -> None:
    """Declare every option."""
    source = parser.add_argument_group("what to read")
    source.add_argument("--images", metavar="DIR", help="folder of the seed images")
    source.add_argument("--captions", metavar="FILE", help="COCO captions JSON")
    source.add_argument("--instances", metavar="FILE", help="COCO instances JSON (boxes and polygons)")
    source.add_argument("--prompts", metavar="DIR", help="prompt files that replace the embedded ones")
    source.add_argument("--reuse", metavar="RUN", help="older run whose paid calls are taken where equal")
    add_backends(parser.add_argument_group("who does the work"))
    _add_amounts(parser.add_argument_group("how much"))
    _add_ways(parser.add_argument_group("how"))


def _add_amounts(group: argparse._ArgumentGroup) -> None:
    """How much."""
    group.add_argument("--limit", type=int, metavar="N", help="only the first N seeds")
    group.add_argument("--accepted", type=int, metavar="N", help="stop when N edits are kept")
    group.add_argument(
        "--quota",
        metavar="KIND=N",
        action="append",
        help="the most queries of a subcategory in the data set, such as color=300",
    )
    group.add_argument("--families", type=int, metavar="N", help="groups of siblings a seed (default 2)")
    group.add_argument("--variants", type=int, metavar="N", help="siblings a group (default 3)")
    add_bounds(group)
    group.add_argument("--concurrency", type=int, metavar="N", help="seeds in flight")
    group.add_argument("--max-rounds", type=int, metavar="N", help="tries of an edit (default 2)")
    group.add_argument("--seed", type=int, metavar="N", help="seed of everything random (default 0)")


def _add_ways(group: argparse._ArgumentGroup) -> None:
    """How, and what is left out."""
    group.add_argument("--subcategories", metavar="LIST", help="only these of the 15, such as color,time")
    group.add_argument("--forms", metavar="LIST", help=f"forms of the queries (default {','.join(FORMS)})")
    group.add_argument(
        "--no-judging",
        dest="judging",
        action="store_false",
        default=None,
        help="verify by figures alone",
    )
    group.add_argument(
        "--with-references",
        action="store_true",
        default=None,
        help="put the seeds into the gallery",
    )
