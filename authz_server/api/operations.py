"""(pure) Every operation of the API, subject by subject."""

from typing import Final

from authz_server.api import (
    access,
    appointing,
    appointments,
    clients,
    desk_appointments,
    evidence,
    freezing,
    giving,
    journal,
    letters,
    lists,
    mandates,
    means,
    offers,
    organisations,
    papers,
    parties,
    people,
    questions,
    renewing,
    reviewing,
    searching,
    services,
    teams,
    visits,
)
from authz_server.api.declaring import Operation

__all__ = ["EVERY"]

EVERY: Final[tuple[Operation, ...]] = (
    *parties.OPERATIONS,
    *mandates.OPERATIONS,
    *freezing.OPERATIONS,
    *offers.OPERATIONS,
    *organisations.OPERATIONS,
    *teams.OPERATIONS,
    *clients.OPERATIONS,
    *people.OPERATIONS,
    *appointments.OPERATIONS,
    *desk_appointments.OPERATIONS,
    *appointing.OPERATIONS,
    *means.OPERATIONS,
    *giving.OPERATIONS,
    *letters.OPERATIONS,
    *renewing.OPERATIONS,
    *lists.OPERATIONS,
    *papers.OPERATIONS,
    *visits.OPERATIONS,
    *evidence.OPERATIONS,
    *reviewing.OPERATIONS,
    *services.OPERATIONS,
    *questions.OPERATIONS,
    *journal.OPERATIONS,
    *access.OPERATIONS,
    *searching.OPERATIONS,
)
