"""(pure) Every operation of the API, subject by subject."""

from typing import Final

from authz_server.api import (
    access,
    appointments,
    journal,
    mandates,
    means,
    offers,
    organisations,
    parties,
    questions,
    searching,
    services,
)
from authz_server.api.declaring import Operation

__all__ = ["EVERY"]

EVERY: Final[tuple[Operation, ...]] = (
    *parties.OPERATIONS,
    *mandates.OPERATIONS,
    *offers.OPERATIONS,
    *organisations.OPERATIONS,
    *appointments.OPERATIONS,
    *means.OPERATIONS,
    *services.OPERATIONS,
    *questions.OPERATIONS,
    *journal.OPERATIONS,
    *access.OPERATIONS,
    *searching.OPERATIONS,
)
