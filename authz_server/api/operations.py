"""(pure) Every operation of the API, subject by subject."""

from typing import Final

from authz_server.api import (
    access,
    appointing,
    appointments,
    evidence,
    giving,
    journal,
    lists,
    mandates,
    means,
    offers,
    organisations,
    papers,
    parties,
    questions,
    reviewing,
    searching,
    services,
    teams,
)
from authz_server.api.declaring import Operation

__all__ = ["EVERY"]

EVERY: Final[tuple[Operation, ...]] = (
    *parties.OPERATIONS,
    *mandates.OPERATIONS,
    *offers.OPERATIONS,
    *organisations.OPERATIONS,
    *teams.OPERATIONS,
    *appointments.OPERATIONS,
    *appointing.OPERATIONS,
    *means.OPERATIONS,
    *giving.OPERATIONS,
    *lists.OPERATIONS,
    *papers.OPERATIONS,
    *evidence.OPERATIONS,
    *reviewing.OPERATIONS,
    *services.OPERATIONS,
    *questions.OPERATIONS,
    *journal.OPERATIONS,
    *access.OPERATIONS,
    *searching.OPERATIONS,
)
