"""Why our verifier refuses a token, in words for who tried it: a sentence for each of its codes."""

from collections.abc import Mapping
from typing import Final

from authz_server.demo.speech import Lazy, lazy_gettext
from claims.verify import Refused

__all__ = ["WHY"]

WHY: Final[Mapping[Refused, Lazy]] = {
    Refused.TOKEN_MISSING: lazy_gettext("There is no token at all."),
    Refused.REQUEST_AMBIGUOUS: lazy_gettext(
        "The request brings more than one token. We do not guess which counts."
    ),
    Refused.MALFORMED: lazy_gettext("This is no token: it cannot be read."),
    Refused.TOO_LARGE: lazy_gettext("This is too long for a token. We do not read on."),
    Refused.HEADER_FORBIDDEN: lazy_gettext(
        "The token says itself where its key is. We take keys from the login service alone, never from a token."
    ),
    Refused.ALGORITHM_FORBIDDEN: lazy_gettext(
        "The token chooses a way of signing that we do not accept. No signature is never good."
    ),
    Refused.TYPE_WRONG: lazy_gettext("This is a token of another kind. It was not made for acts like these."),
    Refused.KEY_UNKNOWN: lazy_gettext("It names a key that the login service does not have."),
    Refused.KEY_AMBIGUOUS: lazy_gettext("The login service has two keys of that name. We do not guess."),
    Refused.KEY_UNFIT: lazy_gettext("The key that it names is not for signatures like this one."),
    Refused.SIGNATURE_WRONG: lazy_gettext(
        "The signature does not belong to this text. Who changes one letter of it needs the key of the login service."
    ),
    Refused.CLAIM_MISSING: lazy_gettext("Something is missing that always stands in a token of ours."),
    Refused.CLAIM_MALFORMED: lazy_gettext("Something in it is not what it has to be."),
    Refused.ISSUER_WRONG: lazy_gettext(
        "Another says that they made it. We believe our own login service alone."
    ),
    Refused.AUDIENCE_WRONG: lazy_gettext(
        "It was not made for this website alone. A token for another website opens nothing here."
    ),
    Refused.EXPIRED: lazy_gettext("The token ended. A new login gives a new one."),
    Refused.NOT_YET_VALID: lazy_gettext("The token does not hold yet."),
    Refused.NONCE_WRONG: lazy_gettext("It answers a question that this website did not ask."),
    Refused.LOGIN_TOO_OLD: lazy_gettext("The login is too long ago for this."),
    Refused.ORIENTATION_WRONG: lazy_gettext(
        "It tells for whom in a way that is not ours. Who reads it could take the one for the other."
    ),
    Refused.REPRESENTATION_MISSING: lazy_gettext(
        "It does not say for whom. We never take that to mean: for yourself."
    ),
    Refused.REPRESENTATION_MALFORMED: lazy_gettext(
        "What it says of the permission cannot be read as one permission."
    ),
    Refused.REPRESENTATION_INCONSISTENT: lazy_gettext(
        "It contradicts itself: for whom, by which permission and how surely do not fit together."
    ),
    Refused.MANDATE_ENDED: lazy_gettext("The permission ended, although the token did not."),
    Refused.RESTRICTION_NOT_UNDERSTOOD: lazy_gettext(
        "The permission has a limit that we do not know. What we cannot keep to, we do not do."
    ),
    Refused.OUTSIDE_LIMITS: lazy_gettext(
        "This is outside what the permission allows: another case, day or amount."
    ),
    Refused.SERVICE_WRONG: lazy_gettext("The permission is for another service."),
    Refused.ACTION_NOT_ALLOWED: lazy_gettext("The permission does not allow this."),
    Refused.LOGIN_TOO_WEAK: lazy_gettext("The login is not sure enough for this service."),
    Refused.MANDATE_TOO_WEAK: lazy_gettext("The permission is not sure enough for this service."),
    Refused.INACTIVE: lazy_gettext(
        "The signature is good, but the login service says that it holds no more: it was stopped, or you logged out."
    ),
    Refused.ISSUER_UNAVAILABLE: lazy_gettext("We cannot ask the login service now. Then the answer is no."),
}
"""Every code that there is."""
