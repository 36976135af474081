"""What each service of the try-out world shows and asks: the fields of its form, and what stands in its file.

Nothing of it is real; it is there so that the websites look like those that people know.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from authz_server.demo.speech import Lazy, day, lazy_gettext
from authz_server.demo.words import euros
from claims.instants import Instant
from claims.verify import Limits

__all__ = ["COUNTERS", "FILLED_IN", "Counter", "Entry", "Field"]

FILLED_IN: Final = frozenset({"prepare", "submit", "apply", "change"})
"""The actions for which the form is read."""
_WRITTEN: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?", re.ASCII)
_LONGEST: Final = 100
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `sample` is what stands in it at first, `options` what can be picked (value, words)."""

    name: str
    label: Lazy
    kind: Literal["amount", "text", "choice"]
    sample: str
    options: tuple[tuple[str, Lazy], ...] = ()

    def fault(self, typed: str) -> Lazy | None:
        """What is wrong with what was typed."""
        if self.kind == "choice":
            return None if typed in dict(self.options) else lazy_gettext("Pick one of the list.")
        if self.kind == "amount":
            return (
                None
                if cents_of(typed) is not None
                else lazy_gettext("Write an amount in euro, as in 1250,00.")
            )
        good = typed.strip() and typed.isprintable() and len(typed) <= _LONGEST
        return None if good else lazy_gettext("Write something here, a hundred signs at the most.")

    def shown(self, typed: str) -> str:
        """What was typed, as a page tells it."""
        if self.kind == "choice":
            return str(dict(self.options).get(typed, typed))
        cents = cents_of(typed) if self.kind == "amount" else None
        return typed if cents is None else euros(cents)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of somebody's file: what, when, how much and how it stands."""

    what: str
    at: str
    amount: str
    state: str


@dataclass(frozen=True, slots=True)
class Counter:
    """One service: what it is about, its form, and the lines that stand in everybody's file (days ago, euros)."""

    about: Lazy
    file: Lazy
    form: Lazy
    fields: tuple[Field, ...]
    past: tuple[tuple[Lazy, int, int | None, Lazy], ...]

    def narrowed(self, limits: Limits) -> "Counter":
        """The same for who may do this in one case, or up to an amount: the form asks which, and how much."""
        missing = [
            field
            for field, limit in ((_CASE, limits.case), (_AMOUNT, limits.amount))
            if limit is not None and all(field.name != one.name for one in self.fields)
        ]
        return replace(self, fields=(*self.fields, *missing))

    def read(self, sent: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
        """What was filled in; what a form did not hold stays as it was."""
        return {one.name: sent.get(one.name, before.get(one.name, one.sample)) for one in self.fields}

    def faults(self, values: Mapping[str, str]) -> dict[str, Lazy]:
        """What is wrong, by field."""
        found = {one.name: one.fault(values[one.name]) for one in self.fields}
        return {name: fault for name, fault in found.items() if fault is not None}

    def told(self, values: Mapping[str, str]) -> list[tuple[str, str]]:
        """What was filled in, by the words of each field."""
        return [(str(one.label), one.shown(values[one.name])) for one in self.fields if one.name in values]

    def entries(self, whose: str, now: Instant) -> list[Entry]:
        """What stands in the file of one party: other amounts for another, the same each time."""
        share = 60 + hashlib.sha256(whose.encode()).digest()[0] % 80
        return [
            Entry(
                what=str(what),
                at=day(now - ago * _DAY),
                amount="" if amount is None else euros(amount * share),
                state=str(state),
            )
            for what, ago, amount, state in self.past
        ]


def cents_of(typed: str) -> int | None:
    """An amount as people type it, in cents; None for what is none."""
    bare = typed.strip().removeprefix("€").strip()
    if "," in bare:  # as Dutch has it: 1.250,00
        bare = bare.replace(".", "").replace(",", ".")
    if not _WRITTEN.fullmatch(bare):
        return None
    whole, _, rest = bare.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


_PAID: Final = lazy_gettext("Paid")
_HANDLED: Final = lazy_gettext("Dealt with")
_COSTS: Final = lazy_gettext("What it costs, in euro")
_CASE: Final = Field("case", lazy_gettext("Number of the case"), "text", "Z-2026-0417")
_AMOUNT: Final = Field("amount", lazy_gettext("For which amount, in euro?"), "amount", "0,00")
_ADDRESS: Final = Field(
    "address", lazy_gettext("Address of the building"), "text", "Molenweg 12, Voorbeeldstad"
)

COUNTERS: Final[Mapping[str, Counter]] = {
    "vat-return": Counter(
        lazy_gettext("Tell us each quarter how much VAT you asked of your customers, and how much you paid."),
        lazy_gettext("Your VAT returns"),
        lazy_gettext("A new VAT return"),
        (
            Field(
                "quarter",
                lazy_gettext("Over which quarter?"),
                "choice",
                "3",
                (
                    ("1", lazy_gettext("January, February and March")),
                    ("2", lazy_gettext("April, May and June")),
                    ("3", lazy_gettext("July, August and September")),
                    ("4", lazy_gettext("October, November and December")),
                ),
            ),
            Field("turnover", lazy_gettext("What you sold, without VAT, in euro"), "amount", "48.250,00"),
            Field("owed", lazy_gettext("VAT on that, in euro"), "amount", "10.132,50"),
            Field("paid", lazy_gettext("VAT that you paid yourself, in euro"), "amount", "3.120,00"),
        ),
        (
            (lazy_gettext("VAT return, the quarter before"), 121, 7012, _PAID),
            (lazy_gettext("VAT return, half a year ago"), 212, 5587, _PAID),
            (lazy_gettext("Letter: a new form from January"), 240, None, lazy_gettext("Read")),
        ),
    ),
    "income-tax": Counter(
        lazy_gettext("Tell us once a year what you earned, what you own and what you may take off."),
        lazy_gettext("Your income tax returns"),
        lazy_gettext("A new income tax return"),
        (
            Field("income", lazy_gettext("Wages, pension or benefit, in euro"), "amount", "24.380,00"),
            Field("savings", lazy_gettext("Savings on 1 January, in euro"), "amount", "8.900,00"),
            Field("care", lazy_gettext("Costs of care that nobody paid back, in euro"), "amount", "412,00"),
            Field("gifts", lazy_gettext("Gifts to a good cause, in euro"), "amount", "75,00"),
        ),
        (
            (lazy_gettext("Income tax return, last year"), 205, 412, lazy_gettext("Paid back to you")),
            (lazy_gettext("Income tax return, the year before"), 571, 358, lazy_gettext("Paid back to you")),
        ),
    ),
    "energy-label": Counter(
        lazy_gettext("A label tells how economical a building is. Whoever sells or lets one needs it."),
        lazy_gettext("Your labels"),
        lazy_gettext("Apply for a label"),
        (
            _ADDRESS,
            Field("built", lazy_gettext("Built in the year"), "text", "1974"),
            Field(
                "heating",
                lazy_gettext("How is it heated?"),
                "choice",
                "gas",
                (
                    ("gas", lazy_gettext("With a boiler on gas")),
                    ("pump", lazy_gettext("With a heat pump")),
                    ("town", lazy_gettext("With heat from the town")),
                ),
            ),
        ),
        ((lazy_gettext("Label C, Dorpsstraat 4"), 900, None, lazy_gettext("Holds ten years")),),
    ),
    "permit": Counter(
        lazy_gettext("Do you build or rebuild? For many works you need a permit of the town first."),
        lazy_gettext("Your cases"),
        lazy_gettext("Your application"),
        (
            _CASE,
            _ADDRESS,
            Field(
                "works",
                lazy_gettext("What do you build?"),
                "choice",
                "dormer",
                (
                    ("dormer", lazy_gettext("A dormer")),
                    ("annexe", lazy_gettext("A part that is built on")),
                    ("hall", lazy_gettext("A business hall")),
                ),
            ),
            Field("costs", _COSTS, "amount", "38.000,00"),
        ),
        (
            (lazy_gettext("Case Z-2026-0417: asked for in advance"), 34, None, lazy_gettext("You can apply")),
            (lazy_gettext("Case Z-2024-1188: a fence"), 760, 420, lazy_gettext("Permit given")),
        ),
    ),
    "benefit": Counter(
        lazy_gettext("For costs that you really must make and cannot pay: ask the town for help."),
        lazy_gettext("Your applications"),
        lazy_gettext("A new application"),
        (
            Field(
                "reason",
                lazy_gettext("What do you need it for?"),
                "choice",
                "washing",
                (
                    ("washing", lazy_gettext("A broken washing machine")),
                    ("glasses", lazy_gettext("New glasses")),
                    ("moving", lazy_gettext("Moving house")),
                ),
            ),
            Field("costs", _COSTS, "amount", "389,00"),
        ),
        ((lazy_gettext("Help with new glasses"), 410, 189, _PAID),),
    ),
    "payroll": Counter(
        lazy_gettext("Tell us each month what your people earned, so that they are insured."),
        lazy_gettext("What you told us"),
        lazy_gettext("The past month"),
        (
            Field("people", lazy_gettext("How many people worked for you?"), "text", "12"),
            Field("wages", lazy_gettext("What they earned together, in euro"), "amount", "36.480,00"),
        ),
        (
            (lazy_gettext("The month before"), 36, 36120, _HANDLED),
            (lazy_gettext("Two months ago"), 66, 35740, _HANDLED),
        ),
    ),
    "policy": Counter(
        lazy_gettext("See what is insured with us, and adapt for how much."),
        lazy_gettext("Your policies"),
        lazy_gettext("Adapt a policy"),
        (
            Field(
                "policy",
                lazy_gettext("Which policy?"),
                "choice",
                "fire",
                (
                    ("fire", lazy_gettext("Fire: building and stock")),
                    ("liability", lazy_gettext("Damage that you do to others")),
                    ("van", lazy_gettext("The delivery van")),
                ),
            ),
            Field("amount", lazy_gettext("Insured for which amount, in euro?"), "amount", "7.500,00"),
        ),
        (
            (lazy_gettext("Fire: building and stock"), 300, 250_000, lazy_gettext("Holds")),
            (lazy_gettext("Damage that you do to others"), 300, 1_000_000, lazy_gettext("Holds")),
            (lazy_gettext("The delivery van"), 120, 24_000, lazy_gettext("Holds")),
        ),
    ),
    "record": Counter(
        lazy_gettext("See your visits, results and medicines. Only you see them, and who may do so for you."),
        lazy_gettext("From the record"),
        lazy_gettext("From the record"),
        (),
        (
            (lazy_gettext("Visit to the heart clinic"), 18, None, lazy_gettext("Letter sent to the doctor")),
            (lazy_gettext("Blood test"), 32, None, lazy_gettext("All is well")),
            (lazy_gettext("Medicine: one tablet each morning"), 200, None, lazy_gettext("Still used")),
        ),
    ),
}
"""By the id of the service in the try-out world."""
