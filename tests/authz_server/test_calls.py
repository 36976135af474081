"""Reading a request and writing an answer, without a framework."""

import pytest

from authz_server.calls import Answer, Call, as_response

FORM = "application/x-www-form-urlencoded"


def a_call(query: str = "", *, body: bytes = b"", **environ: str) -> Call:
    return Call({"REQUEST_METHOD": "POST" if body else "GET", "QUERY_STRING": query, **environ}, body)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("a=1&b=2", [("a", "1"), ("b", "2")]),
        ("a=1&a=2", [("a", "1"), ("a", "2")]),
        ("a=b=c&&d", [("a", "b=c"), ("d", "")]),
        ("a+b=c%20d+e", [("a b", "c d e")]),
        ("n%C3%A9=%E2%82%AC", [("né", "€")]),
        ("a=%FF", [("a", "\ufffd")]),
        ("a=%zz", [("a", "%zz")]),
    ],
)
def test_parameters_are_read_in_order_and_whole(query, expected):
    assert expected == a_call(query).query()


def test_a_body_is_a_form_only_where_it_says_so():
    assert [("a", "1")] == a_call(body=b"a=1", CONTENT_TYPE=FORM).form()
    assert [("a", "1")] == a_call(body=b"a=1", CONTENT_TYPE=FORM.upper() + "; charset=utf-8").form()
    assert [] == a_call(body=b"a=1", CONTENT_TYPE="text/plain").form()
    assert [] == a_call(body=b"a=1").form()


def test_bytes_that_are_no_text_do_not_get_lost_unseen():
    assert [("a", "\ufffd")] == a_call(body=b"a=\xff", CONTENT_TYPE=FORM).form()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("k=1", "1"),
        ("a=2; k=1", "1"),
        ("kk=2;k=1", "1"),
        ("k=1; k=2", "1"),
        ("k=", ""),
        ("ak=1", None),
        ("", None),
    ],
)
def test_the_first_cookie_of_a_name_counts(shown, expected):
    assert expected == a_call(HTTP_COOKIE=shown).cookie("k")


def test_an_answer_says_how_long_it_is_unless_it_has_no_body():
    assert ("Content-Length", "2") in Answer(200, [], b"{}").sent_headers()
    assert [] == Answer(304).sent_headers()
    assert "304 Not Modified" == Answer(304).line


def test_flask_sends_an_answer_as_it_is():
    response = as_response(Answer(401, [("WWW-Authenticate", "Bearer")], b"{}"))

    assert (401, b"{}") == (response.status_code, response.get_data())
    assert [("WWW-Authenticate", "Bearer"), ("Content-Length", "2")] == list(response.get_wsgi_headers({}))
