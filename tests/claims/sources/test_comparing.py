"""What must change so that we say what a source says, and what must never be touched."""

from dataclasses import replace
from typing import Any

from claims.catalogue import EVERYTHING, Coverage
from claims.parties import Party
from claims.relations import LegalRelation
from claims.relations import Source as Origin
from claims.restrictions import Restriction
from claims.sources.comparing import Changes, Held, changes, closing
from claims.sources.told import ToldParty
from tests.support.sources import BRAM, CARLA, COURT, TAX, answer, person, relation, restriction
from tests.support.worlds import party

NOW = 1_764_028_800
WHO = {BRAM: "bram", CARLA: "carla"}
ANNA = party("anna")


def who(told: ToldParty, unnumbered: str) -> str:
    return unnumbered if told.identifier is None else WHO[told.identifier.value]


def compared(held: Held, now: int = NOW, **said: Any) -> Changes:
    return changes(
        held,
        answer(**said),
        COURT,
        who=who,
        services={TAX + "income": "income"},
        fetched_at=now - 1,
        now=now,
    )


def landed(held: Held, found: Changes) -> Held:
    """What is held once the changes are put, as the register would read it back."""
    relations: dict[str, LegalRelation] = {one.id: one for one in held.relations}
    restrictions: dict[str, Restriction] = {one.id: one for one in held.restrictions}
    relations |= {one.id: replace(one, recorded_at=NOW) for one in found.relations}
    restrictions |= {one.id: replace(one, recorded_at=NOW) for one in found.restrictions}
    return Held(found.party or held.party, list(relations.values()), list(restrictions.values()))


NOTHING = Held(ANNA, (), ())
NO_CHANGE = Changes(None, (), (), frozenset(), ())


def test_what_is_told_is_new_and_told_again_changes_nothing() -> None:
    said: dict[str, Any] = {
        "relations": [relation(), relation("C2", "mentor", services=[TAX + "income", TAX + "unknown"])],
        "restrictions": [restriction()],
    }

    found = compared(NOTHING, **said)

    curator, mentor = found.relations
    assert ("anna", "bram", Origin("Court register", "C1", NOW - 1), EVERYTHING) == (
        curator.represented,
        curator.representative,
        curator.source,
        curator.services,
    )
    assert Coverage(listed=frozenset({"income"})) == mentor.services
    assert {curator.id, mentor.id, found.restrictions[0].id} == found.added
    assert NO_CHANGE == compared(landed(NOTHING, found), now=NOW + 1000, **said)


def test_what_is_told_otherwise_is_another_version_of_the_same_record() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation()], restrictions=[restriction()]))

    found = compared(
        held,
        relations=[relation(until="2027-01-01T00:00:00Z")],
        restrictions=[restriction(services=[TAX + "income"])],
    )

    assert {one.id for one in (*held.relations, *held.restrictions)} == {  # type: ignore[attr-defined]
        found.relations[0].id,
        found.restrictions[0].id,
    }
    assert (frozenset(), ()) == (found.added, found.over)


def test_what_is_told_no_more_is_over_from_now_on() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation()], restrictions=[restriction()]))

    found = compared(held)

    assert (NOW, NOW) == (found.relations[0].until, found.restrictions[0].until)
    assert held.relations[0].id == found.over[0].id
    after = landed(held, found)
    assert ((), ()) == (compared(after, now=NOW + 9).relations, compared(after, now=NOW + 9).restrictions)


def test_what_was_still_to_begin_and_is_told_no_more_never_holds() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation(**{"from": "2029-01-01T00:00:00Z"})]))

    (never,) = compared(held).relations

    assert not any(never.in_force(at) for at in (2, NOW - 1, NOW, never.starts + 10**9, 2**40))
    assert never.until is not None
    assert never.starts < never.until  # an empty period is none


def test_what_is_told_again_holds_again() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation()]))
    over = landed(held, compared(held))

    (again,) = compared(over, relations=[relation()]).relations

    assert (held.relations[0].id, None) == (again.id, again.until)


def test_another_representative_under_the_same_reference_is_another_power_and_the_first_is_over() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation()]))

    found = compared(held, relations=[relation(number=CARLA)])

    new, old = found.relations
    assert ("carla", None) == (new.representative, new.until)
    assert (held.relations[0].id, "bram", NOW) == (old.id, old.representative, old.until)
    assert [old.id] == [one.id for one in found.over]


def test_another_kind_under_the_same_reference_is_another_restriction() -> None:
    held = landed(NOTHING, compared(NOTHING, restrictions=[restriction()]))

    new, old = compared(held, restrictions=[restriction(kind="bankruptcy")]).restrictions

    assert (held.restrictions[0].id, "guardianship", NOW) == (old.id, old.kind, old.until)
    assert ("bankruptcy", None) == (new.kind, new.until)


def test_a_power_of_which_an_end_in_the_past_is_told_is_over() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation()]))

    assert () == compared(held, relations=[relation(until="2025-11-25T00:00:01Z")]).over
    assert held.relations == list(compared(held, relations=[relation(until="2025-11-25T00:00:00Z")]).over)


def test_a_power_that_goes_on_under_another_reference_has_not_ended() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation("C1")]))

    found = compared(held, relations=[relation("C2")])

    assert 2 == len(found.relations)
    assert () == found.over


def test_a_party_that_the_source_does_not_know_is_represented_by_nobody_and_stays_restricted() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation()], restrictions=[restriction()]))

    found = compared(held, known=False)

    assert NOW == found.relations[0].until
    assert () == found.restrictions


def test_what_an_operator_brought_in_for_this_register_is_taken_over_and_keeps_its_id() -> None:
    brought = compared(NOTHING, relations=[relation("C1"), relation("C2", "mentor")])
    first, second = (
        replace(one, id=id, recorded_at=NOW, source=source)
        for one, id, source in zip(
            brought.relations,
            ("l1", "l2"),
            (Origin("Court register", "C1"), Origin("Court register")),
            strict=True,
        )
    )
    held = Held(ANNA, (first, second), ())

    assert NO_CHANGE == compared(held, relations=[relation("C1"), relation("C2", "mentor")])


def test_a_representative_without_a_number_is_somebody_of_this_relation_alone() -> None:
    said = [relation("C1", number=None), relation("C2", representative=person(None))]

    found = compared(NOTHING, relations=said)

    assert 2 == len({one.representative for one in found.relations})
    assert NO_CHANGE == compared(landed(NOTHING, found), relations=said)


def test_facts_about_the_party_change_its_record() -> None:
    def after(**facts: Any) -> Party | None:
        return compared(NOTHING, facts=facts).party

    assert replace(ANNA, ceased_at=0) == after(ceased_at="1970-01-01T00:00:00Z")
    assert None is after(ceased_at=None)


def test_closing_ends_power_and_leaves_what_is_over_and_every_restriction() -> None:
    held = landed(NOTHING, compared(NOTHING, relations=[relation()], restrictions=[restriction()]))

    (closed,) = closing(held, now=NOW)

    assert NOW == closed.until
    assert () == closing(Held(ANNA, (closed,), held.restrictions), now=NOW + 5)
