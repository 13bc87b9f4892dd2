"""`irloom doctor`: checks what a run needs here, and says what to do about what is missing."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from irloom.cli.backend_checks import Finding, examine_endpoints, examine_model, list_backends, try_models
from irloom.cli.doctor_set import add_set_options, examine_set
from irloom.cli.options import add_backends
from irloom.cli.settings import resolve_backends
from irloom.errors import EXIT_DONE, EXIT_USER, ConfigError
from irloom.views.terminal import show

PACKAGES = (
    "langgraph",
    "openai",
    "pydantic",
    "jsonlines",
    "torch",
    "open_clip_torch",
    "diffusers",
    "transformers",
    "accelerate",
    "peft",
    "scikit-image",
)
FREE_GB = 5


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    add_backends(parser)
    parser.add_argument("--flow", metavar="NAME", help="what runs of this flow need (the main job's)")
    parser.add_argument("--load", action="store_true", help="also load the models, and let each work once")
    add_set_options(parser)
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Show every finding as it comes; exit 2 if something is missing."""
    findings = []
    names_set = any((arguments.source, arguments.root, arguments.plot))
    for finding in examine_set(arguments) if names_set else _examine(arguments):
        findings.append(finding)
        advice = f": {finding.advice}" if finding.advice else ""
        show(f"{'ok ' if finding.good else 'NO '} {finding.what}{advice}")
    return EXIT_DONE if all(finding.good for finding in findings) else EXIT_USER


def _examine(arguments: argparse.Namespace) -> Iterator[Finding]:
    from irloom.pipelines.registry import find_flow, list_flows

    yield from _check_packages()
    yield from _check_disk()
    yield from _check_cache()
    yield from _check_sandbox()
    flow = find_flow(arguments.flow or next(list_flows()))
    try:
        config = resolve_backends(flow.config, arguments)
    except ConfigError as error:
        yield Finding(False, f"profile {arguments.profile or 'offline'}", str(error))
        return
    yield from examine_endpoints(flow, config)
    for name, options in list_backends(config):
        yield from examine_model(name, options)
    if arguments.load:
        yield from try_models(flow, config)


def _check_packages() -> Iterator[Finding]:
    yield Finding(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}")
    for name in PACKAGES:
        try:
            yield Finding(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(False, name, f"not installed: pip install {name}")


def _check_disk() -> Iterator[Finding]:
    free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    advice = "" if free_gb > FREE_GB else "118,000 images take about 25 GB: write the run elsewhere"
    yield Finding(free_gb > FREE_GB, f"{free_gb:.0f} GB free in this folder", advice)


def _check_sandbox() -> Iterator[Finding]:
    """Let a script try to get out, as an ImgCoder run does before it begins."""
    import asyncio

    from irloom.sandbox.levels import SandboxOptions, probe_sandbox
    from irloom.sources.cache import choose_cache

    try:
        probe = asyncio.run(probe_sandbox(SandboxOptions(cache=choose_cache(None) / "fonts", workers=1)))
    except ConfigError as error:
        yield Finding(False, "sandbox for figure scripts (flows that draw none need none)", str(error))
        return
    better = "; ".join(f"{level} not: {why}" for level, why in probe.passed_over.items())
    yield Finding(True, f"sandbox for figure scripts: {probe.level}", better)


def _check_cache() -> Iterator[Finding]:
    from irloom.sources.cache import choose_cache

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
