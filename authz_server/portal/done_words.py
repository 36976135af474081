"""What was just done with a mandate, in words."""

from authz_server.i18n import gettext
from authz_server.portal.freezing import people_words, permissions_words
from claims.register import freezing, lookup, overview, reviewing
from claims.register.readable import Readable

__all__ = ["done_words"]


def done_words(readable: Readable, act: str | None, mandate_id: str | None, party_id: str) -> str | None:
    """What was just done, where that is so: whatever an address says, and whoever wrote it."""
    db, now = readable.db, readable.now
    mandate = overview.mandate(db, mandate_id) if mandate_id else None
    if mandate is None or act is None or party_id not in {mandate.represented, mandate.representative}:
        return None
    if not readable.shows(mandate):
        return None
    given = party_id == mandate.represented
    other = lookup.party(db, mandate.representative if given else mandate.represented)
    name = "" if other is None else other.name
    ended = mandate.has_ended(now)
    match act:
        case "stop" if given and ended:
            return gettext("The permission of %(name)s has stopped.", name=name)
        case "freeze" if given and not ended and mandate.is_suspended(now):
            frozen = freezing.touched(db, mandate, now=now)
            return gettext(
                "Everything that you gave %(name)s stands still: %(mandates)s, %(people)s.",
                name=name,
                mandates=permissions_words(len(frozen.still)),
                people=people_words(frozen.people),
            )
        case "pause" if given and not ended and mandate.is_suspended(now):
            return gettext("The permission of %(name)s has stopped for a while.", name=name)
        case "resume" if given and not ended and not mandate.is_suspended(now):
            return gettext("The permission of %(name)s holds again.", name=name)
        case "keep" if given and not ended and not reviewing.is_open(db, mandate.id):
            return gettext("The permission of %(name)s stays as it is.", name=name)
        case "renounce" if not given and ended:
            return gettext("The help to %(name)s has stopped.", name=name)
    return None
