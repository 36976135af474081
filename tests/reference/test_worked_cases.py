"""The reference against the worked cases of docs/mandates.md: what checks the checker."""

from typing import Any

from tests.reference.resolver import ReferenceWorld

AT = "2026-03-04T08:30:00Z"
FOR_ALL = {"services": "*", "actions": "*", "assurance": "substantial", "from": "2025-01-01T00:00:00Z"}
ORGANISATIONS = {"bakery", "accountants", "holding", "office"}


def mandate(represented: str, representative: str, **more: Any) -> dict[str, Any]:
    record = {"id": f"{represented}>{representative}", "until": "2027-01-01T00:00:00Z", **FOR_ALL, **more}
    return {"represented": represented, "representative": representative, **record}


def relation(represented: str, representative: str, basis: str, **more: Any) -> dict[str, Any]:
    record = {"id": f"{represented}>{representative}", "basis": basis, **FOR_ALL, **more}
    return {"represented": represented, "representative": representative, **record}


def world(*links: dict[str, Any], service: dict[str, Any] | None = None, **more: Any) -> ReferenceWorld:
    named = more.pop("parties", {})
    ids = {link[side] for link in links for side in ("represented", "representative")} | set(named)
    parties = [
        {
            "id": party,
            "name": party,
            "kind": "organisation" if party in ORGANISATIONS else "person",
            **named.get(party, {}),
        }
        for party in sorted(ids)
    ]
    asked = {
        "id": "s",
        "provider": "tax",
        "actions": ["view", "submit"],
        "minimum_assurance": "substantial",
        "represented_kinds": ["person", "organisation"],
        "accepts_intermediaries": True,
        "accepts_self": True,
    }
    return ReferenceWorld(
        {
            "parties": parties,
            "services": [asked | (service or {})],
            "mandates": [link for link in links if "basis" not in link],
            "legal_relations": [link for link in links if "basis" in link],
            **more,
        }
    )


def asked(world: ReferenceWorld, acting: str, **more: Any) -> dict[str, Any]:
    return world.resolve(
        {"acting": acting, "service": "s", "at": AT, "login_assurance": "substantial", **more}
    )


def answers(world: ReferenceWorld, acting: str, **more: Any) -> list[dict[str, Any]]:
    representations: list[dict[str, Any]] = asked(world, acting, **more)["representations"]
    return representations


def represents(world: ReferenceWorld, acting: str, **more: Any) -> list[tuple[str, str | None]]:
    return [(answer["represented"], answer["through"]) for answer in answers(world, acting, **more)]


def test_anna_lets_bram_submit_and_his_higher_login_adds_nothing() -> None:
    [answer] = answers(world(mandate("anna", "bram", actions=["submit"])), "bram", login_assurance="high")
    assert answer == {
        "represented": "anna",
        "branch": None,
        "through": None,
        "path": ["anna>bram"],
        "intermediaries": [],
        "assurance": "substantial",
        "effective_assurance": "substantial",
        "step_up": None,
        "other_means": False,
        "actions": ["submit"],
        "until": "2027-01-01T00:00:00Z",
    }


def test_brams_low_login_must_step_up() -> None:
    [answer] = answers(world(mandate("anna", "bram")), "bram", login_assurance="low")
    assert ("substantial", "low") == (answer["step_up"], answer["effective_assurance"])


def test_a_low_mandate_is_out() -> None:
    assert represents(world(mandate("anna", "bram", assurance="low")), "bram", login_assurance="high") == []


def test_power_given_to_a_person_goes_no_further() -> None:
    assert represents(world(mandate("anna", "bram"), mandate("bram", "cees")), "cees") == [("bram", None)]


def test_eva_of_the_accountants_represents_the_bakery_and_not_her_employer() -> None:
    given = world(mandate("bakery", "accountants"), mandate("accountants", "eva", clients="all"))
    [answer] = answers(given, "eva")
    assert ("bakery", "accountants", ["accountants"]) == (
        answer["represented"],
        answer["through"],
        answer["intermediaries"],
    )


def test_eva_with_own_affairs_besides_represents_her_employer_too() -> None:
    eva = mandate("accountants", "eva", clients="all", own_affairs=True)
    assert represents(world(mandate("bakery", "accountants"), eva), "eva") == [
        ("accountants", None),
        ("bakery", "accountants"),
    ]


def test_eva_without_clients_represents_her_employer_only() -> None:
    given = world(mandate("bakery", "accountants"), mandate("accountants", "eva", clients="none"))
    assert represents(given, "eva") == [("accountants", None)]


def test_the_holding_passes_on_as_often_as_the_bakery_allows() -> None:
    later = [
        mandate("holding", "accountants", clients="all"),
        mandate("accountants", "eva", clients="all", own_affairs=True),
    ]
    assert represents(world(mandate("bakery", "holding"), *later), "eva") == [("accountants", None)]
    further = mandate("bakery", "holding", further_intermediaries=1)
    assert represents(world(further, *later), "eva") == [("accountants", None), ("bakery", "accountants")]


def test_the_accountants_signatory_represents_them_and_their_client() -> None:
    given = world(mandate("bakery", "accountants"), relation("accountants", "fred", "sole_signatory"))
    assert represents(given, "fred") == [("accountants", None), ("bakery", "accountants")]


def test_a_signatory_of_the_signatory_is_no_passing_on() -> None:
    given = world(
        mandate("bakery", "accountants"),
        relation("accountants", "holding", "sole_signatory"),
        relation("holding", "fred", "sole_signatory"),
    )
    assert represents(given, "fred") == [
        ("accountants", "holding"),
        ("bakery", "holding"),
        ("holding", None),
    ]


def test_the_offices_employee_represents_whose_assets_it_administers() -> None:
    links = relation("anna", "office", "asset_administrator"), mandate("office", "ines", clients="all")
    assert represents(world(*links), "ines") == [("anna", "office")]
    assert represents(world(*links, service={"accepts_intermediaries": False}), "ines") == [
        ("anna", "office")
    ]


def test_a_signatory_holding_is_an_intermediary_for_its_employee() -> None:
    links = (
        relation("bakery", "holding", "sole_signatory"),
        mandate("holding", "ines", clients="all"),
    )
    assert represents(world(*links), "ines") == [("bakery", "holding")]
    assert represents(world(*links, service={"accepts_intermediaries": False}), "ines") == []


def test_administered_assets_take_out_annas_mandate_and_herself() -> None:
    restriction = {"party": "anna", "kind": "asset_administration", "services": ["s"]}
    given = world(
        mandate("anna", "bram"), restrictions=[restriction | {"id": "r", "from": "2024-05-01T00:00:00Z"}]
    )
    assert represents(given, "bram") == []
    assert asked(given, "anna")["self"] is False
    assert asked(given, "bram")["self"] is True


def test_joint_signatories_represent_nobody_alone() -> None:
    given = world(relation("bakery", "fred", "joint_signatory"), relation("bakery", "gea", "joint_signatory"))
    assert represents(given, "fred") == represents(given, "gea") == []


def test_the_accountants_blocked_evas_password_and_not_her_passkey() -> None:
    block = {"organisation": "accountants", "person": "eva", "authenticator": "eva-password"}
    given = world(
        mandate("bakery", "accountants"),
        mandate("accountants", "eva", clients="all"),
        blocks=[block | {"from": "2026-02-01T00:00:00Z"}],
    )
    marks = [
        answers(given, "eva", authenticator=means)[0]["other_means"]
        for means in ("eva-password", "eva-passkey", None)
    ]
    assert marks == [True, False, False]


def test_a_mandate_has_ended_at_its_until() -> None:
    given = world(mandate("anna", "bram", until="2026-04-01T00:00:00Z"))
    assert represents(given, "bram", at="2026-04-01T00:00:00Z") == []
    assert represents(given, "bram", at="2026-03-31T23:59:59Z") == [("anna", None)]


def test_after_annas_death_her_executor_represents_her() -> None:
    given = world(
        mandate("anna", "bram"),
        relation("anna", "truus", "executor", **{"from": "2026-03-03T08:30:00Z"}),
        parties={"anna": {"ceased_at": "2026-03-03T08:30:00Z"}},
    )
    assert represents(given, "bram") == []
    assert represents(given, "bram", at="2026-03-02T08:30:00Z") == [("anna", None)]
    assert represents(given, "truus") == [("anna", None)]


def test_mila_represents_sem_until_his_birthday_in_amsterdam() -> None:
    given = world(
        relation("sem", "mila", "parent"),
        parties={"sem": {"born": "2015-08-30"}},
        service={"parents_until_age": 16},
    )
    [answer] = answers(given, "mila", at="2031-08-29T21:59:59Z")
    assert answer["until"] == "2031-08-29T22:00:00Z"
    assert answers(given, "mila", at="2031-08-29T22:00:00Z") == []


def test_of_two_mandates_the_surest_login_and_the_actions_decide() -> None:
    given = world(
        mandate("anna", "bram", id="first", assurance="high", actions=["view"]),
        mandate("anna", "bram", id="second"),
    )
    assert [answer["path"] for answer in answers(given, "bram")] == [["second"]]
    assert [answer["path"] for answer in answers(given, "bram", login_assurance="high")] == [["first"]]
    submitting = answers(given, "bram", login_assurance="high", actions=["submit"])
    assert [answer["path"] for answer in submitting] == [["second"]]


def test_capacities_stay_apart() -> None:
    given = world(
        mandate("anna", "fred"),
        mandate("anna", "accountants"),
        relation("accountants", "fred", "sole_signatory"),
    )
    assert represents(given, "fred") == [("accountants", None), ("anna", None), ("anna", "accountants")]


def test_somebody_born_on_29_february_is_sixteen_on_it() -> None:
    given = world(mandate("anna", "bram"), parties={"bram": {"born": "2008-02-29"}})
    assert asked(given, "bram", at="2024-02-28T23:00:00Z")["self"] is True
    assert asked(given, "bram", at="2024-02-28T22:59:59Z")["self"] is False


def test_a_visit_to_a_desk_is_for_the_service_that_reads_it_and_for_half_an_hour() -> None:
    visit = {
        "id": "v",
        "represented": "joke",
        "representative": "iris",
        "services": ["s"],
        "assurance": "substantial",
        "from": "2026-03-04T08:30:00Z",
        "until": "2026-03-04T10:00:00Z",
    }

    def at(instant: str, **service: Any) -> list[str]:
        named = {"joke": {}, "iris": {}}
        reference = world(service={"bases": ["mandate"], **service}, parties=named)
        there = ReferenceWorld(reference.document, [visit])
        return [one["represented"] for one in answers(there, "iris", at=instant)]

    reads = {"understands": ["desk"]}
    assert ["joke"] == at("2026-03-04T08:30:00Z", **reads)
    assert ["joke"] == at("2026-03-04T08:59:59Z", **reads)
    assert [] == at("2026-03-04T09:00:00Z", **reads)
    assert [] == at("2026-03-04T08:30:00Z")
