from datetime import date

from authz_server.demo.words import date_and_time, known_as, lines, refusal, until
from claims.instants import parse_instant
from claims.verify import (
    Days,
    Identified,
    Limits,
    Loa,
    MandateLink,
    OnBehalfOf,
    OwnBehalf,
    Person,
    VerifiedMandate,
)

EVA = Person(sub="p-1", assurance=Loa.HIGH, auth_time=parse_instant("2026-11-23T13:05:00Z"))
BAKERY = Identified("00436606", "https://x/kvk", "urn:nl-eid-gdi:1.0:id:KvKnr", "Bakkerij De Korenbloem B.V.")
PEETERS = Identified("00494459", "https://x/kvk", "urn:nl-eid-gdi:1.0:id:KvKnr", "Accountants Peeters B.V.")


def an_act(**changed: object) -> OnBehalfOf:
    mandate = {
        "service": "https://tax.example.nl/services/vat-return",
        "actions": ("view", "prepare"),
        "assurance": Loa.SUBSTANTIAL,
        "effective_assurance": Loa.SUBSTANTIAL,
        "not_after": parse_instant("2028-12-31T23:00:00Z"),
        "branch": None,
        "register": "https://x/mandate-register",
        "links": (
            MandateLink("urn:uuid:1", "mandate", Loa.HIGH, "2026-01-04"),
            MandateLink("urn:uuid:2", "legal", Loa.SUBSTANTIAL, "2026-02-01"),
        ),
    } | changed
    return OnBehalfOf(EVA, BAKERY, (PEETERS,), VerifiedMandate(**mandate), {})  # type: ignore[arg-type]


def said(shown: OnBehalfOf | OwnBehalf, name: str | None = "Eva Mulder") -> dict[str, tuple[str, ...]]:
    told = lines(shown, name=name, service="Btw-aangifte", session_ends=parse_instant("2026-11-23T14:00:00Z"))
    return {line.id: line.answers for line in told}


def test_every_question_of_representation_is_answered() -> None:
    told = said(an_act())

    assert ("Eva Mulder", "Ingelogd op 23 november 2026, 14:05 uur") == told["who-acts"]
    assert ("Bakkerij De Korenbloem B.V. (KVK-nummer 00436606)",) == told["for-whom"]
    assert ("Accountants Peeters B.V. (KVK-nummer 00494459)",) == told["through-whom"]
    assert ("Btw-aangifte", "Mag: bekijken, invullen") == told["for-what"]
    assert "Van de toestemming: zeker (substantieel)" in told["how-sure"]
    assert ("Tot en met 31 december 2028",) == told["until-when"]
    assert "Wettelijke vertegenwoordiging urn:uuid:2" in told["by-which-mandate"][1]


def test_a_branch_is_said() -> None:
    assert "Alleen voor vestiging 998162685298" in said(an_act(branch="998162685298"))["for-whom"]


def test_limits_are_said_in_plain_words() -> None:
    of_week = Limits("Z-2026-0417", 1_000_000, Days(weekdays=frozenset({0, 1})))
    on_dates = Limits(days=Days(dates=frozenset({date(2026, 12, 1), date(2026, 11, 30)})))

    assert (
        "Btw-aangifte",
        "Mag: bekijken, invullen",
        "Alleen voor zaak Z-2026-0417",
        "Tot en met € 10.000,00 per keer",
        "Alleen op maandag, dinsdag",
    ) == said(an_act(limits=of_week))["for-what"]
    assert "Alleen op 30 november 2026, 1 december 2026" in said(an_act(limits=on_dates))["for-what"]


def test_for_oneself_is_said_and_no_mandate_is_shown() -> None:
    told = said(OwnBehalf(EVA, "https://tax.example.nl/services/income-tax", ("view",), {}))

    assert ("Voor uzelf",) == told["for-whom"]
    assert "by-which-mandate" not in told


def test_without_a_name_the_pseudonym_is_shown() -> None:
    assert "Iemand die hier bekend is als p-1" == said(an_act(), name=None)["who-acts"][0]


def test_a_persons_pairwise_value_is_not_shown_as_a_number() -> None:
    anna = Identified("RKyLpEVr1L", "https://x", "https://x/identifiers/pairwise", "Anna de Vries")

    assert "Anna de Vries" == known_as(anna)


def test_an_end_in_the_middle_of_a_day_has_its_time() -> None:
    assert "Tot 30 augustus 2031, 10:30 uur" == until(parse_instant("2031-08-30T08:30:00Z"))
    assert "Er is geen einde bekend" == until(None)
    assert "25 oktober 2026, 02:30 uur" == date_and_time(parse_instant("2026-10-25T01:30:00Z"))


def test_a_refusal_that_has_no_words_of_its_own_still_says_that_nothing_was_done() -> None:
    assert "Er is niets gedaan." in refusal("key_ambiguous")
    assert "gestopt" in refusal("inactive")
