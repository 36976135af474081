import pytest

from authz_server.config.colours import Palette, contrast, palette, unreadable
from tests.support.settings import settings_with


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.478), ("#767676", "#ffffff", 4.542)],
)
def test_contrast_is_that_of_wcag_whichever_of_the_two_is_text(one: str, other: str, ratio: float) -> None:
    assert ratio == pytest.approx(contrast(one, other), abs=0.001)
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize("colour", ["#17416b", "#005a3c", "#767676", "#a1121a", "#000000"])
def test_one_colour_is_enough_and_what_is_made_of_it_can_be_read(colour: str) -> None:
    assert unreadable(palette(colour, None, None)) is None


def test_what_is_given_is_taken() -> None:
    assert Palette("#005a3c", "#003322", "#ffffff") == palette("#005a3c", "#003322", "#ffffff")


@pytest.mark.parametrize(
    ("colours", "told"),
    [
        ({"colour": "#777777"}, "colour (#777777) on white (#ffffff) has a contrast of 4.47 to 1"),
        ({"colour": "#005a3c", "colour_dark": "#88ccaa"}, "colour_dark (#88ccaa) on white (#ffffff)"),
        ({"colour": "#767676", "tint": "#eeeeee"}, "colour (#767676) on tint (#eeeeee)"),
        ({"colour": "#000000", "tint": "#a0a0a0"}, "the text of pages (#3b4752) on tint (#a0a0a0)"),
        ({"colour": "#000000", "tint": "#404040"}, "colour (#000000) on tint (#404040)"),
        ({"colour": "green"}, "#rrggbb"),
        ({"colour": "#17416B"}, "lower case"),
        ({"colour": "#17416b;}"}, "#rrggbb"),
        ({"colour": "#17416b\n"}, "#rrggbb"),
        ({"tint": "#ffffff"}, "go with colour"),
        ({"name": " "}, "on one line"),
        ({"name": "Gemeente\nVoorbeeld"}, "on one line"),
    ],
)
def test_a_look_that_cannot_be_read_is_refused_with_its_contrast(colours: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match="operator") as refused:
        settings_with("sqlite:////none.db", operator=colours)

    assert told in str(refused.value)
