from claims.assurance import Loa
from claims.register import uses
from claims.representation import Representation, RepresentedLink
from keys.storage import Database


def representation(represented: str) -> Representation:
    return Representation(
        acting="eva",
        service="s",
        links=(
            RepresentedLink("m1", "mandate", represented, "peeters", Loa.HIGH, 0),
            RepresentedLink("m2", "mandate", "peeters", "eva", Loa.HIGH, 0),
        ),
        branch=None,
        actions=("view",),
        assurance=Loa.HIGH,
        effective_assurance=Loa.LOW,
        step_up=None,
        other_means=False,
        until=None,
    )


def test_the_represented_party_reads_who_logged_in_latest_first(database: Database, now: int) -> None:
    with database.writing() as db:
        uses.record(db, representation("bakery"), client="vat-portal", now=now)
        uses.record(db, representation("florist"), client="vat-portal", now=now + 1)
        uses.record(db, representation("bakery"), client="tax-portal", now=now + 2)

    with database.reading() as db:
        page = uses.of(db, "bakery")

    assert [("tax-portal", now + 2), ("vat-portal", now)] == [(use.client, use.at) for use in page.uses]
    assert ("eva", "peeters", ("m1", "m2"), ("view",)) == (
        page.uses[0].acting,
        page.uses[0].through,
        page.uses[0].path,
        page.uses[0].actions,
    )
    assert page.next is None


def test_uses_are_read_page_by_page(database: Database, now: int) -> None:
    with database.writing() as db:
        for n in range(5):
            uses.record(db, representation("bakery"), client=f"c{n}", now=now)

    read: list[str] = []
    before: int | None = None
    with database.reading() as db:
        while True:
            page = uses.of(db, "bakery", before=before, limit=2)
            read += [use.client for use in page.uses]
            if page.next is None:
                break
            before = page.next

    assert ["c4", "c3", "c2", "c1", "c0"] == read
