"""`irloom rules RUN`: shows the rule book, and retires a rule from it."""

import argparse
from pathlib import Path

from irloom.errors import RunDirError
from irloom.views.terminal import show


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("run", metavar="RUN")
    parser.add_argument(
        "--retire", metavar="RULE", help="no later sample sees this rule (its text, or its number)"
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """List the rules, after retiring one if asked to."""
    root = Path(arguments.run)
    if arguments.retire is not None:
        retire(root, arguments.retire)
    from irloom.engine.directory import RunDirectory
    from irloom.engine.summary import tell_rules

    RunDirectory.open(root)
    for number, rule in enumerate(tell_rules(root), 1):
        origin = (
            "to begin with"
            if rule.origin == "basic"
            else f"from sample {rule.sample}, {rule.task}: {rule.reason}"
        )
        state = " [retired]" if rule.retired else f" [fired again: {rule.fired}]" if rule.fired else ""
        show(f"{number:3}  {rule.rule}{state}\n     {origin}")
    return 0


def retire(root: Path, wanted: str) -> None:
    """Append a line that retires a rule; samples admitted before keep seeing it."""
    from irloom.engine.commits import CommitLog
    from irloom.engine.directory import RunDirectory
    from irloom.engine.lock import RunLock
    from irloom.engine.summary import tell_rules

    RunDirectory.open(root)
    known = {rule.rule: rule for rule in tell_rules(root)}
    by_number = dict(zip(map(str, range(1, len(known) + 1)), known, strict=True))
    rule = by_number.get(wanted, wanted)
    if rule not in known:
        raise RunDirError(f"No rule {wanted!r} in {root}: `irloom rules {root}` lists them.")
    if known[rule].retired:
        raise RunDirError(f"The rule {rule!r} is retired already.")
    lock = RunLock(root)
    lock.acquire()
    try:
        log = CommitLog(root)
        try:
            log.recover()
            log.retire(rule)
        finally:
            log.close()
    finally:
        lock.release()
