"""Client groups, appointments, at desks too, and blocks as they stand in a world file."""

from claims.desk import DeskAppointment
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import PartyKind
from claims.worldfile.faults import FaultCode
from claims.worldfile.members import Members
from claims.worldfile.narrowing import OF_APPOINTMENTS, read_limits
from claims.worldfile.powers import check_period, suspensions
from claims.worldfile.references import References

__all__ = ["read_appointment", "read_block", "read_desk_appointment", "read_group"]


def read_group(members: Members, references: References) -> ClientGroup:
    """One record of the list `client_groups`."""
    group = ClientGroup(
        id=members.id(),
        organisation=references.party(members, "organisation", PartyKind.ORGANISATION),
        name=members.text("name"),
        clients=references.parties_of(members, "clients", members.ids("clients")),
        receives_new=members.flag("receives_new", False),
        removed_at=members.instant_or_none("removed_at"),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    before = references.known.group(group.id) if group.id else None
    if (
        before is not None
        and before.organisation != group.organisation
        and "organisation" not in members.wrong()
    ):
        members.note(
            "organisation",
            FaultCode.FOREIGN_GROUP,
            "this group is known as one of another organisation",
            "keep its organisation, or take a new id",
        )
    return group


def read_appointment(members: Members, references: References) -> Appointment:
    """One record of the list `appointments`."""
    appointment = Appointment(
        id=members.id(),
        organisation=references.party(members, "organisation", PartyKind.ORGANISATION),
        person=references.party(members, "person", PartyKind.PERSON),
        services=references.coverage(members),
        assurance=members.loa("assurance"),
        starts=members.instant("from"),
        until=members.instant_or_none("until"),
        may_grant_chain=members.flag("may_grant_chain", False),
        may_appoint=members.flag("may_appoint", False),
        may_manage_means=members.flag("may_manage_means", False),
        limits=read_limits(members, OF_APPOINTMENTS),
        suspended=tuple(suspensions(members)),
        revoked_at=members.instant_or_none("revoked_at"),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    check_period(members, appointment.starts, appointment.until)
    return appointment


def read_desk_appointment(members: Members, references: References) -> DeskAppointment:
    """One record of the list `desk_appointments`."""
    appointment = DeskAppointment(
        id=members.id(),
        organisation=references.party(members, "organisation", PartyKind.ORGANISATION),
        person=references.party(members, "person", PartyKind.PERSON),
        services=references.coverage(members),
        starts=members.instant("from"),
        until=members.instant_or_none("until"),
        suspended=tuple(suspensions(members)),
        revoked_at=members.instant_or_none("revoked_at"),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    check_period(members, appointment.starts, appointment.until)
    return appointment


def read_block(members: Members, references: References) -> Block:
    """One record of the list `blocks`."""
    block = Block(
        organisation=references.party(members, "organisation", PartyKind.ORGANISATION),
        person=references.party(members, "person", PartyKind.PERSON),
        authenticator=members.id("authenticator"),
        starts=members.instant("from"),
        until=members.instant_or_none("until"),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    check_period(members, block.starts, block.until)
    return block
