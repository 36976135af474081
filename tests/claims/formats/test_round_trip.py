"""What is written of any representation is read back as it was, in both orientations."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.assurance import Loa
from claims.formats import members
from claims.formats.act import to_act
from claims.representation import Representation
from claims.verify import OnBehalfOf, Verifier
from tests.support.representations import (
    NUMBERS,
    PAIRWISE,
    PARTIES,
    REGISTER,
    VAT,
    a_recipient,
    a_representation,
)
from tests.support.vectors import JWKS
from tests.vectors.tokens import ISSUER, NOW, RESOURCE, access, access_header, jws

ORGANISATIONS = [id for id, party in PARTIES.items() if party.kind == "organisation" and id != "ministry"]
levels = st.sampled_from(Loa)


@st.composite
def representations(draw: st.DrawFn) -> Representation:
    between = draw(st.lists(st.sampled_from(ORGANISATIONS), unique=True, min_size=1, max_size=6))
    if draw(st.booleans()):
        between[0] = "anna"
    return a_representation(
        *between,
        "eva",
        assurances=tuple(draw(levels) for _ in between),
        login=draw(levels),
        actions=tuple(
            draw(st.lists(st.sampled_from(["view", "prepare", "submit"]), min_size=1, unique=True))
        ),
        branch=draw(st.none() | st.just("000012345678")),
        until=draw(st.none() | st.integers(NOW + 1, NOW + 10**9)),
    )


@settings(deadline=None)
@given(representations(), levels, st.booleans(), st.booleans())
def test_what_is_written_is_read_back(source: Representation, login: Loa, names: bool, flip: bool) -> None:
    recipient = a_recipient("api.tax.example.nl", person_names=names, schemes=("kvk", "rsin"))
    said = members(
        source,
        parties=PARTIES,
        identifiers=NUMBERS,
        service_uri=VAT,
        register=REGISTER,
        recipient=recipient,
        pairwise=PAIRWISE,
    )
    reached = max(login, source.effective_assurance)
    claims: dict[str, Any] = access(said, acr=reached.acr)
    claims["sub"] = PAIRWISE.sub(recipient.sector, source.acting)
    orientation: Any = "act" if flip else "represents"
    verifier = Verifier(
        ISSUER, RESOURCE, keys=JWKS, orientation=orientation, understands=["branch"], clock=lambda: NOW
    )

    token = jws(access_header(), to_act(claims) if flip else claims)
    shown = verifier.verify_access_token(token, service=VAT)

    assert isinstance(shown, OnBehalfOf)
    assert (claims["sub"], reached) == (shown.person.sub, shown.person.assurance)
    mandate = shown.mandate
    assert (source.actions, source.assurance, source.effective_assurance, source.until, source.branch) == (
        mandate.actions,
        mandate.assurance,
        mandate.effective_assurance,
        mandate.not_after,
        mandate.branch,
    )
    assert [(PAIRWISE.link(recipient.sector, link.id), link.assurance) for link in source.links] == [
        (link.id, link.assurance) for link in mandate.links
    ]
    told = [shown.represented, *shown.intermediaries]
    for id, party in zip((source.represented, *source.intermediaries), told, strict=True):
        personal = id in {"anna", "trader"}
        assert party.sub == (PAIRWISE.sub(recipient.sector, id) if personal else NUMBERS[id]["kvk"])
        assert party.name == (PARTIES[id].name if names or not personal else None)
