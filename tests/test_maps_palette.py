"""Colours that must be told apart are, also by readers who see no red or no green."""

from __future__ import annotations

import numpy as np
import pytest

from transit.pages import palette

# Machado, Oliveira & Fernandes 2009, table 1 at severity 1.0, for linear RGB.
SEEN = {
    "all": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
}  # fmt: skip
# sRGB (IEC 61966-2-1) to XYZ, white point D65.
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 20.0
"""CIELAB distance; 2.3 is just noticeable side by side, signs far apart need several times it."""


def lab(colour: str, sight: str) -> np.ndarray:
    """CIELAB of ``#rrggbb`` as ``sight`` sees it."""
    part = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(SEEN[sight] @ linear, 0, 1) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_white_and_black_are_a_hundred_apart():
    """If this fails, the distances below say nothing: L* is 100 for white and 0 for black."""
    assert np.linalg.norm(lab("#ffffff", "all") - lab("#000000", "all")) == pytest.approx(100, 1e-3)


@pytest.mark.parametrize("sight", SEEN)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (palette.GAINED, palette.LOST),
        (palette.GAINED_AREA.fill, palette.LOST_AREA.fill),
        (palette.STOP_WALK.fill, palette.STOP_STRAIGHT.fill),
        (palette.CHANGED_STREETS["opened"].color, palette.CHANGED_STREETS["closed"].color),
        (palette.PARK.color, palette.PARK_WALK.color),
    ],
)
def test_opposites_are_told_apart(one, other, sight):
    """If this fails, one man in twelve takes what is lost for what is gained."""
    assert np.linalg.norm(lab(one, sight) - lab(other, sight)) > APART


def test_opposites_differ_by_more_than_colour():
    """If this fails, a grey print of the page says nothing."""
    assert palette.LOST_AREA.hatch
    assert not palette.GAINED_AREA.hatch
    assert palette.GAINED_STOP.fill != palette.LOST_STOP.fill == "#ffffff"
    assert palette.CHANGED_STREETS["closed"].dash
    assert not palette.CHANGED_STREETS["opened"].dash


@pytest.mark.parametrize("sight", SEEN)
def test_loads_grow_darker_and_wider(sight):
    """If this fails, a busy street looks like a quiet one."""
    light = [lab(style.color, sight)[0] for style in palette.LOADS]
    assert all(np.diff(light) < -5)
    assert all(np.diff([style.width for style in palette.LOADS]) > 0)
