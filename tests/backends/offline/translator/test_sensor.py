import numpy as np
import pytest
import torch

from irloom.backends.offline.translator.radiance import Planck, band_radiance
from irloom.backends.offline.translator.sensor import colour, control_gain, expose

PLANCK = Planck(torch.device("cpu"))


def flat(kelvin: float, height: int = 480, width: int = 640) -> torch.Tensor:
    return PLANCK.radiance(torch.full((1, height, width), kelvin))


@pytest.mark.parametrize(("kelvin", "expected"), [(253, 23.75), (293, 49.25), (310, 63.69), (423, 215.40)])
def test_band_radiance_agrees_with_published_constants(kelvin: float, expected: float) -> None:
    assert band_radiance(np.array([float(kelvin)]))[0] == pytest.approx(expected, rel=2e-3)


def test_temperature_survives_the_way_to_radiance_and_back() -> None:
    kelvin = torch.linspace(180, 620, 5000)
    assert (PLANCK.kelvin(PLANCK.radiance(kelvin)) - kelvin).abs().max() < 0.005


@pytest.mark.parametrize("netd_mk", [25.0, 50.0, 100.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_noise_on_a_flat_field_at_293_k_is_the_netd(netd_mk: float, seed: int) -> None:
    seen = expose(flat(293.0), PLANCK, netd_mk, [seed])
    assert float(seen.std()) * 1000 == pytest.approx(netd_mk, rel=0.1)
    assert float(seen.mean()) == pytest.approx(293.0, abs=0.01)


def test_a_cold_field_is_noisier_in_kelvin() -> None:
    assert expose(flat(253.0), PLANCK, 50, [0]).std() > 1.4 * expose(flat(293.0), PLANCK, 50, [0]).std()


def test_columns_are_noisier_than_rows() -> None:
    seen = expose(flat(293.0, 600, 600), PLANCK, 50, [4])[0]
    assert seen.mean(0).std() > seen.mean(1).std() > 0.05 * 0.06


def test_without_noise_a_flat_field_stays_flat() -> None:
    seen = expose(flat(293.0), PLANCK, 0, [0])
    assert float(seen.max() - seen.min()) < 1e-3
    assert int(control_gain(seen[0]).max()) - int(control_gain(seen[0]).min()) <= 1


def test_gain_control_keeps_the_order_of_temperatures() -> None:
    ramp = torch.linspace(270, 320, 5000).reshape(50, 100)
    grey = control_gain(ramp).flatten().to(torch.int64)
    assert bool((grey.diff() >= 0).all())
    assert int(grey.max()) - int(grey.min()) > 220


def test_noise_of_a_flat_scene_does_not_fill_the_range() -> None:
    grey = control_gain(expose(flat(293.0), PLANCK, 50, [0])[0])
    assert int(grey.max()) - int(grey.min()) < 60


def test_ironbow_runs_from_nearly_black_to_nearly_white() -> None:
    shown = colour(np.array([[0, 255]], np.uint8), "ironbow")
    assert shown.tolist() == [[[0, 0, 10], [255, 255, 246]]]
