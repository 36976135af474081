"""What somebody did on behalf of a party, in words."""

from authz_server.i18n import action_words, gettext, moment
from authz_server.login.lines import in_words
from claims.catalogue import Service
from claims.parties import Party
from claims.register.uses import Use

__all__ = ["use_words"]


def use_words(
    use: Use,
    party: Party,
    parties: dict[str, Party],
    services: dict[str, Service],
    at_desks: dict[str, str],
    *,
    oneself: bool,
) -> str:
    """Bram de Vries heeft namens u ingelogd bij Belastingen Voorbeeldland, voor: aangifte inkomstenbelasting. …"""
    acting = parties[use.acting].name if use.acting in parties else gettext("Somebody")
    if use.through in parties:
        acting = gettext(
            "%(person)s (%(organisation)s)", person=acting, organisation=parties[use.through].name
        )
    desk = next((at_desks[link] for link in use.path if link in at_desks), None)
    if desk is not None and desk in parties:
        acting = gettext(
            "%(person)s, at the desk of %(organisation)s,", person=acting, organisation=parties[desk].name
        )
    service = services.get(use.service)
    provider = parties.get(service.provider) if service else None
    if use.done is not None:
        what = action_words([use.done])
        return gettext(
            "%(person)s did this on behalf of %(party)s at %(provider)s: %(what)s, for: %(service)s. %(moment)s.",
            person=acting,
            party=gettext("you") if oneself else party.name,
            provider=provider.name if provider else use.client,
            what=what if use.reference is None else f"{what} ({use.reference})",
            service=in_words(service.name) if service else use.service,
            moment=moment(use.at),
        )
    return gettext(
        "%(person)s logged in on behalf of %(party)s at %(provider)s, for: %(service)s. %(moment)s.",
        person=acting,
        party=gettext("you") if oneself else party.name,
        provider=provider.name if provider else use.client,
        service=in_words(service.name) if service else use.service,
        moment=moment(use.at),
    )
