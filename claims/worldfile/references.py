"""Whom and what a record may refer to: the records of the file, and those that are already in the register."""

from claims.catalogue import EVERYTHING, Coverage
from claims.organisation import ClientGroup
from claims.parties import Party, PartyKind
from claims.worldfile.faults import FaultCode
from claims.worldfile.known import Known
from claims.worldfile.members import Members

__all__ = ["References"]

_SERVICES = 'write "*", {"provider": a party\'s id} or a list of services\' ids'


class References:
    """What the file has named so far, be it in a record with faults, in front of what is known."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.parties: dict[str, Party] = {}
        self.groups: dict[str, ClientGroup] = {}
        self.services: set[str] = set()
        self._unsure_of_kind: set[str] = set()
        self._unsure_of_branches: set[str] = set()
        self._unsure_of_organisation: set[str] = set()

    def name_party(self, party: Party, wrong: frozenset[str]) -> None:
        """Let a party of the file be referred to; nothing is checked against what is `wrong` with it."""
        self.parties[party.id] = party
        if "kind" in wrong:
            self._unsure_of_kind.add(party.id)
        if "branches" in wrong:
            self._unsure_of_branches.add(party.id)

    def name_group(self, group: ClientGroup, wrong: frozenset[str]) -> None:
        """Let a client group of the file be referred to, likewise."""
        self.groups[group.id] = group
        if "organisation" in wrong:
            self._unsure_of_organisation.add(group.id)

    def kind(self, party_id: str) -> PartyKind | None:
        """Of which kind a party is, None where that is not known."""
        if party_id in self._unsure_of_kind:
            return None
        party = self.parties.get(party_id) or self.known.party(party_id)
        return None if party is None else party.kind

    def party(self, members: Members, key: str, kind: PartyKind | None = None) -> str:
        """The id of a party, which must be known, and of that kind where one is given."""
        id = members.id(key)
        if id:
            self.check_party(members, key, id, kind)
        return id

    def check_party(self, members: Members, key: str, id: str, kind: PartyKind | None = None) -> None:
        """Note a fault where no such party is known, or where it is of another kind."""
        if id in self._unsure_of_kind:
            return  # what is wrong with it is noted at its own place
        found = self.kind(id)
        if found is None:
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
            provider = members.one("services")
            id = self.party(provider, "provider")
            provider.close()
            return Coverage(provider=id)
        if isinstance(value, list):
            ids = members.ids("services")
            for number, id in enumerate(ids):
                if id not in self.services and not self.known.has_service(id):
                    members.note(
                        f"services[{number}]",
                        FaultCode.UNKNOWN_ID,
                        "no such service is known",
                        "name one of the file or the register",
                    )
            return Coverage(listed=frozenset(ids))
        if members.has("services"):
            members.note("services", FaultCode.WRONG_TYPE, "this names no services", _SERVICES)
        return Coverage()

    def group(self, members: Members, key: str, id: str, organisation: str) -> None:
        """Note a fault where no such client group is known, or where it is another organisation's."""
        group = self.groups.get(id) or self.known.group(id)
        if group is None:
            members.note(key, FaultCode.UNKNOWN_ID, "no such client group is known", "name a known one")
        elif id not in self._unsure_of_organisation and group.organisation != organisation:
            members.note(
                key, FaultCode.FOREIGN_GROUP, "this group is of another organisation", "name one of its own"
            )

    def branch(self, members: Members, represented: str) -> str | None:
        """The member `branch` of a mandate: a branch of its represented party, None for the whole of it."""
        number = members.text_or_none("branch")
        if number is None or represented in self._unsure_of_branches:
            return number
        party = self.parties.get(represented) or self.known.party(represented)
        if party is not None and not party.has_branch(number):
            members.note(
                "branch",
                FaultCode.FOREIGN_BRANCH,
                "this is no branch of the represented party",
                "write the number of one of its branches, or null",
            )
        return number
