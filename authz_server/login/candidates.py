"""For whom this person could act here: the register's answers, less what this client cannot be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from authz_server.asking import Ask
from authz_server.context import Context
from authz_server.login import remembered
from authz_server.login.flow import Chosen
from authz_server.login.interaction import Picked
from authz_server.login.sessions import Login
from claims.formats import Pairwise
from claims.formats.naming import is_personal
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.parties import Party
from claims.register import lookup, resolving
from claims.register.facts import StoredFacts
from claims.register.personal import Vault
from claims.register.resolving import ChoicePage
from claims.representation import Representation
from claims.resolution import Question
from keys.storage import Connected

if TYPE_CHECKING:
    from authz_server.oidc.clients import Client

__all__ = [
    "Asked",
    "anybody",
    "can_be_named",
    "hinted",
    "is_meant",
    "known_parties",
    "listed",
    "offerable",
    "question",
    "standing",
    "used_last",
    "who_blocks",
    "with_numbers",
]

PAGE: Final = 25
_LOOK_AT_MOST: Final = 20  # pages that are searched for one candidate that this client may be told


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's question to the register on behalf of one client."""

    ask: Ask
    client: "Client"
    question: Question


def question(db: Connected, ask: Ask, client: "Client", login: Login, *, at: Instant) -> Asked:
    """The question that a request asks for this login. The service was checked when the request was read."""
    service = lookup.service(db, ask.service)
    if service is None:
        raise LookupError("a service of a checked request is in the register")
    return Asked(
        ask,
        client,
        Question(
            acting=login.person,
            service=service,
            at=at,
            login_assurance=login.assurance,
            authenticator=login.authenticator,
            actions=ask.actions,
            minimum=ask.minimum,
        ),
    )


def offerable(representation: Representation, client: "Client") -> bool:
    """Whether service and client both heed what this candidate carries: a branch, a limit, or a desk.

    The register lets each through only where the service understands it (R12, R20, R5).
    """
    return representation.needs_understanding <= client.representation_restrictions


def standing(db: Connected, asked: Asked, picked: Picked) -> Chosen | None:
    """The choice as it stands at this moment; None when it does no longer."""
    if picked.represented is None:
        if asked.ask.mode != "optional":
            return None
        own = resolving.own(db, asked.question)
        return Chosen(None, own.step_up, asked.ask.actions) if own.allowed else None
    found = resolving.stands(
        db, asked.question, represented=picked.represented, branch=picked.branch, path=picked.path
    )
    if not isinstance(found, Representation) or not offerable(found, asked.client):
        return None
    return Chosen(found)


def anybody(db: Connected, asked: Asked) -> bool:
    """Whether there is anything to choose: a party that can be offered, or the person themself."""
    if asked.ask.mode == "optional" and resolving.own(db, asked.question).allowed:
        return True
    return bool(listed(db, asked).representations)


def listed(
    db: Connected,
    asked: Asked,
    *,
    after: str | None = None,
    search: str | None = None,
    vault: Vault | None = None,
) -> ChoicePage:
    """A page of candidates, in the order of R18, without those that this client cannot be told."""
    for _ in range(_LOOK_AT_MOST):
        page = resolving.choices(db, asked.question, after=after, search=search, vault=vault, limit=PAGE)
        kept = tuple(one for one in page.representations if offerable(one, asked.client))
        if kept or page.next is None:
            return ChoicePage(kept, page.parties, page.next)
        after = page.next
    return ChoicePage((), {}, None)


def used_last(db: Connected, asked: Asked, picked: Picked | None, login: Login) -> list[Representation]:
    """What the person chose just now, before logging in once more; else what they used last, as it stands."""
    before = remembered.recent(db, person=login.person, service=asked.question.service.id)
    if picked is not None and picked.represented is not None and picked.person == login.person:
        before = [remembered.Before(picked.represented, picked.branch, picked.path)]
    found = []
    for one in before:
        if one.represented is None:
            continue
        answer = resolving.stands(
            db, asked.question, represented=one.represented, branch=one.branch, path=one.path
        )
        if isinstance(answer, Representation) and offerable(answer, asked.client):
            found.append(answer)
    return found


def known_parties(db: Connected, vault: Vault, representations: Iterable[Representation]) -> dict[str, Party]:
    """The represented parties and the intermediaries, each with the numbers that pages may show."""
    return with_numbers(
        db, vault, {id for one in representations for id in (one.represented, *one.intermediaries)}
    )


def hinted(context: Context, db: Connected, asked: Asked) -> list[Representation]:
    """Who is meant by `represented_hint` (claims.md 4), among those that can be chosen; nobody for any other."""
    hint = asked.ask.represented_hint
    if hint is None:
        return []
    iss, sub = hint
    recipient = asked.client.recipient(context)
    if iss == recipient.issuer:
        return _by_pairwise(context, db, asked, sub)
    party = _by_number(context, db, asked.client, iss, sub)
    if party is None:
        return []
    return [one for one in resolving.check(db, asked.question, party.id) if offerable(one, asked.client)]


def is_meant(
    context: Context, db: Connected, client: "Client", hint: tuple[str, str], represented: str | None
) -> bool:
    """Whether `represented_hint` means this party. Nothing is asked about any other: the work would tell."""
    iss, sub = hint
    if iss == client.recipient(context).issuer:
        return represented is not None and _known_as(context, client, represented) == sub
    party = _by_number(context, db, client, iss, sub)
    return party is not None and party.id == represented


def _by_number(context: Context, db: Connected, client: "Client", iss: str, sub: str) -> Party | None:
    """The organisation with that number; a sole trader's is a person's, and means nobody here."""
    numbers = client.recipient(context).numbers.items()
    scheme = next((scheme for scheme, (issuer, _) in numbers if issuer == iss), None)
    if scheme is None:
        return None
    try:
        party = lookup.party_by_identifier(db, context.vault, Identifier(Scheme(scheme), sub))
    except ValueError:
        return None
    return None if party is None or is_personal(party) else party


def _known_as(context: Context, client: "Client", person: str) -> str:
    return Pairwise(context.pairwise.of).sub(client.sector, person)


def _by_pairwise(context: Context, db: Connected, asked: Asked, sub: str) -> list[Representation]:
    """A person is meant, by the value that this client knows them by: looked for among the first candidates."""
    after = None
    for _ in range(_LOOK_AT_MOST):
        page = listed(db, asked, after=after)
        meant = [
            one
            for one in page.representations
            if is_personal(page.parties[one.represented])
            and _known_as(context, asked.client, one.represented) == sub
        ]
        if meant or page.next is None:
            return meant
        after = page.next
    return []


def with_numbers(db: Connected, vault: Vault, ids: Iterable[str]) -> dict[str, Party]:
    """The parties of those ids; numbers of people and of sole traders are not even opened."""
    parties = lookup.parties(db, ids)
    public = [id for id, party in parties.items() if not is_personal(party)]
    numbers = lookup.identifiers_of(db, vault, public)
    return {
        id: replace(
            party,
            identifiers=tuple(
                Identifier(Scheme(scheme), value) for scheme, value in sorted(numbers.get(id, {}).items())
            ),
        )
        for id, party in parties.items()
    }


def can_be_named(representation: Representation, parties: Mapping[str, Party], client: "Client") -> bool:
    """Whether the client reads a number of each organisation in the path (claims.md 2, "Identifiers").

    People, and sole traders, are named by a pairwise value, which every client reads.
    """
    return all(
        is_personal(party)
        or any(number.scheme in client.organisation_identifiers for number in party.identifiers)
        for id in (representation.represented, *representation.intermediaries)
        if (party := parties.get(id)) is not None
    )


def who_blocks(db: Connected, asked: Asked, representation: Representation) -> Party | None:
    """The organisation of the path that does not want this authenticator used on its behalf (R11)."""
    facts = StoredFacts(db)
    question = asked.question
    for id in (representation.represented, *representation.intermediaries):
        for block in facts.blocks(id, question.acting):
            if block.authenticator == question.authenticator and block.in_force(question.at):
                return facts.party(id)
    return None
