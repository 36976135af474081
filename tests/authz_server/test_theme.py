import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from authz_server.app import create_app
from authz_server.logo import LogoRefused
from tests.authz_server.test_logo import DRAWN, END, PLAIN, png
from tests.support.commands import run_namens
from tests.support.settings import settings_with

Make = Callable[..., Flask]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Flask] = []

    def make(**operator: Any) -> Flask:
        made.append(create_app(settings_with(f"sqlite:///{tmp_path}/none.db", operator=operator)))
        return made[-1]

    yield make
    for app in made:
        app.extensions["namens"].database.engine.dispose()


def test_a_page_shows_the_name_the_logo_and_the_colours_of_the_operator(make: Make, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(PLAIN)
    browser = make(
        name="Gemeente <Voorbeeld>", logo=tmp_path / "logo.svg", colour="#005a3c", tint="#f0f7f4"
    ).test_client()

    answer = browser.get("/nowhere")
    page = answer.text
    logo = re.search(r'<img src="(/theme/logo\?v=[0-9a-f]{12})" alt="" id="operator-logo">', page)
    tokens = re.search(r'<link rel="stylesheet" href="(/theme/tokens\.css\?v=[0-9a-f]{12})">', page)
    assert logo is not None
    assert tokens is not None

    assert "– Gemeente &lt;Voorbeeld&gt;</title>" in page
    assert 2 == page.count("Gemeente &lt;Voorbeeld&gt;")
    assert page.index("namens.css") < page.index("tokens.css")
    css, image = browser.get(tokens[1]), browser.get(logo[1])
    assert ("text/css; charset=utf-8", "image/svg+xml; charset=utf-8") == (
        css.headers["Content-Type"],
        image.headers["Content-Type"],
    )
    assert (
        ":root {\n  --namens-colour: #005a3c;\n  --namens-colour-dark: #003a27;\n  --namens-tint: #f0f7f4;\n}\n"
        == css.text
    )
    assert PLAIN == image.text
    for one in (answer, css, image):
        assert (
            "default-src 'none'; style-src 'self'; img-src 'self' data:;"
            in one.headers["Content-Security-Policy"]
        )
        assert "script-src" not in one.headers["Content-Security-Policy"]
        assert "nosniff" == one.headers["X-Content-Type-Options"]


def test_a_logo_can_be_a_png(make: Make, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png(1, DRAWN, END))

    assert (
        "image/png"
        == make(logo=tmp_path / "logo.png").test_client().get("/theme/logo").headers["Content-Type"]
    )


def test_without_a_theme_nothing_is_added_to_our_own_look(make: Make) -> None:
    browser = make().test_client()

    assert "/theme/" not in browser.get("/nowhere").text
    assert [404, 404] == [browser.get(path).status_code for path in ("/theme/logo", "/theme/tokens.css")]


def test_a_logo_that_runs_something_stops_the_start(make: Make, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(PLAIN.replace("</svg>", "<script/></svg>"))

    with pytest.raises(LogoRefused):
        make(logo=tmp_path / "logo.svg")
    ran = run_namens(
        "config",
        "check",
        settings=settings_with(f"sqlite:///{tmp_path}/none.db"),
        changed={"NAMENS_OPERATOR__LOGO": str(tmp_path / "logo.svg"), "NAMENS_OPERATOR__COLOUR": "#005a3c"},
    )

    assert 1 == ran.status
    assert f"operator.logo {tmp_path}/logo.svg is an SVG that holds an element <script>" in ran.err


def test_a_colour_that_cannot_be_read_stops_the_start_with_its_contrast(tmp_path: Path) -> None:
    ran = run_namens(
        "config",
        "check",
        settings=settings_with(f"sqlite:///{tmp_path}/none.db"),
        changed={"NAMENS_OPERATOR__COLOUR": "#ffdd00"},
    )

    assert 1 == ran.status
    assert "operator" in ran.err
    assert "has a contrast of 1.34 to 1" in ran.err


def test_the_licence_of_what_the_stylesheet_is_made_of_lies_beside_it_and_is_served(make: Make) -> None:
    app = make()
    notice = Path(app.static_folder or "", "namens.css").read_text().partition("*/")[0]
    named = set(re.findall(r"licences/[\w.-]+", notice))

    assert {"licences/EUPL-1.2.md"} == named
    with app.test_client().get("/static/licences/EUPL-1.2.md") as served:
        assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in served.text
