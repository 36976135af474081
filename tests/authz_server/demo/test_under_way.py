"""What lies ready when the demo begins: an open code, a mandate that one of two signed, past logins, evidence, a letter."""

from datetime import date

from authz_server.context import join
from authz_server.demo.card import card
from authz_server.demo.preparing import Origins, Prepared
from authz_server.demo.stories import STORIES
from authz_server.demo.under_way import HALF_SIGNED
from claims import activation_codes
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.identifiers import Identifier, Scheme
from claims.offers import Offer, OfferState, Waits
from claims.register import activating, offering, offers_kept, overview, uses
from claims.register.activating import Typed
from claims.register.actor import Actor
from keys.storage import Database

ORIGINS = Origins("http://localhost:8000", "http://localhost:8001", "http://localhost:8002")


class _Undone(Exception):
    """The world is shared by all tests of this folder: what is tried out in it is taken back."""


def logged_in(person: str, party: str | None = None) -> Actor:
    return Actor(person, party, "self", Loa.HIGH, f"{person}-eid")


def test_the_code_on_the_card_opens_what_was_given_by_it(
    prepared: Prepared, demo_database: Database, told_at: int
) -> None:
    codes = join(prepared.settings, demo_database, clock=lambda: told_at, demo=True)
    code = activation_codes.read(prepared.code)
    assert code is not None

    given = None
    try:
        with demo_database.writing() as db:
            typed = Typed(code, date(1943, 11, 30), Identifier(Scheme.BSN, "999936542"), "")
            given = activating.redeem(
                db,
                codes.vault,
                codes.codes,
                typed,
                "marloes",
                by=logged_in("marloes"),
                now=told_at + 60,
                policy=DEFAULT_POLICY,
            )
            raise _Undone
    except _Undone:
        pass

    assert isinstance(given, Offer)
    assert (OfferState.GIVEN, "joop", "marloes") == (given.state, given.represented, given.representative)


def test_what_one_of_two_signed_waits_for_the_other_and_holds_with_her_yes(
    prepared: Prepared, demo_database: Database, told_at: int
) -> None:
    context = join(prepared.settings, demo_database, clock=lambda: told_at, demo=True)
    with demo_database.reading() as db:
        offer = offers_kept.find(db, HALF_SIGNED)
    assert offer is not None
    assert Waits.APPROVAL is offer.waits_for
    assert ["henk"] == [one.person for one in offer.approvals]

    signed = None
    try:
        with demo_database.writing() as db:
            signed = offering.approve(
                db,
                context.vault,
                HALF_SIGNED,
                login=Loa.HIGH,
                by=logged_in("gea", "bos"),
                now=told_at + 60,
                policy=DEFAULT_POLICY,
            )
            raise _Undone
    except _Undone:
        pass

    assert isinstance(signed, Offer)
    assert (OfferState.GIVEN, "gea") == (signed.state, signed.representative)


def test_somebody_logged_in_before_and_the_account_has_it(demo_database: Database, told_at: int) -> None:
    with demo_database.reading() as db:
        past = uses.of(db, "joop").uses
        unchained = uses.unchained_since(db)

    assert [("marloes", "benefit"), ("marloes", "benefit")] == [(one.acting, one.service) for one in past]
    assert all(one.at < told_at - 86_400 for one in past)
    assert unchained is None


def test_the_permission_of_those_logins_rests_on_a_document(demo_database: Database, told_at: int) -> None:
    with demo_database.reading() as db:
        [mandate] = overview.given(db, "joop").mandates

    [proof] = mandate.evidence
    assert "document" == proof.kind
    assert proof.digest
    assert proof.verifier
    assert proof.at is not None
    assert proof.at < mandate.starts < told_at


def test_the_card_tells_each_of_them(prepared: Prepared) -> None:
    words = card(
        ORIGINS, prepared.world, command="namens", password="x", messages=("m", "l"), code=prepared.code
    )

    assert prepared.code in words
    assert "{" not in words
    assert {"marloes", "joop", "gea"} <= {story.person for story in STORIES}
