"""A register that changes answers as one that was filled at once, and an export is the register.

A second world falls over a first: records get new versions, and what finds paths must follow.
"""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claims.register import resolving
from claims.register.actor import OPERATOR
from claims.register.world import export_lists, import_world
from claims.world import World
from claims.world import resolve as resolve_in_memory
from claims.worldfile import NothingKnown, parse
from keys.storage import Database
from tests.properties.comparing import over_worlds, resolution_of
from tests.properties.test_worlds_in_the_register import NOW, VAULT, asked_of, register_of
from tests.properties.worlds import NAMES, questions, worlds

# What of one mandate may as well be said of another, whoever its parties are.
LOOSE = ("services", "limits", "actions", "assurance", "suspended", "revoked_at", "further_intermediaries")


@st.composite
def changed(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """Some records of the world, said otherwise."""

    def some(name: str) -> list[dict[str, Any]]:
        return [copy.deepcopy(one) for one in document.get(name, ()) if draw(st.booleans())]

    parties, groups = some("parties"), some("client_groups")
    mandates, relations = some("mandates"), some("legal_relations")
    for party in parties:
        party["name"] = draw(st.sampled_from(NAMES))
        if party["kind"] == "organisation":
            party["signatories_serve_clients"] = draw(st.booleans())
    ids = [party["id"] for party in document["parties"]]
    for group in groups:
        group["clients"] = draw(st.lists(st.sampled_from(ids), unique=True))
    for links, name in ((mandates, "mandates"), (relations, "legal_relations")):
        for link in links:
            other = draw(st.sampled_from(document[name]))
            for member in LOOSE if name == "mandates" else LOOSE[:4]:
                link.pop(member, None)
                if member in other:
                    link[member] = other[member]
    for mandate in mandates:
        if mandate.get("clients", "none") != "none":
            mandate["clients"] = draw(
                st.sampled_from(["all", {"parties": draw(st.lists(st.sampled_from(ids)))}])
            )
    return {
        "parties": parties,
        "client_groups": groups,
        "mandates": mandates,
        "legal_relations": relations,
    }


def laid_over(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """One world file with the records of both; of two with the same id the second's."""
    return first | {
        name: list({one["id"]: one for one in (*first.get(name, ()), *records)}.values())
        for name, records in second.items()
    }


@over_worlds
@given(data=st.data())
def test_a_register_that_changed_answers_as_one_that_was_filled_at_once(
    database: Database, data: st.DataObject
) -> None:
    first = data.draw(worlds())
    second = data.draw(changed(first))
    together = laid_over(first, second)
    world = parse(together, NothingKnown())
    assert isinstance(world, World), world
    with register_of(database, first) as db:
        import_world(db, VAULT, second, by=OPERATOR, now=NOW + 1)
        for asked in data.draw(st.lists(questions(together), min_size=1, max_size=4)):
            question = asked_of(db, asked)
            expected = resolve_in_memory(world, question)
            assert resolution_of(expected) == resolution_of(resolving.resolve(db, question))
            for one in expected.representations:
                checked = resolving.check(db, question, one.represented)
                assert one.path in [other.path for other in checked]


@over_worlds
@given(data=st.data())
def test_an_export_is_the_register_and_changes_nothing_when_it_comes_back(
    database: Database, data: st.DataObject
) -> None:
    document = data.draw(worlds())
    with register_of(database, document) as db:
        again = import_world(db, VAULT, document, by=OPERATOR, now=NOW + 1)
        without, whole = (
            {key: list(records) for key, records in export_lists(db, VAULT, personal_numbers=asked)}
            for asked in (False, True)
        )
        back = [import_world(db, VAULT, one, by=OPERATOR, now=NOW + 2) for one in (without, whole)]

        assert [0, 0, 0] == [report.changes for report in (again, *back)]
        asked = data.draw(questions(document))
        question = asked_of(db, asked)
        answer = resolving.resolve(db, question)
    with register_of(database, whole) as db:
        assert answer == resolving.resolve(db, question)
