"""What a mandate rests on, in words for both sides. How an offer came to it stands in its history already."""

from collections.abc import Iterator

from authz_server.i18n import day, gettext
from claims.mandates import Evidence

__all__ = ["evidence_words"]


def evidence_words(evidence: tuple[Evidence, ...]) -> list[dict[str, str | None]]:
    """A line for each piece that somebody looked at, with its digest where it is a document."""
    return [
        {"words": ", ".join(_of(one)), "digest": one.digest} for one in evidence if one.kind != "register"
    ]


def _of(one: Evidence) -> Iterator[str]:
    match one.kind:
        case "document":
            yield gettext("a signed document")
        case "desk":
            yield gettext("an identity document, shown at a desk")
        case "notarial_deed":
            yield gettext("a notarial deed")
        case _:
            yield gettext("what was said")
    yield one.reference
    if one.verifier is not None:
        yield gettext("looked at by %(verifier)s", verifier=one.verifier)
    if one.at is not None:
        yield day(one.at)
