"""A world file's records: what leaving out means, what may be referred to, and that writing undoes reading."""

from collections.abc import Iterable
from datetime import date

import pytest

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage, ServiceSet, Task, Text
from claims.identifiers import Identifier, Scheme
from claims.instants import parse_instant
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Clients, Evidence
from claims.organisation import ClientGroup
from claims.parties import Branch, JointRule, Party, PartyKind
from claims.relations import Link, Source
from claims.worldfile import NothingKnown, document_of, record_as_json
from tests.support.worldfiles import ABSENT, BSN, WORLD, a_file, changed, places, read

Y2026, Y2027 = parse_instant("2026-01-01T00:00:00Z"), parse_instant("2027-01-01T00:00:00Z")


def test_a_party_as_it_is_written():
    anna, bakery = read(WORLD).parties["p1"], read(WORLD).parties["o1"]

    assert (Identifier(Scheme.BSN, BSN),) == anna.identifiers
    assert date(1948, 5, 2) == anna.born
    assert PartyKind.PERSON is anna.kind
    assert ("De Korenbloem",) == bakery.trade_names
    assert (Branch("998162685298", "Winkel", "Voorbeeldstad"),) == bakery.branches
    assert JointRule(count=None) == bakery.joint_rule
    assert ["kvk", "rsin"] == [identifier.scheme for identifier in bakery.identifiers]


def test_what_a_party_leaves_out():
    party = read({"parties": [{"id": "o1", "kind": "organisation", "name": "Bakkerij"}]}).parties["o1"]

    assert Party("o1", PartyKind.ORGANISATION, "Bakkerij") == party
    assert JointRule(count=2) == party.joint_rule
    assert party.signatories_serve_clients
    assert (None, None, None, None) == (party.ceased_at, party.born, party.place, party.legal_form)


def test_a_joint_rule_of_null_is_the_default():
    assert JointRule(2) == read(changed("parties[2].joint_rule", None)).parties["o1"].joint_rule


def test_names_are_rid_of_signs_that_are_not_seen():
    assert (
        "Anna de Vries" == read(changed("parties[0].name", "Anna\u202e de\u200b Vries\n")).parties["p1"].name
    )


def test_what_a_service_leaves_out():
    file = {
        "parties": WORLD["parties"],
        "services": [
            {
                key: WORLD["services"][0][key]
                for key in (
                    "id",
                    "uri",
                    "name",
                    "provider",
                    "minimum_assurance",
                    "actions",
                    "represented_kinds",
                )
            }
        ],
    }

    service = read(file).services["s1"]

    assert (Task("all", Text("Aangifte", "Return"), ("view", "submit")),) == service.tasks
    assert (False, False, False) == (
        service.accepts_self,
        service.accepts_intermediaries,
        service.offers_mandates,
    )
    assert (16, 18) == (service.self_from_age, service.parents_until_age)
    assert service.bases is None
    assert frozenset() == service.understands


def test_a_mandate_as_it_is_written():
    one, other = read(WORLD).links["m1"], read(WORLD).links["m2"]

    assert Coverage(listed=frozenset({"s1"})) == one.services
    assert Coverage(provider="o9") == other.services
    assert (None, frozenset({"view"})) == (one.actions, other.actions)
    assert (Y2026, Y2027, None) == (one.starts, one.until, other.until)
    assert ((parse_instant("2026-03-01T00:00:00Z"), parse_instant("2026-03-08T00:00:00Z")),) == one.suspended
    assert Loa.LOW is other.assurance
    assert (Evidence("notarial_deed", "deed 1"),) == other.evidence
    assert Clients(frozenset({"o1"}), frozenset({"g1"})) != other.clients
    assert (frozenset({"o1"}), frozenset({"g1"})) == (other.clients.parties, other.clients.groups)


@pytest.mark.parametrize(
    ("clients", "as_read", "own_affairs"),
    [
        (ABSENT, NO_CLIENTS, True),
        ("none", NO_CLIENTS, True),
        ("all", ALL_CLIENTS, False),
        ({"parties": ["o1"]}, Clients(parties=frozenset({"o1"}), listed=True), False),
        ({"groups": []}, Clients(listed=True), False),
    ],
)
def test_own_affairs_is_true_exactly_where_clients_is_none(clients, as_read, own_affairs):
    file = a_file()
    file["mandates"][1] |= {"clients": clients}
    if clients is ABSENT:
        del file["mandates"][1]["clients"]

    mandate = read(file).links["m2"]

    assert (as_read, own_affairs) == (mandate.clients, mandate.own_affairs)


def test_own_affairs_may_stand_beside_clients():
    assert read(changed("mandates[1].own_affairs", True)).links["m2"].own_affairs


def test_a_suspension_may_be_open():
    assert ((Y2026, None),) == read(changed("mandates[0].suspended", [["2026-01-01T00:00:00Z", None]])).links[
        "m1"
    ].suspended


def test_a_mandate_without_end_needs_one_deed_among_its_evidence():
    evidence = [{"kind": "desk", "reference": "1"}, {"kind": "notarial_deed", "reference": "2"}]

    assert read(changed("mandates[1].evidence", evidence)).links["m2"].until is None


def test_a_legal_relation_as_it_is_written():
    relation = read(WORLD).links["l1"]

    assert EVERYTHING == relation.services
    assert relation.binds_alone
    assert Source("KVK", "1", Y2026) == relation.source
    assert relation.until is None


def test_appointments_and_blocks_as_they_are_written():
    world = read(WORLD)
    (block,) = world.block_records.values()

    assert world.appointments["a1"].may_grant_chain
    assert not world.appointments["a1"].may_appoint
    assert ("o1", "p2", "p2-password", None) == (
        block.organisation,
        block.person,
        block.authenticator,
        block.until,
    )


@pytest.mark.parametrize("key", [key for key in WORLD if key != "parties"])
def test_any_record_may_say_when_it_was_recorded(key):
    read(changed(f"{key}[0].recorded_at", "2026-01-01T00:00:00Z"))


def test_when_it_was_recorded_is_told_with_a_link():
    link = read(changed("mandates[0].recorded_at", "2026-01-01T00:00:00Z")).links["m1"]

    assert Y2026 == link.recorded_at
    assert Y2026 == link.told.recorded_at


# What is already there


class _Register(NothingKnown):
    """A register that holds the file of these tests."""

    def __init__(self) -> None:
        self.world = read(WORLD)

    def party(self, id: str) -> Party | None:
        return self.world.parties.get(id)

    def has_service(self, id: str) -> bool:
        return id in self.world.services

    def sets(self) -> dict[str, ServiceSet]:
        return self.world.sets

    def link(self, id: str) -> Link | None:
        return self.world.links.get(id)

    def group(self, id: str) -> ClientGroup | None:
        return self.world.groups.get(id)

    def owners(self, identifiers: Iterable[Identifier]) -> dict[Identifier, str]:
        owners = {known: party.id for party in self.world.parties.values() for known in party.identifiers}
        return {one: owners[one] for one in identifiers if one in owners}

    def service_at(self, uri: str) -> str | None:
        return {service.uri: service.id for service in self.world.services.values()}.get(uri)


@pytest.mark.parametrize("key", [key for key in WORLD if key not in ("parties", "services")])
def test_a_file_may_refer_to_what_is_already_there(key):
    read({key: WORLD[key]}, _Register())


def test_a_file_may_be_read_again():
    read(WORLD, _Register())


def test_a_known_identifier_stays_with_its_party():
    newcomer = {"id": "p7", "kind": "person", "name": "Cees", "identifiers": {"bsn": BSN}}

    assert [("parties[0].identifiers.bsn", "identifier_taken")] == places(
        {"parties": [newcomer]}, _Register()
    )


def test_a_file_may_move_an_identifier_by_naming_both_parties():
    newcomer = {"id": "p7", "kind": "person", "name": "Cees", "identifiers": {"bsn": BSN}}
    without = WORLD["parties"][0] | {"identifiers": {}}

    read({"parties": [newcomer, without]}, _Register())
    read({"parties": [without, newcomer]}, _Register())


def test_a_party_that_says_nothing_of_its_identifiers_keeps_them():
    newcomer = {"id": "p7", "kind": "person", "name": "Cees", "identifiers": {"bsn": BSN}}
    silent = {key: value for key, value in WORLD["parties"][0].items() if key != "identifiers"}

    assert [("parties[0].identifiers.bsn", "identifier_taken")] == places(
        {"parties": [newcomer, silent]}, _Register()
    )


def test_a_known_uri_stays_with_its_service():
    again = WORLD["services"][0] | {"id": "s7"}

    assert [("services[0].uri", "uri_taken")] == places({"services": [again]}, _Register())


def test_a_known_link_stays_of_its_kind():
    relation = WORLD["legal_relations"][0] | {"id": "m1"}
    mandate = WORLD["mandates"][0] | {"id": "l1"}

    assert [("legal_relations[0].id", "repeated_id")] == places({"legal_relations": [relation]}, _Register())
    assert [("mandates[0].id", "repeated_id")] == places({"mandates": [mandate]}, _Register())


def test_a_known_party_stays_of_its_kind():
    person = {"id": "o1", "kind": "person", "name": "Bakker", "identifiers": {}}

    assert [("parties[0].kind", "changed_kind")] == places({"parties": [person]}, _Register())


def test_a_known_group_stays_with_its_organisation():
    group = WORLD["client_groups"][0] | {"organisation": "o1"}

    assert [("client_groups[0].organisation", "foreign_group")] == places(
        {"client_groups": [group]}, _Register()
    )


# Writing


def test_what_is_written_is_read_back_as_the_same_records():
    world = read(WORLD)
    again = read(document_of(world))

    for records in (
        "parties",
        "services",
        "links",
        "restriction_records",
        "groups",
        "appointments",
        "block_records",
        "desk_appointments",
    ):
        assert getattr(world, records) == getattr(again, records)


def test_writing_what_was_written_changes_nothing():
    written = document_of(read(WORLD))

    assert written == document_of(read(written))


def test_what_is_written_has_the_keys_of_the_file():
    assert set(WORLD) == set(document_of(read(WORLD)))
    assert WORLD["blocks"][0] == record_as_json(next(iter(read(WORLD).block_records.values())))


def test_a_mandate_without_end_says_so():
    assert record_as_json(read(WORLD).links["m2"])["until"] is None
