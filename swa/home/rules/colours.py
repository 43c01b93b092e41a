"""Colours of the alliance: readable, or refused in words (AN-33)."""

import re

from swa.core.errors import RuleBroken

LEAST_CONTRAST = 4.5
LINK_CONTRAST = 6.0
HEX = re.compile(r"#[0-9a-fA-F]{6}")
WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
Rgb = tuple[int, int, int]


class ColourTooPale(RuleBroken):
    """White words could not be read on the colour."""

    rule_id = "AN-33"


def check_brand_colour(colour: str) -> None:
    """Refuse a colour on which white words are hard to read.

    Args:
        colour: Like "#00625e".

    Raises:
        ColourTooPale: It is no such colour, or its contrast with white is under 4.5 to 1.

    Source:
        AN-33 (name and colours of the alliance are settings); WCAG 2.2, 1.4.3.
    """
    if not HEX.fullmatch(colour):
        msg = "Colour must be a # and 6 letters or numbers, like #00625e"
        raise ColourTooPale(msg)
    contrast = contrast_with_white(colour)
    if contrast < LEAST_CONTRAST:
        msg = (
            f"Colour must be darker: white words on {colour} have a contrast of"
            f" {contrast:.1f} to 1, and people need at least {LEAST_CONTRAST} to 1"
        )
        raise ColourTooPale(msg)


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio of a colour with white, 1 to 21.

    Source:
        WCAG 2.2, definitions of contrast ratio and relative luminance.
    """
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def palette(colour: str) -> dict[str, str]:
    """Work out the shades that the pages use from the one colour of the alliance.

    Returns:
        Custom properties of the stylesheet and their colours. Links are dark enough for pale
        backgrounds too, whatever colour was chosen.
    """
    link = colour
    while contrast_with_white(link) < LINK_CONTRAST:
        link = _mixed(link, BLACK, 0.1)
    return {
        "--govuk-brand-colour": colour,
        "--govuk-link-colour": link,
        "--govuk-link-hover-colour": _mixed(link, BLACK, 0.35),
        "--app-brand-dark": _mixed(colour, BLACK, 0.3),
        "--app-brand-line": _mixed(colour, WHITE, 0.7),
        "--app-brand-pale": _mixed(colour, WHITE, 0.9),
        "--app-brand-paler": _mixed(colour, WHITE, 0.95),
    }


def _rgb(colour: str) -> Rgb:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the definition's numbers


def _mixed(colour: str, other: Rgb, share: float) -> str:
    parts = zip(_rgb(colour), other, strict=True)
    return "#" + "".join(f"{round(old + (new - old) * share):02x}" for old, new in parts)
