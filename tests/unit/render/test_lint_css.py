"""The little CSS of the lint, against values worked out by others."""

import pytest

from newsletter.render.lint import css


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#00ff00", "#ffffff", 1.37),
        ("#0000ff", "#ffffff", 8.59),
        ("#0a0a0a", "#000000", 1.06),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """Ratios as WebAIM's contrast checker shows them."""
    first, second = css.color(one), css.color(other)
    assert first is not None
    assert second is not None
    assert css.contrast(first, second) == pytest.approx(ratio, abs=0.006)
    assert css.contrast(second, first) == css.contrast(first, second)


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("#1a2b3c", (26, 43, 60)),
        ("#1bf", (17, 187, 255)),
        ("rgb(1, 22, 133)", (1, 22, 133)),
        ("white", (255, 255, 255)),
        ("black", (0, 0, 0)),
        ("rgba(0, 0, 0, 0.5)", None),
        ("#12345", None),
        ("var(--ink)", None),
    ],
)
def test_colors_are_read(written: str, color: css.Color | None) -> None:
    assert css.color(written) == color


@pytest.mark.parametrize(
    ("written", "px"),
    [
        ("15px", 15.0),
        ("9pt", 12.0),
        ("1.5em", 30.0),
        ("80%", 16.0),
        ("0.75rem", 12.0),
        ("0", 0.0),
        ("14", None),
        ("larger", None),
        ("calc(1px + 1em)", None),
    ],
)
def test_lengths_are_in_pixels(written: str, px: float | None) -> None:
    assert css.length_px(written, font_px=20.0) == (px if px is None else pytest.approx(px))


def test_the_last_declaration_counts() -> None:
    style = "COLOR: Red; color:#FFF !important; ;width;font-size:12px"
    assert css.declarations(style) == {"color": "#fff", "font-size": "12px"}


def test_comments_and_strings_are_no_rules() -> None:
    assert css.without_comments("a/* { */b{content:'}'}") == 'ab{content:""}'
