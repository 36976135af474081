"""What a notice says: that something changed, never what, and nothing to click on.

Dutch or English where it is known which somebody reads; else Dutch first, and the English below.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from authz_server.i18n import LANGUAGES, gettext, said, speaking
from claims.parties import Party, PartyKind, cleaned
from claims.register.notices import Occasion
from claims.register.outbox import Notice

__all__ = [
    "Letter",
    "Message",
    "by_mail_now_message",
    "code_message",
    "left_message",
    "letter_message",
    "notice_message",
]

_: Final = str  # marks what is to be translated: the language is known when it is said

_SUBJECT: Final = _("%(operator)s: something changed")
_SUBJECT_SOON: Final = _("%(operator)s: something will change soon")
_OWN: Final = _("Something changed in a permission that you gave or were given.")
_OWN_SOON: Final = _("A permission that you gave or were given will change soon.")
_OF_PARTY: Final = _("Something changed in a permission that %(party)s gave or was given.")
_OF_PARTY_SOON: Final = _("A permission that %(party)s gave or was given will change soon.")
_OF_ANOTHER: Final = _("Something changed in a permission of somebody for whom you arrange this.")
_OF_ANOTHER_SOON: Final = _("A permission of somebody for whom you arrange this will change soon.")
_AT_DESK: Final = _(
    "Somebody at a desk acted for you. When you were there yourself, you need not do anything."
)
_AT_DESK_OF: Final = _("Somebody at a desk acted for somebody for whom you arrange this.")
_SUBJECT_WAITS: Final = _("%(operator)s: something waits for you")
_WAITS: Final = _("Somebody asks you something, or offers you something, and waits for your answer.")
_WAITS_OF_PARTY: Final = _("Somebody waits for an answer of %(party)s.")
_WAITS_OF_ANOTHER: Final = _("Somebody waits for an answer of somebody for whom you arrange this.")
_WHERE: Final = _(
    "What it is, you see on your own page at %(operator)s. Go there yourself, as you always do. There is no link in this"
    " message: we never ask you to log in by a link."
)
_WRONG: Final = _(
    "Do you not know the person who helps, or is something wrong? On your page you can stop everything at once. If you"
    " cannot log in, ask %(operator)s for help."
)
_CODE_SUBJECT: Final = _("%(operator)s: your code")
_CODE: Final = _(
    "Your code is %(code)s. Type it on the page where you filled in this mail address. It works once, for one hour."
)
_CODE_NEVER: Final = _(
    "Does somebody call or mail you for this code? Do not give it. Did you not ask for it? Then you need not do anything."
)
_LEFT_SUBJECT: Final = _("%(operator)s: another mail address")
_LEFT: Final = _(
    "From now on we mail you at another address, or not any more. This is the last message to this one."
)
_BY_MAIL_SUBJECT: Final = _("%(operator)s: we mail you from now on")
_BY_MAIL: Final = _(
    "From now on we mail you when something changes, and send no letter. You said so on your page."
)
_LEFT_WRONG: Final = _(
    "Was it not you? Ask %(operator)s for help, and stop what you do not know on your own page."
)
_LETTER_SUBJECT: Final = _("%(operator)s: may somebody arrange something for you?")
_LETTER_ASKS: Final = _("%(helper)s wants to arrange this for you:")
_LETTER_YES: Final = _(
    "Do you want that? Then give %(helper)s this code: %(code)s. Nobody else can use it. It works once, until and including"
    " %(day)s. You can end the permission on any day."
)
_LETTER_NO: Final = _(
    "Do you not want it, or do you not know %(helper)s? Then give nobody the code. You need not do anything: without the code"
    " nothing happens. Do you want to be sure? Tell %(operator)s that you refuse, and mention %(offer)s. Then the code works"
    " no more."
)
_LETTER_NEVER: Final = _(
    "We never ask you for this code ourselves: not by telephone, by mail or at the door."
)


_Said = tuple[str, dict[str, str]]  # a text, and what is filled in


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a line and a text."""

    subject: str
    text: str


def notice_message(
    notices: Iterable[Notice], recipient: Party, *, operator: str, language: str | None
) -> Message:
    """One message for all of these notices to `recipient`. Nobody else is named in it."""
    told = list(notices)
    desks = {one.subject == recipient.id for one in told if one.change == Occasion.AT_DESK}
    waits = {one.subject == recipient.id for one in told if one.change == Occasion.WAITS}
    sides = {
        (one.subject == recipient.id, one.change == Occasion.ENDS_SOON)
        for one in told
        if one.change not in (Occasion.AT_DESK, Occasion.WAITS)
    }
    person = recipient.kind is PartyKind.PERSON
    own = (_OWN, _OWN_SOON) if person else (_OF_PARTY, _OF_PARTY_SOON)
    whose = {} if person else {"party": cleaned(recipient.name)}
    lines: list[_Said] = []
    for theirs, soon, line in (
        (True, False, (own[0], whose)),
        (False, False, (_OF_ANOTHER, {})),
        (True, True, (own[1], whose)),
        (False, True, (_OF_ANOTHER_SOON, {})),
    ):
        if (theirs, soon) in sides:
            lines.append(line)
    lines += [(_AT_DESK if own_desk else _AT_DESK_OF, {}) for own_desk in sorted(desks, reverse=True)]
    waits_own = (_WAITS, {}) if person else (_WAITS_OF_PARTY, whose)
    lines += [waits_own if theirs else (_WAITS_OF_ANOTHER, {}) for theirs in sorted(waits, reverse=True)]
    subject = _SUBJECT
    if not desks and all(soon for _theirs, soon in sides):
        subject = _SUBJECT_WAITS if waits else _SUBJECT_SOON
    return _message(subject, [*lines, (_WHERE, {}), (_WRONG, {})], operator, language)


def code_message(code: str, *, operator: str, language: str | None) -> Message:
    """The code with which somebody shows that a mail address is theirs."""
    return _message(_CODE_SUBJECT, [(_CODE, {"code": code}), (_CODE_NEVER, {})], operator, language)


def left_message(*, operator: str, language: str | None) -> Message:
    """To the address that was somebody's: it is no more."""
    return _message(_LEFT_SUBJECT, [(_LEFT, {}), (_LEFT_WRONG, {})], operator, language)


def by_mail_now_message(*, operator: str) -> Message:
    """The letter to who is mailed from now on."""
    return _message(_BY_MAIL_SUBJECT, [(_BY_MAIL, {}), (_LEFT_WRONG, {})], operator, None)


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """What a letter with a code is about. `lines` says in a language, in the words of the pages, what it will be (G11)."""

    helper: str
    code: str
    offer: str
    lines: Callable[[], Sequence[str]]
    day: Callable[[], str]


def letter_message(letter: Letter, *, operator: str) -> Message:
    """The letter to who cannot log in: who asks, for what, the code, and how to refuse (G6a)."""
    helper = cleaned(letter.helper)
    texts, subjects = [], []
    for one in LANGUAGES:
        with speaking(one):
            told = {
                "helper": helper,
                "code": letter.code,
                "offer": letter.offer,
                "day": letter.day(),
                "operator": cleaned(operator),
            }
            paragraphs = [
                gettext(_LETTER_ASKS, **told),
                *(f"  {cleaned(line)}" for line in letter.lines()),
                gettext(_LETTER_YES, **told),
                gettext(_LETTER_NO, **told),
                gettext(_LETTER_NEVER, **told),
                cleaned(operator),
            ]
            texts.append("\n\n".join(paragraphs))
            subjects.append(gettext(_LETTER_SUBJECT, **told))
    subjects[1:] = [one.removeprefix(f"{cleaned(operator)}: ") for one in subjects[1:]]
    return Message(" · ".join(subjects), "\n\n--\n\n".join(texts) + "\n")


def _message(subject: str, paragraphs: list[_Said], operator: str, language: str | None) -> Message:
    operator = cleaned(operator)
    languages = ("nl", "en") if language is None else (language,)
    texts = []
    subjects = []
    for one in languages:
        told = [said(text, one, operator=operator, **values) for text, values in paragraphs]
        texts.append("\n\n".join([*told, operator]))
        subjects.append(said(subject, one, operator=operator))
    if len(subjects) > 1:
        subjects[1] = subjects[1].removeprefix(f"{operator}: ")
    return Message(" · ".join(subjects), "\n\n--\n\n".join(texts) + "\n")
