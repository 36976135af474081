"""Does what was granted still stand? Asked of the register each time a token is made or used (`claims.md` 4).

About that very path: another that would do as well does not count. Actions may shrink, nothing widens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from authz_server.context import Context
from authz_server.oidc import resources
from authz_server.oidc.authorization import Authorization, Mandated
from authz_server.oidc.clients import Client
from claims.assurance import Loa
from claims.formats import IdentifierUnavailable, Pairwise, Recipient, members, own_members
from claims.formats.naming import is_personal
from claims.instants import Instant, day_of
from claims.limits import NO_LIMITS, together
from claims.parties import Party
from claims.register import lookup, resolving
from claims.register.facts import StoredFacts
from claims.representation import Representation
from claims.resolution import Question
from keys.storage import Connected

__all__ = ["Standing", "members_for", "standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now of a grant: `representation` is None for somebody who acts for themself.

    `actions` are those granted that are left; empty only where no service was asked for.
    """

    representation: Representation | None = None
    actions: tuple[str, ...] = ()
    parties: Mapping[str, Party] = field(default_factory=dict)  # of the path, by id

    @property
    def until(self) -> Instant | None:
        """When the mandate ends, exclusive (R16): nothing made of it outlives that."""
        return self.representation.until if self.representation else None


def standing(
    context: Context, db: Connected, client: Client, granted: Authorization, *, now: Instant
) -> Standing | None:
    """What stands of `granted` at `now`; None where it no longer does.

    A client that no longer declares that it understands representation, or is no longer registered for the
    service, has none either (B19).
    """
    if granted.resource is not None and not _resource_stands(context, db, granted):
        return None
    mandated = granted.mandated
    if mandated is None:
        return Standing()
    if client.representation == "none" or mandated.service_uri not in client.representation_services:
        return None
    service = lookup.service(db, mandated.service)
    if service is None:
        return None
    question = Question(
        acting=granted.acting,
        service=service,
        at=now,
        login_assurance=granted.login,
        authenticator=granted.authenticator,
        minimum=mandated.minimum,
    )
    if mandated.represented is None:
        return _for_oneself(db, question, mandated, service.actions)
    return _on_behalf(db, question, mandated, client)


def _resource_stands(context: Context, db: Connected, granted: Authorization) -> bool:
    assert granted.resource is not None  # noqa: S101 - asked by the caller
    resource = resources.find(context, db, granted.resource)
    if resource is None or resource.orientation == "act":
        return False
    return granted.mandated is None or granted.mandated.service_uri in resource.services


def _for_oneself(
    db: Connected, question: Question, mandated: Mandated, offered: tuple[str, ...]
) -> Standing | None:
    own = resolving.own(db, question)
    actions = tuple(action for action in mandated.actions if action in offered)
    if not own.allowed or own.step_up is not None or not actions:
        return None
    return Standing(actions=actions)


def _on_behalf(db: Connected, question: Question, mandated: Mandated, client: Client) -> Standing | None:
    assert mandated.represented is not None  # noqa: S101 - asked by the caller
    if not client.heeds(mandated.branch, mandated.limits):
        return None
    facts = StoredFacts(db)
    found = resolving.stands(
        db,
        question,
        represented=mandated.represented,
        branch=mandated.branch,
        path=mandated.path,
        facts=facts,
    )
    if not isinstance(found, Representation) or not found.permits:
        return None
    if not found.needs_understanding - found.limits.kinds <= client.representation_restrictions:
        return None
    if found.limits is not NO_LIMITS or mandated.limits is not NO_LIMITS:
        limited = _as_granted(found, mandated, question.at)
        if limited is None or not client.heeds(limited.branch, limited.limits):
            return None
        found = limited
    actions = tuple(action for action in found.actions if action in mandated.actions)
    if not actions:
        return None
    named = (found.represented, *found.intermediaries)
    parties = {id: party for id in named if (party := facts.party(id)) is not None}
    return Standing(replace(found, actions=actions), actions, parties)


def _as_granted(found: Representation, mandated: Mandated, now: Instant) -> Representation | None:
    """What stands now within the limits that were granted: what was widened since is not wider in this grant."""
    limits = together((found.limits, mandated.limits))
    if limits is None:
        return None
    until = found.until
    if limits.days is not None:
        if not limits.days.holds(day_of(now)):
            return None
        end = limits.days.end_after(now)
        until = end if until is None else min(until, end)
    return replace(found, limits=limits, until=until)


def members_for(
    context: Context,
    db: Connected,
    granted: Authorization,
    now_standing: Standing,
    recipient: Recipient,
    pairwise: Pairwise,
) -> dict[str, object] | None:
    """The members that say for whom is acted, in `recipient`'s words; None where a party cannot be named to it."""
    mandated = granted.mandated
    if mandated is None:
        return {}
    representation = now_standing.representation
    if representation is None:
        return own_members(mandated.service_uri, now_standing.actions)
    # where `acr` says less than was reached (profile `oidc`), the whole is no surer than what it says
    said = Loa.of_acr(granted.acr)
    if said is not None and said < representation.effective_assurance:
        representation = replace(representation, effective_assurance=said)
    parties = now_standing.parties
    numbered = [party.id for party in parties.values() if not is_personal(party)]
    identifiers = lookup.identifiers_of(db, context.vault, numbered)
    try:
        return members(
            representation,
            parties=parties,
            identifiers=identifiers,
            service_uri=mandated.service_uri,
            register=f"{context.settings.issuer}/mandate-register",
            recipient=recipient,
            pairwise=pairwise,
        )
    except IdentifierUnavailable:
        return None
