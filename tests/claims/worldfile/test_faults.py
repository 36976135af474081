"""Every fault of a world file, by its place and its code, and never by a personal value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.world import World
from claims.worldfile import NothingKnown, parse
from tests.support.worldfiles import (
    ABSENT,
    BSN,
    OTHER_BSN,
    WORLD,
    a_file,
    changed,
    faults,
    of_text,
    places,
    read,
)

REQUIRED = {
    "parties[0]": ["id", "kind", "name"],
    "parties[2].branches[0]": ["number", "name"],
    "services[0]": [
        "id",
        "uri",
        "name",
        "provider",
        "minimum_assurance",
        "actions",
        "represented_kinds",
    ],
    "services[0].name": ["nl", "en"],
    "services[0].tasks[0]": ["id", "name", "actions"],
    "mandates[0]": [
        "id",
        "represented",
        "representative",
        "services",
        "actions",
        "assurance",
        "from",
        "until",
    ],
    "mandates[1].services": ["provider"],
    "mandates[1].evidence[0]": ["kind", "reference"],
    "legal_relations[0]": [
        "id",
        "represented",
        "representative",
        "basis",
        "services",
        "actions",
        "assurance",
        "from",
    ],
    "restrictions[0]": ["id", "party", "kind", "services", "from"],
    "client_groups[0]": ["id", "organisation", "name", "clients"],
    "appointments[0]": ["id", "organisation", "person", "services", "assurance", "from"],
    "blocks[0]": ["organisation", "person", "authenticator", "from"],
    "desk_appointments[0]": ["id", "organisation", "person", "services", "from"],
}


@pytest.mark.parametrize("place", [f"{record}.{key}" for record, keys in REQUIRED.items() for key in keys])
def test_what_is_required_is_missed(place):
    assert (place, "missing") in places(changed(place, ABSENT))


RECORDS = [
    "",
    *REQUIRED,
    "parties[2].joint_rule",
    "mandates[1].clients",
    "legal_relations[0].source",
]


@pytest.mark.parametrize("record", RECORDS)
def test_an_unknown_key_is_a_fault(record):
    place = f"{record}.colour".lstrip(".")

    assert [(place, "unknown_key")] == places(changed(place, 1))


@pytest.mark.parametrize("record", ["parties", "services", "mandates", "blocks", "client_groups"])
def test_a_list_is_a_list_of_objects(record):
    assert [(record, "wrong_type")] == places({record: {}})
    assert [(f"{record}[1]", "wrong_type")] == places({record: [*WORLD[record][:1], 7]})[-1:]


WRONG = [
    ("parties[0].id", "", "malformed"),
    ("parties[0].id", 7, "wrong_type"),
    ("parties[0].id", "p 1", "malformed"),
    ("parties[0].id", "p\n", "malformed"),
    ("parties[0].id", "x" * 256, "malformed"),
    ("parties[0].kind", "human", "malformed"),
    ("parties[0].kind", None, "wrong_type"),
    ("parties[0].name", "", "malformed"),
    ("parties[0].name", "\u200b\u202e", "malformed"),
    ("parties[0].name", "\ud800", "malformed"),
    ("parties[0].name", ["Anna"], "wrong_type"),
    ("parties[0].born", "1948-5-2", "malformed"),
    ("parties[0].born", "1948-02-30", "malformed"),
    ("parties[0].born", 1948, "wrong_type"),
    ("parties[0].born", "9999-12-31", "malformed"),
    ("parties[2].born", "1948-05-02", "wrong_kind"),
    ("parties[0].ceased_at", "2026-03-03", "malformed"),
    ("parties[0].ceased_at", "2026-03-03T08:30:00+00:00", "malformed"),
    ("parties[0].ceased_at", "2026-03-03T08:30:00.000Z", "malformed"),
    ("parties[0].ceased_at", "2026-03-03t08:30:00z", "malformed"),
    ("parties[0].ceased_at", "2026-02-29T00:00:00Z", "malformed"),
    ("parties[0].ceased_at", "2026-06-30T23:59:60Z", "malformed"),
    ("parties[0].ceased_at", "2026-06-30T24:00:00Z", "malformed"),
    ("parties[0].ceased_at", "٢٠٢٦-06-30T23:00:00Z", "malformed"),
    ("parties[0].identifiers", [], "wrong_type"),
    ("parties[0].identifiers.bsn", "999990018", "malformed"),
    ("parties[0].identifiers.bsn", 999990019, "wrong_type"),
    ("parties[0].identifiers.bsn", "", "malformed"),
    ("parties[0].identifiers.passport", "X1", "unknown_key"),
    ("parties[2].identifiers.kvk", "9000045", "malformed"),
    ("parties[2].trade_names", "De Korenbloem", "wrong_type"),
    ("parties[2].trade_names[0]", "", "malformed"),
    ("parties[2].branches[0].number", "12345678", "malformed"),
    ("parties[2].joint_rule.majority", False, "malformed"),
    ("parties[2].joint_rule.majority", 1, "wrong_type"),
    ("parties[2].joint_rule", {"count": 0}, "malformed", "parties[2].joint_rule.count"),
    ("parties[2].joint_rule", {"count": True}, "wrong_type", "parties[2].joint_rule.count"),
    ("parties[2].joint_rule", "two", "wrong_type"),
    ("parties[2].signatories_serve_clients", "yes", "wrong_type"),
    ("services[0].uri", "s1", "malformed"),
    ("services[0].uri", "https://tax.example.nl/a b", "malformed"),
    ("services[0].name", "Aangifte", "wrong_type"),
    ("services[0].provider", "o7", "unknown_id"),
    ("services[0].minimum_assurance", "midden", "malformed"),
    ("services[0].minimum_assurance", 3, "wrong_type"),
    ("services[0].actions", [], "malformed"),
    ("services[0].actions", "*", "wrong_type"),
    ("services[0].actions", ["view", "view"], "malformed"),
    ("services[0].actions[0]", "vi ew", "malformed"),
    ("services[0].represented_kinds[1]", "child", "malformed"),
    ("services[0].accepts_self", 1, "wrong_type"),
    ("services[0].accepts_self", None, "wrong_type"),
    ("services[0].self_from_age", -1, "malformed"),
    ("services[0].self_from_age", 16.5, "wrong_type"),
    ("services[0].parents_until_age", 1000, "malformed"),
    ("services[0].bases", "mandate", "wrong_type"),
    ("services[0].bases[1]", "friendship", "malformed"),
    ("services[0].bases[1]", "mandate", "malformed", "services[0].bases"),
    ("services[0].understands[0]", "hours", "malformed"),
    ("services[0].tasks[0].actions[0]", "destroy", "malformed"),
    ("services[0].tasks[0].actions", [], "malformed"),
    ("mandates[0].represented", "p9", "unknown_id"),
    ("mandates[0].representative", "p9", "unknown_id"),
    ("mandates[0].representative", "o1", "link_to_itself"),
    ("legal_relations[0].representative", "o1", "link_to_itself"),
    ("mandates[0].services", None, "wrong_type"),
    ("mandates[0].services", "s1", "wrong_type"),
    ("mandates[0].services[0]", "s7", "unknown_id"),
    ("mandates[0].services[0]", 7, "wrong_type"),
    ("mandates[1].services.provider", "o7", "unknown_id"),
    ("mandates[0].actions", "view", "wrong_type"),
    ("mandates[1].actions[0]", 1, "wrong_type"),
    ("mandates[0].assurance", "sure", "malformed"),
    ("mandates[0].from", None, "wrong_type"),
    ("mandates[0].from", "2026-01-01", "malformed"),
    ("mandates[0].until", "2026-01-01T00:00:00Z", "empty_period"),
    ("mandates[0].until", "2025-01-01T00:00:00Z", "empty_period"),
    ("mandates[0].until", None, "no_deed"),
    ("legal_relations[0].until", "2020-01-01T00:00:00Z", "empty_period"),
    ("restrictions[0].until", "2024-05-01T00:00:00Z", "empty_period"),
    ("appointments[0].until", "2026-01-01T00:00:00Z", "empty_period"),
    ("blocks[0].until", "2026-02-01T00:00:00Z", "empty_period"),
    ("mandates[0].branch", "998162685299", "foreign_branch"),
    ("mandates[0].branch", 998162685298, "wrong_type"),
    ("mandates[1].branch", "998162685298", "foreign_branch"),
    ("mandates[0].further_intermediaries", -1, "malformed"),
    ("mandates[0].further_intermediaries", True, "wrong_type"),
    ("mandates[0].further_intermediaries", None, "wrong_type"),
    ("mandates[0].own_affairs", False, "for_nothing"),
    ("mandates[0].clients", "some", "malformed"),
    ("mandates[0].clients", ["o1"], "malformed"),
    ("mandates[1].clients.parties[0]", "o7", "unknown_id"),
    ("mandates[1].clients.groups[0]", "g7", "unknown_id"),
    ("mandates[0].clients", {"groups": ["g1"]}, "foreign_group", "mandates[0].clients.groups[0]"),
    ("mandates[0].suspended[0]", ["2026-03-01T00:00:00Z"], "malformed"),
    ("mandates[0].suspended[0]", {"from": "2026-03-01T00:00:00Z"}, "malformed"),
    ("mandates[0].suspended[0]", [None, "2026-03-01T00:00:00Z"], "malformed"),
    ("mandates[0].suspended[0]", ["2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"], "empty_period"),
    ("mandates[0].suspended", None, "wrong_type"),
    ("mandates[0].revoked_at", "yesterday", "malformed"),
    ("mandates[1].evidence[0].kind", "handshake", "malformed"),
    ("mandates[1].evidence", [{"kind": "desk", "reference": "1"}], "no_deed", "mandates[1].until"),
    ("legal_relations[0].basis", "friend", "malformed"),
    ("legal_relations[0].basis", "mandate", "malformed"),
    ("legal_relations[0].source", "KVK", "wrong_type"),
    ("restrictions[0].kind", "curfew", "malformed"),
    ("restrictions[0].party", "p9", "unknown_id"),
    ("client_groups[0].organisation", "p1", "wrong_kind"),
    ("client_groups[0].clients[0]", "o7", "unknown_id"),
    ("desk_appointments[0].until", "2026-01-01T00:00:00Z", "empty_period"),
    ("desk_appointments[0].person", "o2", "wrong_kind"),
    ("desk_appointments[0].organisation", "p1", "wrong_kind"),
    ("appointments[0].person", "o2", "wrong_kind"),
    ("appointments[0].organisation", "p1", "wrong_kind"),
    ("blocks[0].person", "o2", "wrong_kind"),
    ("blocks[0].organisation", "p1", "wrong_kind"),
    ("blocks[0].authenticator", "", "malformed"),
    ("mandates[0].recorded_at", "now", "malformed"),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case[0]}={str(case[1])[:20]}")
def test_what_is_wrong_is_named_by_its_place(case):
    place, value, code, *elsewhere = case

    # those who refer to what went wrong may come after it
    assert ((*elsewhere, code) if elsewhere else (place, code)) == places(changed(place, value))[0]


def _person(**more: Any) -> dict[str, Any]:
    file = a_file()
    file["mandates"][0] |= {"represented": "p1", "branch": None, **more}
    return file


def test_a_person_has_no_clients():
    assert [("mandates[0].clients", "person_has_no_clients")] == places(
        _person(clients="all", own_affairs=True)
    )
    assert [("mandates[0].clients", "person_has_no_clients")] == places(
        _person(clients={"parties": [], "groups": []}, own_affairs=True)
    )


def test_a_mandate_of_a_person_is_for_their_own_affairs():
    assert [("mandates[0].own_affairs", "person_has_no_clients")] == places(_person(own_affairs=False))


@pytest.mark.parametrize(
    "key",
    [
        "parties",
        "services",
        "mandates",
        "legal_relations",
        "restrictions",
        "client_groups",
        "appointments",
        "desk_appointments",
    ],
)
def test_an_id_occurs_once_in_its_list(key):
    file = a_file()
    file[key].append(file[key][0] | {"identifiers": {}} if key == "parties" else file[key][0])

    assert (f"{key}[{len(file[key]) - 1}].id", "repeated_id") in places(file)


def test_a_block_occurs_once():
    file = a_file()
    file["blocks"] += [file["blocks"][0] | {"until": "2027-01-01T00:00:00Z"}]

    assert [("blocks[1]", "repeated_id")] == places(file)


def test_records_that_cannot_be_told_apart_for_their_faults_are_not_called_repeated():
    file = a_file()
    file["blocks"] = [file["blocks"][0] | {"from": "soon"}] * 2

    assert [("blocks[0].from", "malformed"), ("blocks[1].from", "malformed")] == places(file)
    assert [("blocks[0]", "wrong_type"), ("blocks[1]", "wrong_type")] == places({"blocks": [7, 7]})


def test_blocks_may_overlap():
    file = a_file()
    file["blocks"] += [file["blocks"][0] | {"from": "2026-02-02T00:00:00Z"}]

    assert 2 == len(read(file).block_records)


def test_mandates_and_legal_relations_share_their_ids():
    assert [("legal_relations[0].id", "repeated_id")] == places(changed("legal_relations[0].id", "m1"))


def test_parties_and_services_do_not_share_theirs():
    assert "p1" in read(changed("restrictions[0].id", "p1")).restriction_records


def test_a_branch_occurs_once_in_its_organisation():
    file = a_file()
    file["parties"][2]["branches"] *= 2

    assert [("parties[2].branches[1].number", "repeated_id")] == places(file)


def test_an_identifier_belongs_to_one_party():
    assert [("parties[1].identifiers.bsn", "identifier_taken")] == places(
        changed("parties[1].identifiers.bsn", BSN)
    )


def test_a_bsn_and_an_rsin_of_the_same_digits_are_two_identifiers():
    assert read(changed("parties[2].identifiers.rsin", BSN))


def test_a_uri_belongs_to_one_service():
    file = a_file()
    file["services"].append(file["services"][0] | {"id": "s2"})

    assert [("services[1].uri", "uri_taken")] == places(file)


def test_every_fault_is_told_and_not_only_the_first():
    file = changed("mandates[0].until", None)
    file["mandates"][1]["assurance"] = "sure"
    file["parties"][0]["identifiers"]["bsn"] = "1"
    file["colour"] = 1

    assert [
        ("parties[0].identifiers.bsn", "malformed"),
        ("mandates[0].until", "no_deed"),
        ("mandates[1].assurance", "malformed"),
        ("colour", "unknown_key"),
    ] == places(file)


def test_every_fault_of_one_record_is_told():
    file = a_file()
    file["mandates"][0] |= {
        "representative": "ghost",
        "assurance": "sure",
        "until": "2025-01-01T00:00:00Z",
        "branch": "000000000000",
        "own_affairs": False,
        "suspended": [["2026-03-08T00:00:00Z", "2026-03-01T00:00:00Z"], 7],
    }

    assert [
        ("mandates[0].assurance", "malformed"),
        ("mandates[0].branch", "foreign_branch"),
        ("mandates[0].own_affairs", "for_nothing"),
        ("mandates[0].representative", "unknown_id"),
        ("mandates[0].suspended[0]", "empty_period"),
        ("mandates[0].suspended[1]", "malformed"),
        ("mandates[0].until", "empty_period"),
    ] == sorted(places(file))


def test_a_faulty_party_still_has_its_kind_and_branches():
    file = changed("parties[0].identifiers.bsn", "1")
    file["mandates"][0] |= {"represented": "p1", "branch": None, "clients": "all", "own_affairs": True}
    file["parties"][2]["name"] = ""
    file["mandates"][1]["branch"] = "998162685298"

    assert [
        ("mandates[0].clients", "person_has_no_clients"),
        ("mandates[1].branch", "foreign_branch"),
        ("parties[0].identifiers.bsn", "malformed"),
        ("parties[2].name", "malformed"),
    ] == sorted(places(file))


def test_a_faulty_party_is_not_reported_again_by_those_who_refer_to_it():
    assert ["parties[0].kind"] == [place for place, _ in places(changed("parties[0].kind", "human"))]


@pytest.mark.parametrize("document", [None, [], "", 7, [{}], True])
def test_a_world_file_is_one_object(document):
    assert [("", "wrong_type")] == places(document)


def test_an_empty_file_is_an_empty_world():
    assert {} == read({}).parties


# Repeated keys


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"parties": [], "parties": []}', "parties"),
        ('{"parties": [{"id": "p1", "id": "p1", "kind": "person", "name": "A"}]}', "parties[0].id"),
        (
            '{"parties": [{"id": "p1", "kind": "person", "name": "A", "identifiers": {"kvk": "1", "kvk": "90000123"}}]}',
            "parties[0].identifiers.kvk",
        ),
    ],
)
def test_a_key_that_occurs_twice_is_a_fault(text, place):
    assert (place, "repeated_key") in places(of_text(text))


# Nothing personal is told


def test_a_personal_value_is_never_told_not_even_as_a_key():
    file = a_file()
    file["parties"][0] |= {"born": "02-05-1948", BSN: 1, "kind": OTHER_BSN, "id": f"{BSN} "}
    file["parties"][1]["identifiers"] = {"bsn": "999997222", BSN: "bsn", "kvk": "Anna de Vries"}
    file["mandates"][0] |= {"represented": BSN, "services": [BSN], "branch": BSN, "assurance": "Anna"}

    told = " ".join(str(fault) for fault in faults(file))

    for personal in (BSN, OTHER_BSN, "999997222", "Anna", "1948"):
        assert personal not in told


def test_a_repeated_key_that_could_be_personal_is_not_told():
    told = str(faults(of_text(f'{{"parties": [], "{BSN}": 1, "{BSN}": 2}}')))

    assert BSN not in told
    assert "repeated_key" in told


SECRET = "Zz9"
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from([SECRET, "", "*", "all", "none", "p1", "o1", "2026-01-01T00:00:00Z", "\ud800", "\x00"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([SECRET, "id", "parties", "count", "from", "provider"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def _all_places(value: object, place: str = "") -> list[str]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [place] if place else []
    for key, inner in below:
        step = f"{place}[{key}]" if isinstance(value, list) else f"{place}.{key}".lstrip(".")
        found += _all_places(inner, step)
    return found


@given(place=st.sampled_from(_all_places(WORLD)), value=_json)
def test_whatever_stands_anywhere_is_read_or_named_without_its_value(place, value):
    outcome = parse(changed(place, value), NothingKnown())

    if isinstance(outcome, list):
        assert outcome
        assert SECRET not in " ".join(str(fault) for fault in outcome)
    else:
        assert isinstance(outcome, World)
