"""Text can be read on its ground, in light and in dark: WCAG 2.2 AA, measured from the tokens."""

import re
from pathlib import Path

import pytest

import ceiba.web

TOKENS = (Path(ceiba.web.__file__).parent / "static" / "web" / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
TEXT = (
    ("--ink", "--ground"), ("--ink", "--surface"), ("--ink", "--sunken"), ("--ink-soft", "--ground"),
    ("--ink-soft", "--surface"), ("--ink-soft", "--sunken"), ("--link", "--surface"), ("--link", "--ground"),
    ("--on-brand", "--brand"), ("--on-brand-soft", "--brand"), ("--on-brand", "--brand-strong"),
    ("--earth", "--surface"), ("--pay-ink", "--pay-soft"), ("--hold-ink", "--hold-soft"),
    ("--refuse-ink", "--refuse-soft"), ("--refuse-ink", "--surface"), ("--on-pay", "--pay"),
    ("--on-hold", "--hold"), ("--on-refuse", "--refuse"), ("--link-visited", "--surface"),
)  # fmt: skip
EDGES = (
    ("--line-strong", "--surface"), ("--line-strong", "--ground"), ("--pay", "--surface"),
    ("--refuse", "--surface"), ("--focus-ink", "--focus"),
)  # fmt: skip


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", css))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), [*((f, b, 4.5) for f, b in TEXT), *((f, b, 3.0) for f, b in EDGES)]
)
def test_contrast(theme: str, front: str, back: str, least: float) -> None:
    colours = tokens(LIGHT) | (tokens(DARK) if theme == "dark" else {})
    assert contrast(colours[front], colours[back]) >= least


def test_outcomes_differ_in_brightness_and_not_in_hue_alone() -> None:
    """Somebody who sees no red and green still tells held from the others; icons and words tell the rest."""
    colours = tokens(LIGHT)
    assert contrast(colours["--pay"], colours["--hold"]) >= 2.5
    assert contrast(colours["--refuse"], colours["--hold"]) >= 3
