"""`irloom doctor`: checks what a run needs here, and says what to do about what is missing."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from irloom.cli.options import profiles
from irloom.cli.terminal import show
from irloom.errors import EXIT_DONE, EXIT_USER, IrloomError

PACKAGES = (
    "langgraph",
    "openai",
    "pydantic",
    "jsonlines",
    "torch",
    "open_clip_torch",
    "diffusers",
    "scikit-image",
)
FREE_GB = 5


class Finding(NamedTuple):
    """One thing that was looked at."""

    good: bool
    what: str
    advice: str = ""


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the verb."""
    parser = verbs.add_parser("doctor", help="check packages, device, disk, cache and endpoint")
    parser.add_argument("--profile", choices=profiles(), default="offline")
    parser.add_argument("--model", metavar="NAME")
    parser.add_argument("--base-url", metavar="URL")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Show every finding; exit 2 if something is missing."""
    checks: list[Callable[[], Iterator[Finding]]] = [
        _check_packages,
        _check_device,
        _check_disk,
        _check_cache,
    ]
    if arguments.profile != "offline":
        checks.append(lambda: _check_endpoint(arguments.model, arguments.base_url))
    findings = [finding for check in checks for finding in check()]
    for finding in findings:
        advice = f": {finding.advice}" if finding.advice else ""
        show(f"{'ok ' if finding.good else 'NO '} {finding.what}{advice}")
    return EXIT_DONE if all(finding.good for finding in findings) else EXIT_USER


def _check_packages() -> Iterator[Finding]:
    yield Finding(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}")
    for name in PACKAGES:
        try:
            yield Finding(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(False, name, f"not installed: pip install {name}")


def _check_device() -> Iterator[Finding]:
    import torch

    if torch.cuda.is_available():
        yield Finding(True, f"device cuda: {torch.cuda.get_device_name(0)}")
    elif torch.backends.mps.is_available():
        yield Finding(True, "device mps")
    else:
        yield Finding(
            True, f"device cpu, {os.cpu_count()} cores (the radiometric translator runs well on it)"
        )


def _check_disk() -> Iterator[Finding]:
    free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    advice = "" if free_gb > FREE_GB else "118,000 infrared images take about 25 GB: write the run elsewhere"
    yield Finding(free_gb > FREE_GB, f"{free_gb:.0f} GB free in this folder", advice)


def _check_cache() -> Iterator[Finding]:
    from irloom.sources.caching import choose_cache

    folder = choose_cache(None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = f"{error.strerror}; let IRLOOM_CACHE name a folder that can be written"
        yield Finding(False, f"cache folder {folder}", advice)
    else:
        yield Finding(True, f"indexes of captions and boxes are kept in {folder} (IRLOOM_CACHE moves them)")


def _check_endpoint(model: str | None, base_url: str | None) -> Iterator[Finding]:
    """Ask the endpoint one tiny question, as a run would."""
    import asyncio

    from irloom.backends.chat.openai import OpenAIChat
    from irloom.config import OpenAIOptions
    from irloom.ports import ChatReply, ChatRequest, Prompt

    if model is None:
        yield Finding(False, "endpoint", "name a model with --model to have it checked")
        return
    learnt: dict[str, object] = {}

    async def ask() -> ChatReply:
        chat = OpenAIChat(
            OpenAIOptions(model=model, base_url=base_url, max_retries=1, timeout_s=60, max_tokens=64),
            learn=learnt.__setitem__,
        )
        try:
            prompt = Prompt("doctor", "", "Reply with one word.", "Say ready.", {})
            return await chat.chat(ChatRequest(prompt, seed=1, n=2, temperature=0.8))
        finally:
            await chat.close()

    try:
        reply = asyncio.run(ask())
    except IrloomError as error:
        yield Finding(False, f"endpoint {base_url or 'OpenAI'}", str(error))
        return
    yield Finding(
        True, f"endpoint {base_url or 'OpenAI'} answers as {reply.model} in {reply.latency_ms:.0f} ms"
    )
    if learnt.get("n") is False:
        yield Finding(True, "it ignores `n`", "candidates will be separate requests, five times as many")
