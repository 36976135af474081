"""A register that is imported into again, against the rules as text: what was derived follows what it came from."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claims.register import resolving
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Database
from tests.properties.comparing import answer_of, over_worlds, resolution_of
from tests.properties.test_worlds_in_the_register import NOW, VAULT, asked_of, pages, register_of
from tests.properties.worlds import questions, worlds
from tests.reference.resolver import ReferenceWorld

World = dict[str, Any]
_LISTS = (
    "parties",
    "services",
    "service_sets",
    "mandates",
    "legal_relations",
    "restrictions",
    "client_groups",
    "blocks",
)


@over_worlds
@given(data=st.data())
def test_after_a_second_import_the_register_answers_as_the_reference(
    database: Database, data: st.DataObject
) -> None:
    first = data.draw(worlds())
    second = _fitting(data.draw(worlds()), first, data)
    both = {key: _merged(key, first, second) for key in _LISTS}
    reference = ReferenceWorld(both)
    with register_of(database, first) as db:
        import_world(db, VAULT, second, by=OPERATOR, now=NOW + 1)
        for asked in data.draw(st.lists(questions(both), min_size=1, max_size=5)):
            expected = reference.resolve(asked)
            question = asked_of(db, asked)
            assert expected == resolution_of(resolving.resolve(db, question))
            assert expected["representations"] == pages(db, question, 3, search=None)
            for party in sorted(reference.parties):
                checked = [answer_of(one) for one in resolving.check(db, question, party)]
                assert [one for one in expected["representations"] if one["represented"] == party] == checked

        assert 0 == import_world(db, VAULT, both, by=OPERATOR, now=NOW + 2).changes


def _fitting(world: World, known: World, data: st.DataObject) -> World:
    """`world` as a file that can follow `known`: ids that both have get another content, and no number moves."""
    branches = {party["id"]: party.get("branches", []) for party in known["parties"]}
    parties = []
    for party in world["parties"]:
        own = party.get("branches", [])
        numbers = {branch["number"] for branch in own}
        kept = [branch for branch in branches.get(party["id"], []) if branch["number"] not in numbers]
        parties.append({**party, "branches": own + kept})
        del parties[-1]["identifiers"]
    organisations = {group["id"]: group["organisation"] for group in known.get("client_groups", [])}
    renamed = {
        group["id"]: f"x{group['id']}"
        for group in world.get("client_groups", [])
        if organisations.get(group["id"], group["organisation"]) != group["organisation"]
    }
    groups = [
        {**group, "id": renamed.get(group["id"], group["id"])} for group in world.get("client_groups", [])
    ]
    named = {group["id"] for group in groups}
    ids = [party["id"] for party in known["parties"]]
    for group in known.get("client_groups", []):
        if group["id"] not in named:
            clients = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=4))
            groups.append({**group, "clients": clients})
    mandates = [_with_groups(mandate, renamed) for mandate in world.get("mandates", [])]
    return {**world, "parties": parties, "client_groups": groups, "mandates": mandates}


def _with_groups(mandate: World, renamed: dict[str, str]) -> World:
    clients = mandate.get("clients")
    if not isinstance(clients, dict):
        return mandate
    groups = [renamed.get(group, group) for group in clients["groups"]]
    return {**mandate, "clients": {**clients, "groups": groups}}


def _merged(key: str, first: World, second: World) -> list[World]:
    def identity(record: World) -> object:
        if key == "blocks":
            return tuple(record[part] for part in ("organisation", "person", "authenticator", "from"))
        return record["id"]

    return list(
        {identity(record): record for world in (first, second) for record in world.get(key, [])}.values()
    )
