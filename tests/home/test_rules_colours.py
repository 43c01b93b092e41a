"""The alliance's colour (AN-33): white words can be read on it, or it is refused in words."""

import pytest

from swa.home.rules.colours import (
    LINK_CONTRAST,
    ColourTooPale,
    check_brand_colour,
    contrast_with_white,
    palette,
)
from swa.web.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [
        ("#ffffff", 1.0),
        ("#000000", 21.0),
        ("#00625e", 7.2),
        ("#1d70b8", 5.2),
        ("#767676", 4.5),
        ("#ffdd00", 1.3),
    ],
)
def test_works_out_the_contrast_with_white(colour, contrast):
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.06)


@pytest.mark.parametrize("colour", ["#00625e", "#1d70b8", "#767676", "#00625E", "#000000"])
def test_a_dark_colour_is_fine(colour):
    check_brand_colour(colour)


@pytest.mark.parametrize("colour", ["#777777", "#ffdd00", "#ffffff"])
def test_a_pale_colour_is_refused_with_its_contrast(colour):
    with pytest.raises(ColourTooPale, match="must be darker") as refusal:
        check_brand_colour(colour)

    assert f"{contrast_with_white(colour):.1f} to 1" in refusal.value.message


@pytest.mark.parametrize(
    "colour", ["", "teal", "#fff", "00625e", "#00625g", "#00625e; }", "#00625e\n"]
)
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(ColourTooPale, match="like #00625e"):
        check_brand_colour(colour)


@pytest.mark.parametrize("colour", ["#00625e", "#1d70b8", "#767676", "#8a0f5b"])
def test_links_can_be_read_whatever_the_colour(colour):
    shades = palette(colour)

    assert shades["--govuk-brand-colour"] == colour
    assert contrast_with_white(shades["--govuk-link-colour"]) >= LINK_CONTRAST
    for shade in shades.values():
        contrast_with_white(shade)  # each is a colour


def test_pale_shades_are_pale_and_dark_ones_dark():
    shades = palette("#767676")

    assert contrast_with_white(shades["--app-brand-pale"]) < 1.3
    assert contrast_with_white(shades["--app-brand-dark"]) > contrast_with_white("#767676")


def test_an_installation_with_a_pale_colour_does_not_start():
    with pytest.raises(SettingsError, match=r"SWA_BRAND_COLOUR: Colour must be darker"):
        load_settings(mode="demo", brand_colour="#ffdd00")
