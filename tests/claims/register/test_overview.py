from claims.register import overview
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.register import laid


def test_a_mandate_is_ended_by_who_gave_it_and_by_nobody_elses_authority(database: Database) -> None:
    laid(database, demo_document(), now=TODAY)

    with database.reading() as db:
        found = overview.within_reach(db, "anna", "m0001", TODAY)
        assert found is not None
        assert ("m0001", "anna", "self") == (found[0].id, found[1].party, found[1].words)
        assert overview.within_reach(db, "bram", "m0001", TODAY) is None
        assert overview.within_reach(db, "nobody", "m0001", TODAY) is None
        assert overview.within_reach(db, "anna", "no-such-mandate", TODAY) is None


def test_what_was_given_and_received_is_read_page_by_page(database: Database) -> None:
    document = demo_document()
    laid(database, document, now=TODAY)
    mandates = document["mandates"]

    with database.reading() as db:
        for read, key, party in (
            (overview.received, "representative", "peeters"),
            (overview.given, "represented", "peeters"),
            (overview.given, "represented", "anna"),
        ):
            found: list[str] = []
            after: str | None = None
            while True:
                page = read(db, party, after=after, limit=3)
                found += [mandate.id for mandate in page.mandates]
                if (after := page.next) is None:
                    break
            assert sorted(str(one["id"]) for one in mandates if party == one[key]) == sorted(found)
            assert len(set(found)) == len(found) >= 3
