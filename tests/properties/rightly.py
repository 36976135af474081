"""Whether what is new in a register could be given by who gave it: the rules of giving once more, in a few lines (G1 to G10).

Written from `docs/mandates.md` and the decisions on letters, papers and limits; it shares no code with the packages but
the words of offers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from claims.offers import Offer, OfferKind, OfferState
from claims.register.papers import Paper
from tests.reference.resolver import LEVELS, ReferenceWorld, reaches_age, seconds

__all__ = ["Given", "Ground"]

Record = dict[str, Any]
BINDING: Final = frozenset({"sole_signatory", "owner", "liquidator", "trustee"})
FOR_PERSONS: Final = frozenset({"curator", "asset_administrator", "guardian", "parent", "executor"})
WORTH_OF_PAPER: Final = {"identity_document": "substantial", "signature": "low", "notarial_deed": "high"}
FIVE_YEARS: Final = 5 * 366 * 86_400
_DAY: Final = 86_400


@dataclass(frozen=True)
class Ground:
    """By what a person might give something for a party: `alone`, or only together with others."""

    person: str
    alone: bool
    level: str
    services: Any = "*"
    actions: Any = "*"
    until: str | None = None
    limits: Record = field(default_factory=dict)
    is_live: bool = True
    is_appointment: bool = False
    passes_on: bool = True
    may_grant_chain: bool = True
    may_appoint: bool = True
    may_manage_means: bool = True


class Given:
    """What stands in a register at an instant, and whether something of it was given rightly at that instant."""

    def __init__(self, document: Record, now: int) -> None:
        self.document: Final = document
        self.now: Final = now
        self.world: Final = ReferenceWorld(document)

    def mandate(self, mandate: Record, offer: Offer, paper: Paper | None) -> None:
        """AssertionError where it could not be given so."""
        assert OfferState.GIVEN is offer.state
        assert seconds(mandate["until"]) <= self.now + FIVE_YEARS
        if offer.representative is not None and offer.kind is OfferKind.PARTY:
            assert offer.representative == mandate["representative"]
        if offer.kind in (OfferKind.LETTER, OfferKind.PAPER):
            self._without_login(mandate, offer, paper)
        else:
            self._by_signers(
                mandate, offer, [one for one in self._grounds_of(offer) if self.gives(one, mandate)]
            )

    def appointment(self, appointment: Record, offer: Offer) -> None:
        """The same of an appointment (G3)."""
        assert OfferState.GIVEN is offer.state
        assert seconds(appointment["until"]) <= self.now + FIVE_YEARS
        self._by_signers(
            appointment, offer, [one for one in self._grounds_of(offer) if self.appoints(one, appointment)]
        )

    def gives(self, ground: Ground, mandate: Record) -> bool:
        """Whether all of the mandate lies within the ground (G10)."""
        kinds = [self.world.parties[mandate[side]]["kind"] for side in ("represented", "representative")]
        is_chain = kinds == ["organisation", "organisation"]
        return (
            self.covers(ground.services, mandate["services"])
            and (ground.actions == "*" or set(mandate["actions"]) <= set(ground.actions))
            and self._in_time(ground, mandate)
            and lies_within(mandate.get("limits") or {}, ground.limits)
            and (ground.may_grant_chain or not is_chain)
            and (ground.passes_on or not mandate.get("further_intermediaries"))
        )

    def appoints(self, ground: Ground, appointment: Record) -> bool:
        """The same of an appointment."""
        flags = ("may_grant_chain", "may_appoint", "may_manage_means")
        return (
            ground.may_appoint
            and ground.actions == "*"
            and self.covers(ground.services, appointment["services"])
            and self._in_time(ground, appointment)
            and all(getattr(ground, flag) or not appointment.get(flag) for flag in flags)
            and not (ground.is_appointment and ground.person == appointment["person"])
        )

    def may_give_again(self, mandate: Record, people: Iterable[str]) -> bool:
        """Whether these people together may give for all that the mandate is for, logged in however (G2, G8)."""
        party = mandate["represented"]
        grounds = [ground for one in people for ground in self.grounds(one, party)]
        enough = [one for one in grounds if self.covers(one.services, mandate["services"])]
        return any(one.alone for one in enough) or len({one.person for one in enough}) >= self.how_many(party)

    def grounds(self, person: str, party: str) -> Iterator[Ground]:
        """By what the person might give for the party, whatever is against it besides."""
        if party == person:
            yield Ground(person, True, "high")
        for one in self.document["appointments"]:
            if (one["organisation"], one["person"]) == (party, person) and self.holds(one):
                flags = {
                    name: bool(one.get(name))
                    for name in ("may_grant_chain", "may_appoint", "may_manage_means")
                }
                yield Ground(
                    person,
                    True,
                    one["assurance"],
                    one["services"],
                    until=one.get("until"),
                    is_appointment=True,
                    **flags,
                )
        acting = self.as_whom(person)
        for one in self.document["legal_relations"]:
            if one["represented"] != party or one["representative"] not in acting or not self.holds(one):
                continue
            binds = one["basis"] in BINDING or one["basis"] == "joint_signatory"
            if binds or one["basis"] in FOR_PERSONS:
                yield Ground(
                    person,
                    one["basis"] in FOR_PERSONS or (one["basis"] in BINDING and is_whole(one)),
                    one["assurance"],
                    one["services"],
                    one["actions"],
                    one.get("until"),
                    one.get("limits") or {},
                    self._is_live(one),
                    passes_on=binds,
                    may_appoint=binds and not one.get("limits"),
                    may_manage_means=binds,
                )

    def as_whom(self, person: str) -> set[str]:
        """The person, and every organisation that they bind alone."""
        found = {person}
        while True:
            more = {
                one["represented"]
                for one in self.document["legal_relations"]
                if one["representative"] in found
                and one["basis"] in BINDING
                and is_whole(one)
                and self.holds(one)
            }
            if more <= found:
                return found
            found |= more

    def holds(self, one: Record) -> bool:
        """Whether a relation, an appointment or a mandate is in force."""
        away = [*one.get("suspended", []), *([[one["revoked_at"], None]] if one.get("revoked_at") else [])]
        return self._lies_in(one["from"], one.get("until")) and not any(
            self._lies_in(*period) for period in away
        )

    def covers(self, mine: Any, wanted: Any) -> bool:
        """Whether all the services that are wanted are among mine."""
        if mine == "*":
            return True
        return wanted != "*" and self._services(wanted) <= self._services(mine)

    def how_many(self, party_id: str) -> int:
        """How many must sign where nobody binds alone (G2)."""
        told = self.world.parties[party_id].get("joint_rule") or {"count": 2}
        if "count" in told:
            return int(told["count"])
        signatories = {
            one["representative"]
            for one in self.document["legal_relations"]
            if one["represented"] == party_id and one["basis"] == "joint_signatory" and self.holds(one)
        }
        return len(signatories) // 2 + 1

    def _grounds_of(self, offer: Offer) -> list[Ground]:
        return [ground for one in offer.approvals for ground in self.grounds(one.person, offer.represented)]

    def _by_signers(self, given: Record, offer: Offer, grounds: list[Ground]) -> None:
        logins = {
            one.person: "basic" if one.login is None else one.login.name.lower() for one in offer.approvals
        }
        enough = [one for one in grounds if self._level(one, logins) >= LEVELS.index(given["assurance"])]
        alone = any(one.alone for one in enough)
        people = {one.person for one in enough}
        assert alone or len(people) >= self.how_many(offer.represented), (given, offer.approvals, grounds)

    def _level(self, ground: Ground, logins: dict[str, str]) -> int:
        """The most that a yes on this ground makes it (G4)."""
        login = LEVELS.index(logins[ground.person])
        evidence = login if ground.is_live else LEVELS.index("low")
        return min(login, evidence, LEVELS.index(ground.level))

    def _without_login(self, mandate: Record, offer: Offer, paper: Paper | None) -> None:
        """A letter (decision 93) or a paper (94): a person's own affairs, as sure as the evidence, and no surer."""
        person = self.world.parties[mandate["represented"]]
        assert person["kind"] == "person"
        assert () == offer.approvals
        assert not mandate.get("further_intermediaries")
        assert mandate["representative"] == offer.representative
        for id in mandate["services"]:
            service = self.world.services[id]
            assert person["born"] is None or reaches_age(person["born"], service["self_from_age"]) <= self.now
        worth = "low" if paper is None else WORTH_OF_PAPER[paper.checked.value]
        assert LEVELS.index(mandate["assurance"]) <= LEVELS.index(worth)
        if offer.kind is OfferKind.LETTER:
            assert offer.taken is not None
            assert offer.taken.person == mandate["representative"]
            return
        assert paper is not None
        assert None is not paper.confirmed_by != paper.recorded_by
        assert not {paper.confirmed_by, paper.recorded_by} & {
            mandate["represented"],
            mandate["representative"],
        }
        if paper.confirmed_at == self.now:
            assert self.works_at(paper.confirmed_by or "", paper.desk)

    def works_at(self, person: str, desk: str) -> bool:
        """Whether the person helps at the desk of that organisation."""
        return any(
            (one["person"], one["organisation"]) == (person, desk) and self.holds(one)
            for one in self.document["desk_appointments"]
        )

    def _services(self, told: Any) -> set[str]:
        if told == "*":
            return set(self.world.services)
        if isinstance(told, dict) and "set" in told:
            one = self.world.sets[told["set"]]
            return set(one["services"]).union(*(self._services({"set": inner}) for inner in one["sets"]))
        if isinstance(told, dict):
            return {id for id, one in self.world.services.items() if one["provider"] == told["provider"]}
        return set(told)

    def _in_time(self, ground: Ground, given: Record) -> bool:
        return ground.until is None or seconds(given["until"]) <= seconds(ground.until)

    def _is_live(self, relation: Record) -> bool:
        """Whether a source told it at most 24 hours ago."""
        source = relation.get("source") or {}
        return source.get("fetched_at") is not None and seconds(source["fetched_at"]) >= self.now - _DAY

    def _lies_in(self, start: str, end: str | None) -> bool:
        return seconds(start) <= self.now and (end is None or self.now < seconds(end))


def is_whole(relation: Record) -> bool:
    """Whether it is narrowed by nothing: who has a narrowed power signs together with others (G2)."""
    return relation["services"] == "*" and relation["actions"] == "*" and not relation.get("limits")


def lies_within(inner: Record, outer: Record) -> bool:
    """Whether what is narrowed to `inner` lies inside `outer` (decision 96)."""
    if "case" in outer and inner.get("case") != outer["case"]:
        return False
    if "amount" in outer:
        amount = inner.get("amount")
        if amount is None or float(amount["value"]) > float(outer["amount"]["value"]):
            return False
    return "days" not in outer or set(inner.get("days", ["every day"])) <= set(outer["days"])
