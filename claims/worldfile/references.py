"""Whom and what a record may refer to: the records of the file, and those that are already in the register."""

from claims.catalogue import EVERYTHING, Coverage, ServiceSet
from claims.organisation import ClientGroup
from claims.parties import Party, PartyKind
from claims.worldfile.faults import FaultCode
from claims.worldfile.known import Known
from claims.worldfile.members import Members

__all__ = ["References"]

_SERVICES = 'write "*", {"provider": a party\'s id}, {"set": a set\'s id} or a list of services\' ids'


class References:
    """What the file has named so far, be it in a record with faults, in front of what is known."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.services: set[str] = set()
        self.sets: dict[str, ServiceSet] = {}
        # no more of each than is asked of it: a file may name millions. None: what is wrong with it is noted already
        self._kinds: dict[str, PartyKind | None] = {}
        self._branches: dict[str, frozenset[str] | None] = {}
        self._organisations: dict[str, str | None] = {}

    def name_party(self, party: Party, wrong: frozenset[str]) -> None:
        """Let a party of the file be referred to; nothing is checked against what is `wrong` with it."""
        self._kinds[party.id] = None if "kind" in wrong else party.kind
        if "branches" in wrong:
            self._branches[party.id] = None
        elif party.branches:
            self._branches[party.id] = frozenset(branch.number for branch in party.branches)

    def name_group(self, group: ClientGroup, wrong: frozenset[str]) -> None:
        """Let a client group of the file be referred to, likewise."""
        self._organisations[group.id] = None if "organisation" in wrong else group.organisation

    def names(self, party_id: str) -> bool:
        """Whether the file named that party."""
        return party_id in self._kinds

    def kind(self, party_id: str) -> PartyKind | None:
        """Of which kind a party is, None where that is not known."""
        if party_id in self._kinds:
            return self._kinds[party_id]
        party = self.known.party(party_id)
        return None if party is None else party.kind

    def party(self, members: Members, key: str, kind: PartyKind | None = None) -> str:
        """The id of a party, which must be known, and of that kind where one is given."""
        id = members.id(key)
        if id:
            self.check_party(members, key, id, kind)
        return id

    def check_party(self, members: Members, key: str, id: str, kind: PartyKind | None = None) -> None:
        """Note a fault where no such party is known, or where it is of another kind."""
        found = self.kind(id)
        if found is None:
            if id in self._kinds:
                return  # what is wrong with it is noted at its own place
            members.note(
                key, FaultCode.UNKNOWN_ID, "no such party is known", "name one of the file or the register"
            )
        elif kind is not None and found is not kind:
            members.note(
                key, FaultCode.WRONG_KIND, f"this party is of kind {found}", f"name one of kind {kind}"
            )

    def parties_of(self, members: Members, key: str, ids: tuple[str, ...]) -> frozenset[str]:
        """The ids of parties that the list `key` names."""
        for number, id in enumerate(ids):
            self.check_party(members, f"{key}[{number}]", id)
        return frozenset(ids)

    def coverage(self, members: Members) -> Coverage:
        """The member `services` of a power, a restriction or an appointment."""
        value = members.raw("services")
        if value == "*":
            return EVERYTHING
        if isinstance(value, dict):
            return self._inside(members.one("services"))
        if isinstance(value, list):
            ids = members.ids("services")
            for number, id in enumerate(ids):
                self.check_service(members, f"services[{number}]", id)
            return Coverage(listed=frozenset(ids))
        if members.has("services"):
            members.note("services", FaultCode.WRONG_TYPE, "this names no services", _SERVICES)
        return Coverage()

    def _inside(self, of: Members) -> Coverage:
        """All that a provider has, or that lies in a set."""
        if not of.has("set"):
            covered = Coverage(provider=self.party(of, "provider"))
        else:
            covered = Coverage(set=of.id("set"))
            if covered.set and covered.set not in self.sets:
                of.note(
                    "set",
                    FaultCode.UNKNOWN_ID,
                    "no such set is known",
                    "name one of the file or the register",
                )
        of.close()
        return covered

    def check_service(self, members: Members, key: str, id: str) -> None:
        """Note a fault where no such service is known."""
        if id not in self.services and not self.known.has_service(id):
            members.note(
                key, FaultCode.UNKNOWN_ID, "no such service is known", "name one of the file or the register"
            )

    def group(self, members: Members, key: str, id: str, organisation: str) -> None:
        """Note a fault where no such client group is known, or where it is another organisation's."""
        if id in self._organisations:
            found = self._organisations[id]
        elif (group := self.known.group(id)) is not None:
            found = group.organisation
        else:
            members.note(key, FaultCode.UNKNOWN_ID, "no such client group is known", "name a known one")
            return
        if found is not None and found != organisation:
            members.note(
                key, FaultCode.FOREIGN_GROUP, "this group is of another organisation", "name one of its own"
            )

    def branch(self, members: Members, represented: str) -> str | None:
        """The member `branch` of a mandate: a branch of its represented party, None for the whole of it."""
        number = members.text_or_none("branch")
        if number is None:
            return None
        if represented in self._kinds:
            branches = self._branches.get(represented, frozenset())
            foreign = branches is not None and number not in branches
        else:
            party = self.known.party(represented)
            foreign = party is not None and not party.has_branch(number)
        if foreign:
            members.note(
                "branch",
                FaultCode.FOREIGN_BRANCH,
                "this is no branch of the represented party",
                "write the number of one of its branches, or null",
            )
        return number
