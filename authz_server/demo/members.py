"""Why each member of a token is there, in words for its owner, and in which group a page tells it.

The members are those of `docs/representation.md`; a test holds them to what `namens token explain` knows.
"""

from collections.abc import Mapping
from typing import Final

from authz_server.demo.speech import Lazy, lazy_gettext

__all__ = ["MEANINGS"]

Told = tuple[str, Lazy]

_NUMBER: Final = lazy_gettext("The number by which this website knows them.")
_GIVER: Final = lazy_gettext("Who gave out that number: a number means nothing without it.")
_KIND: Final = lazy_gettext("What kind of number that is.")
_AGAIN: Final = lazy_gettext("Once more, so that the permission cannot be another's.")

_HEADER: Final[Mapping[str, Told]] = {
    "header alg": (
        "technical",
        lazy_gettext("How the signature was made. We accept few ways, and never none."),
    ),
    "header kid": ("technical", lazy_gettext("With which key of the login service it was signed.")),
    "header typ": (
        "technical",
        lazy_gettext("What kind of token it is: one for logging in, or one for acts."),
    ),
}
_CLAIMS: Final[Mapping[str, Told]] = {
    "sub": (
        "who",
        lazy_gettext(
            "You, as this website knows you. Another website gets another value, so they cannot compare."
        ),
    ),
    "name": ("who", lazy_gettext("Your name, so that we can address you. Only some websites get it.")),
    "sub_id_type": ("who", _KIND),
    "auth_time": ("who", lazy_gettext("When you logged in.")),
    "acr": (
        "sure",
        lazy_gettext("How sure it is that you are who logged in. It says nothing of a permission."),
    ),
    "represents": (
        "whom",
        lazy_gettext("For whom you act. It stands here only where you act for somebody else."),
    ),
    "act": ("whom", lazy_gettext("Who acts, in a token that is about the one who is represented.")),
    "authorization_details": (
        "what",
        lazy_gettext("What you may do: by which permission, at which service, and until when."),
    ),
    "scope": ("technical", lazy_gettext("What this website asked for at the login.")),
    "iat": ("until", lazy_gettext("When this token was made.")),
    "nbf": ("until", lazy_gettext("From when it holds.")),
    "exp": (
        "until",
        lazy_gettext("When this token ends. That is within minutes, so that what was stopped stays so."),
    ),
    "iss": ("technical", lazy_gettext("Who made it: the login service. We believe no other.")),
    "aud": ("technical", lazy_gettext("For whom it was made. Nobody else may take it.")),
    "client_id": ("technical", lazy_gettext("The website that got it at your login.")),
    "azp": ("technical", lazy_gettext("The same website, under the name that older systems use.")),
    "jti": ("technical", lazy_gettext("The number of this token alone.")),
    "txn": (
        "technical",
        lazy_gettext("What joins all tokens of this one login, to find out later what happened."),
    ),
    "sid": (
        "technical",
        lazy_gettext("Your visit at the login service, so that logging out works everywhere."),
    ),
    "nonce": ("technical", lazy_gettext("Our own mark: this token answers our question, and not another's.")),
    "at_hash": ("technical", lazy_gettext("Which access token came with it.")),
}
_PARTY: Final[Mapping[str, Lazy]] = {
    "sub": _NUMBER,
    "iss": _GIVER,
    "sub_id_type": _KIND,
    "name": lazy_gettext("What they are called in the register."),
}
_LINKS: Final[Mapping[str, Lazy]] = {
    "links": lazy_gettext(
        "The permissions in between, one by one. The first was given by the one for whom you act, the last is yours."
    ),
    "links.id": lazy_gettext("The number of this permission, as this website alone knows it."),
    "links.basis": lazy_gettext("Why it holds."),
    "links.assurance_level": lazy_gettext("How sure it is that this permission was given."),
    "links.recorded_at": lazy_gettext("On which day the register wrote it down."),
    "register": lazy_gettext("Which register says so."),
}
_DETAILS: Final[Mapping[str, Told]] = {
    "type": (
        "technical",
        lazy_gettext("What kind of details these are: of acting for somebody, or for yourself."),
    ),
    "service": ("what", lazy_gettext("The one service for which it holds, and no other.")),
    "actions": ("what", lazy_gettext("All that you may do there. What is not in it, you may not.")),
    "represented": ("whom", _AGAIN),
    "represented.sub": ("whom", _NUMBER),
    "represented.iss": ("whom", _GIVER),
    "represented.sub_id_type": ("whom", _KIND),
    "branch": ("whom", lazy_gettext("Whether it is for one branch only.")),
    "assurance_level": (
        "sure",
        lazy_gettext("How sure the permission is: as sure as the weakest in between."),
    ),
    "effective_assurance_level": (
        "sure",
        lazy_gettext("How sure it is all together: your login and the permission, the lower of the two."),
    ),
    "not_after": ("until", lazy_gettext("When the permission itself ends.")),
    "limits": ("what", lazy_gettext("To what the permission is narrowed.")),
    "limits.case": ("what", lazy_gettext("The one case for which it holds.")),
    "limits.amount": ("what", lazy_gettext("Up to how much it holds, each time.")),
    "limits.amount.currency": ("what", lazy_gettext("In which money.")),
    "limits.amount.value": ("what", lazy_gettext("How much that is.")),
    "limits.days": ("what", lazy_gettext("The days on which it holds.")),
    **{name: ("path", why) for name, why in _LINKS.items()},
}
_FURTHER: Final = lazy_gettext(
    "One further: those in between come first, the one for whom you act stands deepest."
)

MEANINGS: Final[Mapping[str, Told]] = {
    **_HEADER,
    **_CLAIMS,
    **{f"authorization_details.{name}": told for name, told in _DETAILS.items()},
    **{f"{outer}.{name}": ("whom", why) for outer in ("represents", "act") for name, why in _PARTY.items()},
    "represents.represents": ("whom", _FURTHER),
    "act.act": ("whom", lazy_gettext("One further on the way to the one who is represented.")),
}
"""Group and sentence, by the kind of place where a member stands (`claims.formats.walked`)."""
