"""Identifiers: form and check digit, against python-stdnum, and never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import lei
from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn

from claims.identifiers import Identifier, Scheme, branch_number

DIGITS = "0123456789"


def _is(scheme: Scheme, value: str) -> bool:
    try:
        Identifier(scheme, value)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("scheme", [Scheme.BSN, Scheme.RSIN])
@given(number=st.text(DIGITS, min_size=9, max_size=9))
def test_a_bsn_and_an_rsin_pass_the_eleven_test_as_an_oracle_does(scheme, number):
    # any eight digits and each last one: about one in eleven is right
    for last in DIGITS:
        candidate = number[:8] + last
        assert bsn.is_valid(candidate) == _is(scheme, candidate)


@given(body=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
def test_an_lei_has_the_check_digits_that_an_oracle_gives(body):
    for check in (mod_97_10.calc_check_digits(body), "00", "42"):
        assert lei.is_valid(body + check) == _is(Scheme.LEI, body + check)


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        (Scheme.BSN, "999990019"),
        (Scheme.BSN, "111222333"),
        (Scheme.RSIN, "123456782"),
        (Scheme.KVK, "00000000"),
        (Scheme.KVK, "90000123"),
        (Scheme.OIN, "00000001003214345000"),
        (Scheme.LEI, "724500VKKSH9QOLTFR81"),
        (Scheme.EIDAS, "ES/NL/12345678"),
        (Scheme.EIDAS, "BE/NL/AZERTY+a=1/2"),
    ],
)
def test_a_right_number_is_taken(scheme, value):
    assert value == Identifier(scheme, value).value


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        (Scheme.BSN, "999990018"),
        (Scheme.BSN, "99999001"),
        (Scheme.BSN, "0999990019"),
        (Scheme.BSN, "000000000"),
        (Scheme.BSN, "9999.90.019"),
        (Scheme.BSN, " 999990019"),
        (Scheme.BSN, "999990019\n"),
        (Scheme.BSN, "٩٩٩٩٩٠٠١٩"),
        (Scheme.BSN, ""),
        (Scheme.RSIN, "123456789"),
        (Scheme.KVK, "1234567"),
        (Scheme.KVK, "1234567a"),
        (Scheme.OIN, "0000000100321434500"),
        (Scheme.LEI, "724500VKKSH9QOLTFR82"),
        (Scheme.LEI, "724500vkksh9qoltfr81"),
        (Scheme.EIDAS, "ES-NL-12345678"),
        (Scheme.EIDAS, "AT/NL/"),
        (Scheme.EIDAS, "es/nl/1"),
        (Scheme.EIDAS, "ES/NL/1 2"),
    ],
)
def test_a_wrong_number_is_refused_without_being_repeated(scheme, value):
    with pytest.raises(ValueError, match=f"^{scheme} is written as ") as refusal:
        Identifier(scheme, value)

    assert not value or value not in str(refusal.value)


def test_a_number_is_never_shown():
    shown = repr(Identifier(Scheme.BSN, "999990019"))

    assert "999990019" not in shown
    assert "bsn" in shown


def test_a_branch_number_has_twelve_digits():
    assert "000012345678" == branch_number("000012345678")


@pytest.mark.parametrize("text", ["12345678", "00001234567x", "0000123456789", ""])
def test_anything_else_is_no_branch_number(text):
    with pytest.raises(ValueError, match="12 digits"):
        branch_number(text)
