"""What a checkpoint must hold, and how one that does not is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from irloom.backends.translators.munit_weights import load_generators
from irloom.errors import ConfigError
from support.srgb_tir import State, draw_generator, write_checkpoint


def refuse(path: Path, *parts: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_generators(path)
    message = str(caught.value)
    for part in parts:
        assert part in message
    assert "translation_weights.pt" in message
    return message


def test_a_is_thermal_and_b_is_visible(tmp_path: Path) -> None:
    a, b = draw_generator(1), draw_generator(2)
    found = load_generators(write_checkpoint(tmp_path / "w.pt", a, b))
    for generator, state in ((found.thermal, a), (found.visible, b)):
        loaded = generator.state_dict()
        assert len(loaded) == 66
        for name, value in loaded.items():
            assert torch.equal(value, state[name])
        assert not generator.training
        assert not any(weight.requires_grad for weight in generator.parameters())


def test_buffers_that_nothing_reads_are_reported_and_left_out(tmp_path: Path) -> None:
    told: list[str] = []
    path = write_checkpoint(tmp_path / "w.pt")
    load_generators(path, told.append)
    (message,) = told
    assert "w.pt holds 32 running means and variances" in message
    assert "a.dec.model.0.model.0.model.0.norm.running_mean" in message
    assert "and 30 more" in message


def test_statistics_of_the_encoder_from_before_torch_0_4_are_left_out_too(tmp_path: Path) -> None:
    old = draw_generator(2)
    for place in ("enc_content.model.0", "enc_content.model.3.model.3.model.1"):
        old |= {f"{place}.norm.running_mean": torch.zeros(4), f"{place}.norm.running_var": torch.ones(4)}
    told: list[str] = []
    found = load_generators(write_checkpoint(tmp_path / "w.pt", b=old), told.append)
    assert "36 running means" in told[0]
    assert not any("running" in name for name in found.visible.state_dict())


def test_without_such_buffers_nothing_is_reported(tmp_path: Path) -> None:
    told: list[str] = []
    lean = [
        {name: value for name, value in draw_generator(seed).items() if "running" not in name}
        for seed in (1, 2)
    ]
    load_generators(write_checkpoint(tmp_path / "w.pt", *lean), told.append)
    assert told == []


@pytest.mark.parametrize(
    "name",
    [
        "dec.model.2.norm.running_mean",
        "mlp.model.0.norm.running_var",
        "enc_style.model.0.norm.running_mean",
        "dec.model.0.model.0.model.0.norm.num_batches_tracked",
        "dec.model.0.model.4.model.0.norm.running_mean",
        "running_mean",
        "enc_content.model.3.model.4.model.0.conv.weight",
    ],
)
def test_any_other_key_is_refused_by_name(tmp_path: Path, name: str) -> None:
    path = write_checkpoint(tmp_path / "w.pt", a=draw_generator(1) | {name: torch.zeros(4)})
    assert refuse(path, "generator 'a'", f"unknown: {name}").count("model.") <= 3


def test_weights_of_a_parallel_run_are_refused(tmp_path: Path) -> None:
    prefixed = {f"module.{name}": value for name, value in draw_generator(2).items()}
    path = write_checkpoint(tmp_path / "w.pt", b=prefixed)
    refuse(path, "generator 'b'", "missing: enc_style.model.0.conv.weight", "and 54 more", "and 70 more")


@pytest.mark.parametrize(
    "name", ["enc_style.model.6.bias", "dec.model.4.norm.gamma", "mlp.model.0.fc.weight"]
)
def test_a_missing_key_is_refused_by_name(tmp_path: Path, name: str) -> None:
    state = draw_generator(2)
    del state[name]
    refuse(write_checkpoint(tmp_path / "w.pt", b=state), "generator 'b'", f"missing: {name}")


def shrink(state: State) -> None:
    state["dec.model.5.conv.weight"] = torch.zeros(3, 4, 5, 5)


def spoil(state: State) -> None:
    state["dec.model.5.conv.weight"][0, 0, 0, 0] = torch.nan


def round_off(state: State) -> None:
    state["dec.model.5.conv.weight"] = state["dec.model.5.conv.weight"].to(torch.int8)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (shrink, r"\(3, 4, 5, 5\) instead of \(3, 4, 7, 7\)"),
        (spoil, "not finite"),
        (round_off, "not a tensor of floating numbers"),
    ],
)
def test_a_weight_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, change: Callable[[State], None], complaint: str
) -> None:
    state = draw_generator(1)
    change(state)
    message = refuse(write_checkpoint(tmp_path / "w.pt", a=state))
    assert re.search(rf"wrong: dec\.model\.5\.conv\.weight \({complaint}\)", message)


def test_a_file_without_the_two_generators_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    torch.save(draw_generator(1), path)
    refuse(path, "does not hold the generators 'a' and 'b'", "dec.model.0", "and 70 more")
    torch.save([draw_generator(1)], path)
    refuse(path, "but list")
    torch.save({"a": draw_generator(1)}, path)
    refuse(path, "but a:")
    torch.save({"a": draw_generator(1), "b": draw_generator(2), "c": {}}, path)
    refuse(path, "but a, b, c:")
    torch.save({"a": draw_generator(1), "b": [1]}, path)
    refuse(path, "but a, b:")


def test_a_file_that_is_missing_or_broken_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    refuse(path, f"{str(path)!r} is no file", "cannot be fetched for you")
    refuse(tmp_path, "is no file")
    path.write_bytes(b"")
    refuse(path, "cannot be read as plain weights", "EOFError")
    path.write_text("<html>Quota exceeded</html>")
    refuse(path, "cannot be read as plain weights", "UnpicklingError")
    write_checkpoint(path)
    path.write_bytes(path.read_bytes()[:-2000])
    refuse(path, "cannot be read as plain weights", "RuntimeError")


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str, str], object], tuple[str, str]]:
        return open, (str(self.path), "w")


def test_a_file_that_would_run_code_is_refused_and_does_not_run_it(tmp_path: Path) -> None:
    path, sprung = tmp_path / "w.pt", tmp_path / "sprung"
    torch.save({"a": Trap(sprung), "b": {}}, path)
    refuse(path, "cannot be read as plain weights", "UnpicklingError")
    assert not sprung.exists()
