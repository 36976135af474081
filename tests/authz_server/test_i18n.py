"""Words with names in them: in code and in templates, on a page and outside of one."""

import pytest
from flask import Flask, render_template_string

from authz_server import i18n
from authz_server.i18n import gettext, said, speaking

SENTENCE = "%(helper)s can then no longer do this for %(party)s."
TEMPLATE = "{{ _('%(helper)s can then no longer do this for %(party)s.', helper=helper, party=party) }}"


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config |= {"BABEL_TRANSLATION_DIRECTORIES": i18n.__file__.replace("i18n.py", "translations")}
    i18n.build(app)
    return app


@pytest.mark.parametrize(
    ("helper", "party", "end"),
    [
        ("Jan", "Jansen B.V.", "Jansen B.V."),
        ("Jansen B.V.", "Anna", "Anna."),
        ("Jan", "Anna ...", "Anna ..."),
        ("B.V.", "", "."),
    ],
)
def test_a_name_that_ends_with_a_full_stop_ends_the_sentence(
    app: Flask, helper: str, party: str, end: str
) -> None:
    names = {"helper": helper, "party": party}
    with app.test_request_context(), speaking("en"):
        told = {
            gettext(SENTENCE, **names),
            said(SENTENCE, "en", **names),
            render_template_string(TEMPLATE, **names),
        }

    assert {f"{helper} can then no longer do this for {end}"} == told


def test_a_text_without_names_keeps_its_per_cent_signs(app: Flask) -> None:
    with app.test_request_context(), speaking("en"):
        assert "100 % sure." == render_template_string("{{ _('100 %% sure.') }}")


def test_a_name_is_escaped_where_the_page_is(app: Flask) -> None:
    with app.test_request_context(), speaking("en"):
        page = render_template_string(TEMPLATE, helper="<b>", party="R&D B.V.")

    assert "&lt;b&gt; can then no longer do this for R&amp;D B.V." == page
