"""Each setting decides rows unless it says that it does not, and none says so unawares."""

import json
from collections.abc import Iterator
from inspect import get_annotations
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from irloom.config import RunConfig
from irloom.engine.fingerprint import fingerprint, name_changes
from irloom.pipelines.align.config import AlignConfig
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.registry import find_flow
from irloom.records import Row
from irloom.settings import (
    DIGESTED,
    NO_ROW,
    ChangesNoRow,
    Digested,
    Guarded,
    asks_by_name_alone,
    list_decisive,
    list_named_models,
    list_options,
    list_tables,
    list_unset,
)

FLOWS = ("infrared", "cir", "imgcoder", "align", "ifbench", "detect")
GOLDEN = json.loads((Path(__file__).parent / "golden" / "fingerprints.json").read_text("utf-8"))
"""Fingerprints as they were when names in one list told what decides rows."""
ADDED = frozenset(
    {
        "boxes",
        "normalised",
        "ignore_labels",
        "checks",
        "reason_first",
        "filter_all",
        "finish",
        "boxes_as",
        "writer_sees",
    }
)
"""Settings that came since. At their defaults they are no change for a run that does not know them."""

WHEN_OR_WHERE = frozenset(
    {
        *("RunConfig.profile", "RunConfig.reuse", "RunConfig.limit", "RunConfig.accepted"),
        "EvaluationConfig.accepted",
        *("RunConfig.budget", "RunConfig.prices", "RunConfig.max_failures", "RunConfig.concurrency"),
        *("OpenAIOptions.base_url", "OpenAIOptions.api_key_env", "OpenAIOptions.timeout_s"),
        *("OpenAIOptions.max_retries", "OpenAIOptions.first_backoff_s", "OpenAIOptions.max_in_flight"),
        *("OpenAIOptions.outage_s", "OpenAIOptions.prompt_cache_key"),
        *("RadiometricOptions.device", "RadiometricOptions.batch_size"),
        *("SrgbTirOptions.device", "SrgbTirOptions.batch_size"),
        *("EditorOptions.device", "EditorOptions.batch_size", "EditorOptions.offload"),
        "ClassicOptions.batch_size",
        *("OpenClipOptions.device", "OpenClipOptions.batch_size"),
        *("LanguageBindOptions.device", "LanguageBindOptions.batch_size"),
        *("ServedOptions.base_url", "ServedOptions.api_key_env", "ServedOptions.timeout_s"),
        *("ServedOptions.max_retries", "ServedOptions.first_backoff_s"),
        *("ServedOptions.max_in_flight", "ServedOptions.outage_s"),
        "CirConfig.with_references",
        *("AnnotationSettings.follow_links", "EvaluationConfig.follow_links"),
        *("SandboxOptions.container", "SandboxOptions.workers"),
        *("PipelinePainterOptions.device", "PipelinePainterOptions.batch_size"),
        "PipelinePainterOptions.offload",
        *("ServedPainterOptions.base_url", "ServedPainterOptions.api_key_env"),
        *("ServedPainterOptions.timeout_s", "ServedPainterOptions.max_retries"),
        *("ServedPainterOptions.first_backoff_s", "ServedPainterOptions.max_in_flight"),
        "ServedPainterOptions.outage_s",
    }
)
"""Settings that cannot change a row. Before you add one: would a resume under another value of it mix rows
that differ in more than when or where they were made? `with_references` concerns the pass over a whole run,
which is made anew."""
PATHS = frozenset(
    {
        "RunConfig.prompts",
        *("AnnotatedConfig.images", "AnnotationSettings.captions", "AnnotationSettings.instances"),
        "SetSettings.root",
        *("AnnotationSettings.images", "AlignConfig.texts", "AlignConfig.claims"),
        *("InfraredConfig.infrared", "InfraredConfig.rules", "InfraredConfig.lexicon"),
        "ImgcoderConfig.problems",
        *("EvaluationConfig.data", "EvaluationConfig.images", "EvaluationConfig.rgb"),
        *("DetectConfig.data", "DetectConfig.images", "DetectConfig.rgb"),
        *("RadiometricOptions.temperatures", "SrgbTirOptions.checkpoint"),
    }
)
"""Paths to what decides rows. Before you add one: is its content digested, or part of a call's key?"""


def list_fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The fields of a configuration and of every table that it may hold, by the class that declares them."""
    for name, field in model.model_fields.items():
        owner = next(one for one in model.__mro__ if name in get_annotations(one))
        yield f"{owner.__name__}.{name}", field
        for table in find_tables(field.annotation):
            yield from list_fields(table)


def find_tables(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in an annotation, those inside dictionaries and tuples included."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for part in get_args(annotation):
        yield from find_tables(part)


FIELDS = {name: field for flow in FLOWS for name, field in list_fields(find_flow(flow).config)}


def list_marked(mark: type) -> set[str]:
    return {name for name, field in FIELDS.items() if any(isinstance(one, mark) for one in field.metadata)}


def test_a_setting_that_cannot_change_a_row_is_in_the_list_above() -> None:
    assert list_marked(ChangesNoRow) == WHEN_OR_WHERE


def test_a_path_whose_content_decides_rows_is_in_the_list_above() -> None:
    assert list_marked(Digested) == PATHS


def test_where_a_key_goes_what_is_run_and_what_links_bring_is_guarded_in_every_table() -> None:
    decided = {name for name in FIELDS if name.rpartition(".")[2] in {"base_url", "api_key_env", "container"}}
    assert len(decided) >= 7
    links = {"AnnotationSettings.follow_links", "EvaluationConfig.follow_links"}
    others = {"SandboxOptions.level", "ThermalSettings.converter"}
    assert list_marked(Guarded) == decided | links | others


def test_all_tables_of_all_flows_were_looked_at() -> None:
    tables = {name.partition(".")[0] for name in FIELDS}
    for kind in ("Openai", "Vqa", "LanguageBind", "OpenClipEmbedder", "Diffusers", "Classic", "Sandbox"):
        assert f"{kind}Options".replace("Openai", "OpenAI") in tables
    assert {
        "Budget",
        "Price",
        "PreservationLimits",
        *(f"{flow.capitalize()}Config" for flow in FLOWS),
    } <= tables


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["flow"])
def test_a_fingerprint_has_the_names_and_values_that_it_had(case: dict[str, Any]) -> None:
    flow = find_flow(case["flow"])
    config = flow.config.model_validate(case["settings"])
    made = fingerprint(config, {"captions": "0123"})
    assert name_changes(case["fingerprint"], json.loads(json.dumps(made)), set(list_unset(config))) == []
    made = {name: value for name, value in made.items() if name not in ADDED}
    assert json.loads(json.dumps(made)) == case["fingerprint"]
    assert list(made) == list(case["fingerprint"])


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["flow"])
def test_what_decides_rows_is_every_setting_without_a_mark(case: dict[str, Any]) -> None:
    config = find_flow(case["flow"]).config.model_validate(case["settings"])
    marked = {name.partition(".")[2] for name in WHEN_OR_WHERE | PATHS}
    decisive = {name for name, _ in list_decisive(config)}
    dumped = set(flatten(config.model_dump(mode="json")))
    assert decisive <= dumped
    assert {name for name in dumped - decisive if not marked & set(name.split("."))} == set()


def flatten(value: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, part in value.items():
        if isinstance(part, dict):
            yield from flatten(part, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


class Table(Row):
    """A table of a flow that has just been written."""

    decides: int = 1
    waits_s: Annotated[float, NO_ROW] = 1.0


class NewConfig(RunConfig):
    """A configuration to which settings were added."""

    flow: str = "new"
    forgotten: int = 0
    nested: Table = Field(default_factory=Table)
    several: dict[str, Table] = Field(default_factory=dict)
    elsewhere: Annotated[Path | None, DIGESTED] = None
    maybe: Annotated[Table | None, NO_ROW] = None


def changes(**settings: Any) -> list[str]:
    old, new = (fingerprint(NewConfig.model_validate(given), {}) for given in ({}, settings))
    return name_changes(old, new)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"forgotten": 1}, ["forgotten: was 0, now 1"]),
        ({"nested": {"decides": 2}}, ["nested.decides: was 1, now 2"]),
        ({"several": {"a": {}}}, ["several.a.decides: was 'not set', now 1"]),
        ({"nested": {"waits_s": 5}}, []),
        ({"several": {}, "elsewhere": "x", "maybe": {"decides": 3}}, []),
    ],
)
def test_a_setting_that_nobody_marked_decides_rows(settings: dict[str, Any], named: list[str]) -> None:
    assert changes(**settings) == named


def test_a_newer_option_of_an_endpoint_is_no_part_of_a_fingerprint_until_it_is_set() -> None:
    chat: dict[str, Any] = {"kind": "openai", "model": "m"}
    more = {"extra_body": {"top_p": 0.9}, "service_tier": "flex", "prompt_cache_key": "key"}
    old, new = (fingerprint(NewConfig.model_validate({"chat": one}), {}) for one in (chat, chat | more))
    assert not [name for name in old if name.rpartition(".")[2] in more]
    assert name_changes(old, new) == [
        "chat.extra_body.top_p: was 'not set', now 0.9",
        "chat.service_tier: was 'not set', now 'flex'",
    ]


def test_another_revision_of_the_flow_is_another_fingerprint_and_the_first_is_not_written() -> None:
    config = NewConfig()
    first, second = (fingerprint(config, {}, revision) for revision in (1, 2))
    assert "revision" not in first
    assert name_changes(first, second) == [
        "revision: rows were made by revision 1 of the flow, irloom now makes revision 2"
    ]
    assert name_changes(second, fingerprint(config, {}, 3)) == [
        "revision: rows were made by revision 2 of the flow, irloom now makes revision 3"
    ]
    assert name_changes(second, first) == [
        "revision: rows were made by revision 2 of the flow, irloom now makes revision 1"
    ]


@pytest.mark.parametrize("flow", FLOWS)
def test_every_option_says_what_it_does(flow: str) -> None:
    for one in list_options(find_flow(flow).config):
        assert one.option.help or one.field.description, one.flag


def test_the_tables_of_a_field_are_found_under_unions_and_marks() -> None:
    kinds = list_tables(FIELDS["InfraredConfig.translator"].annotation)
    assert [kind.__name__ for kind in kinds] == ["RadiometricOptions", "SrgbTirOptions", "DiffusersOptions"]
    assert list(list_tables(NewConfig.model_fields["maybe"].annotation)) == [Table]
    assert list(list_tables(NewConfig.model_fields["forgotten"].annotation)) == []


def test_named_models_are_those_of_marked_settings_each_once() -> None:
    assert list_named_models(AlignConfig, {"captioners": ["a", "b"], "judges": ("b", "c")}) == ["a", "b", "c"]
    assert list_named_models(InfraredConfig, {"verify": "eyes", "model": "x"}) == ["eyes"]
    assert list_named_models(InfraredConfig, {}) == []
    assert asks_by_name_alone(AlignConfig)
    assert not asks_by_name_alone(InfraredConfig), "its own agents work too"
