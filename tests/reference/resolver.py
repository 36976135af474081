"""The rules of representation once more: naive, slow, and written from docs/mandates.md alone.

It works on a world file as plain dictionaries, tries every chain of links there is, and asks every rule about
each. It shares no code with the packages, so that a mistake there is not a mistake here.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

Record = dict[str, Any]
Links = tuple[Record, ...]
Broken = tuple[str, int | None]

LEVELS = ["basic", "low", "substantial", "high"]
BINDS_ALONE = ["sole_signatory", "owner", "liquidator", "trustee"]
MAY_FOLLOW_DEATH = ["executor", "heir", "liquidator", "trustee"]
LONGEST_VISIT = 30 * 60
MOST_LINKS = 6
MOST_LINKS_EXPLAINED = 8
MOST_CHAINS_EXPLAINED = 100
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FOREVER = 1 << 60
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

# Section 3, the table of restrictions: what each takes out, besides acting for oneself.
TAKES_OUT = {
    "guardianship": {"by", "to"},
    "asset_administration": {"by"},
    "bankruptcy": {"by", "to", "binding"},
    "debt_restructuring": {"by", "to", "binding"},
    "suspension_of_payments": {"by", "binding"},
}

DEFAULTS: dict[str, Record] = {
    "parties": {
        "trade_names": [],
        "legal_form": None,
        "place": None,
        "identifiers": {},
        "branches": [],
        "born": None,
        "ceased_at": None,
        "signatories_serve_clients": True,
    },
    "services": {
        "accepts_self": False,
        "self_from_age": 16,
        "accepts_intermediaries": False,
        "bases": "*",
        "parents_until_age": 18,
        "understands": [],
        "offers_mandates": False,
    },
    "service_sets": {"sets": []},
    "mandates": {
        "branch": None,
        "limits": {},
        "further_intermediaries": 0,
        "clients": "none",
        "suspended": [],
        "revoked_at": None,
        "evidence": [],
    },
    "legal_relations": {"until": None, "source": None, "limits": {}},
    "restrictions": {"until": None, "source": None},
    "client_groups": {},
    "appointments": {"until": None},
    "blocks": {"until": None},
    "desk_appointments": {"until": None},
    "visits": {"basis": "desk", "actions": "*", "limits": {}},
}


def seconds(instant: str) -> int:
    """`2026-01-01T00:00:00Z` as seconds since 1970."""
    return int(datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def written(instant: int) -> str:
    """The reverse of `seconds`."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def reaches_age(born: str, age: int) -> int:
    """The first instant in Amsterdam of the day on which somebody reaches an age (R3)."""
    birth = date.fromisoformat(born)
    try:
        day = birth.replace(year=birth.year + age)
    except ValueError:
        day = date(birth.year + age, 3, 1)
    return int(datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).timestamp())


def folded(name: str) -> str:
    """R18: NFKD, combining marks removed, full case folding."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.category(sign).startswith("M")
    ).casefold()


def day_in_amsterdam(instant: int) -> str:
    """`2026-12-01`."""
    return datetime.fromtimestamp(instant, AMSTERDAM).date().isoformat()


def starts_of_days(instant: int) -> Iterator[int]:
    """The first instant of each day after that of `instant`."""
    day = date.fromisoformat(day_in_amsterdam(instant))
    while True:
        day += timedelta(days=1)
        yield int(datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).timestamp())


def is_among(day: str, days: list[str]) -> bool:
    """Whether a date, or a day of the week, is one of some days."""
    if day in WEEKDAYS:
        return day in days
    return day in days or WEEKDAYS[date.fromisoformat(day).weekday()] in days


def holds_then(days: set[str], instant: int) -> bool:
    return is_among(day_in_amsterdam(instant), sorted(days))


def in_week(day: str) -> int:
    return WEEKDAYS.index(day) if day in WEEKDAYS else 0


def told(limits: Record) -> str:
    """Limits as one text, by which they are put in order; nothing for none."""
    return json.dumps(limits, sort_keys=True) if limits else ""


class ReferenceWorld:
    """A world file with its defaults filled in, and the two questions one can ask of it."""

    def __init__(self, document: Record, visits: Iterable[Record] = ()) -> None:
        """`visits` to a desk stand in no world file: links of basis `desk`, from a person to who helps them."""
        self.document = document
        filled = {
            key: [{**defaults, **record} for record in document.get(key, [])]
            for key, defaults in DEFAULTS.items()
            if key != "visits"
        }
        for mandate in filled["mandates"]:
            mandate.setdefault("own_affairs", mandate["clients"] == "none")
        self.parties = {party["id"]: party for party in filled["parties"]}
        self.services = {service["id"]: service for service in filled["services"]}
        self.sets = {one["id"]: one for one in filled["service_sets"]}
        at_desks = [{**DEFAULTS["visits"], **visit} for visit in visits]
        self.links = filled["mandates"] + filled["legal_relations"] + at_desks
        self.restrictions = filled["restrictions"]
        self.groups = {group["id"]: group for group in filled["client_groups"]}
        self.blocks = filled["blocks"]

    def resolve(self, question: Record) -> Record:
        """Section 4: the line that `namens resolve --batch` prints for `question`."""
        asked = Asked(self, question)
        best: dict[tuple[str, str | None, str | None, str], tuple[Any, Record]] = {}
        for links in self.chains(asked.acting, MOST_LINKS):
            if asked.broken(links):
                continue
            answer, rank = asked.answer(links)
            key = (answer["represented"], answer["branch"], answer["through"], told(answer.get("limits", {})))
            if key not in best or rank < best[key][0]:
                best[key] = (rank, answer)
        answers = [answer for _, answer in best.values()]
        answers.sort(key=self._place)
        return {
            "self": asked.may_act_for_oneself(),
            "self_step_up": asked.step_up(),
            "representations": answers,
        }

    def judged(self, question: Record) -> dict[tuple[str, ...], tuple[list[Broken], Record]]:
        """Every chain to the acting person, with what it breaks and the answer that it gives otherwise."""
        asked = Asked(self, question)
        return {
            tuple(link["id"] for link in links): (asked.broken(links), asked.answer(links)[0])
            for links in self.chains(asked.acting, MOST_LINKS)
        }

    def link(self, id: str) -> Record:
        """The mandate or legal relation of that id."""
        [link] = [link for link in self.links if link["id"] == id]
        return link

    def explain(self, question: Record) -> dict[tuple[str, ...], list[Broken]]:
        """Every chain between the two with what it breaks: all of them, however many there are.

        The link of a rule is None where the text does not say which link breaks it.
        """
        asked = Asked(self, question)
        return {
            tuple(link["id"] for link in links): asked.broken(links)
            for links in self.chains(asked.acting, MOST_LINKS_EXPLAINED)
            if links[0]["represented"] == question["represented"]
        }

    def chains(self, acting: str, longest: int) -> Iterator[Links]:
        """Every chain of links, from any party, that ends at `acting` and meets no party twice."""

        def before(links: Links, met: frozenset[str]) -> Iterator[Links]:
            end = links[0]["represented"] if links else acting
            for link in self.links:
                if link["representative"] == end and link["represented"] not in met:
                    longer = (link, *links)
                    yield longer
                    if len(longer) < longest:
                        yield from before(longer, met | {link["represented"]})

        return before((), frozenset({acting}))

    def _place(self, answer: Record) -> tuple[Any, ...]:
        """R18: the order of the answers; null first in branch and through."""
        party = self.parties[answer["represented"]]
        branch, through = answer["branch"], answer["through"]
        return (
            folded(party["name"]),
            party["id"],
            (branch is not None, branch or ""),
            (through is not None, through or ""),
            told(answer.get("limits", {})),
        )


class Asked:
    """One question to one world, and what each rule says about a chain of links."""

    def __init__(self, world: ReferenceWorld, question: Record) -> None:
        self.world = world
        self.acting: str = question["acting"]
        self.service = world.services[question["service"]]
        self.at = seconds(question["at"])
        self.login: str = question["login_assurance"]
        self.authenticator = question.get("authenticator")
        self.actions: list[str] = question.get("actions") or []
        self.required = max(
            self.service["minimum_assurance"], question.get("minimum") or "basic", key=LEVELS.index
        )

    # What a single rule says: the links (from 1) that break it, or [None] for the path as a whole.

    def r1(self, links: Links) -> list[int | None]:
        between = [link["representative"] for link in links[:-1]]
        return [None] if any(self.kind(party) != "organisation" for party in between) else []

    def r2(self, links: Links) -> list[int | None]:
        met = self.met(links)
        return [None] if len(links) > MOST_LINKS or len(set(met)) < len(met) else []

    def r3(self, links: Links) -> list[int | None]:
        return [number for number, link in enumerate(links, 1) if not self.in_force(link)]

    def in_force(self, link: Record) -> bool:
        if not self.holds(link["from"], link["until"]):
            return False
        if at_desk(link) and self.at >= seconds(link["from"]) + LONGEST_VISIT:
            return False
        if any(self.holds(start, end) for start, end in link.get("suspended", [])):
            return False
        revoked_at = link.get("revoked_at")
        if revoked_at is not None and seconds(revoked_at) <= self.at:
            return False
        return self.at < self.end_of_parenthood(link)

    def end_of_parenthood(self, link: Record) -> int:
        if link.get("basis") != "parent":
            return FOREVER
        born = self.world.parties[link["represented"]]["born"]
        return FOREVER if born is None else reaches_age(born, self.service["parents_until_age"])

    def r4(self, links: Links) -> list[int | None]:
        mortal = self.met(links)
        if self.outlives_its_party(links):
            mortal = mortal[1:]
        return [None] if any(self.ceased_at(party) <= self.at for party in mortal) else []

    def outlives_its_party(self, links: Links) -> bool:
        return links[0].get("basis") in MAY_FOLLOW_DEATH

    def r5(self, links: Links) -> list[int | None]:
        return [
            number
            for number, link in enumerate(links, 1)
            if not self.covers(link["services"]) or not self.accepts(link)
        ]

    def accepts(self, link: Record) -> bool:
        """Whether the service takes such a link: a visit to a desk where it says so, whatever its bases are."""
        if at_desk(link):
            return "desk" in self.service["understands"]
        bases = self.service["bases"]
        return bases == "*" or link.get("basis", "mandate") in bases

    def r6(self, links: Links) -> list[int | None]:
        allowed = self.allowed(links)
        return [None] if not allowed or any(action not in allowed for action in self.actions) else []

    def allowed(self, links: Links) -> list[str]:
        return [
            action
            for action in self.service["actions"]
            if all(link["actions"] == "*" or action in link["actions"] for link in links)
        ]

    def r7(self, links: Links) -> list[int | None]:
        wrong_kind = self.kind(links[0]["represented"]) not in self.service["represented_kinds"]
        leads_to_one = any(
            is_mandate(link) and self.kind(link["representative"]) == "organisation" for link in links
        )
        after_one = any(
            binds_alone(link) and self.kind(link["representative"]) == "organisation" and is_mandate(after)
            for link, after in pairwise(links)
        )
        refused = (leads_to_one or after_one) and not self.service["accepts_intermediaries"]
        return [None] if wrong_kind or refused else []

    def r8(self, links: Links) -> list[int | None]:
        broken: list[int | None] = []
        for number, link in enumerate(links, 1):
            further = [
                after
                for after in links[number:]
                if is_mandate(after) and self.kind(after["representative"]) == "organisation"
            ]
            if is_mandate(link):
                allowed = link["further_intermediaries"]
            else:
                allowed = FOREVER if binds_alone(link) else 0
            if len(further) > allowed:
                broken.append(number)
        return broken

    def r9(self, links: Links) -> list[int | None]:
        client = links[0]["represented"]
        broken: list[int | None] = []
        if is_mandate(links[0]) and not links[0]["own_affairs"]:
            broken.append(1)
        broken += [number for number, link in enumerate(links[1:], 2) if not self.serves(link, client)]
        return broken

    def serves(self, link: Record, client: str) -> bool:
        if not is_mandate(link):
            return binds_alone(link) and bool(
                self.world.parties[link["represented"]]["signatories_serve_clients"]
            )
        clients = link["clients"]
        if isinstance(clients, str):
            return clients == "all"
        if client in clients.get("parties", []):
            return True
        groups = [self.world.groups[group] for group in clients.get("groups", [])]
        return any(
            group["organisation"] == link["represented"] and client in group["clients"] for group in groups
        )

    def r10(self, links: Links) -> list[int | None]:
        return [number for number, link in enumerate(links, 1) if link.get("basis") == "joint_signatory"]

    def r12(self, links: Links) -> list[int | None]:
        broken: list[int | None] = []
        if links[0].get("branch") is not None and "branch" not in self.service["understands"]:
            broken.append(1)
        # A later link's branch is one of another party than P (R2): it is on no path for P.
        broken += [number for number, link in enumerate(links[1:], 2) if link.get("branch") is not None]
        return broken

    def r14(self, links: Links) -> list[int | None]:
        return [None] if LEVELS.index(self.assurance(links)) < LEVELS.index(self.required) else []

    def assurance(self, links: Links) -> str:
        return min((link["assurance"] for link in links), key=LEVELS.index)

    def r19(self, links: Links) -> list[int | None]:
        return [
            number
            for number, link in enumerate(links, 1)
            if any(
                self.takes_out(restriction, link) and self.holds(restriction["from"], restriction["until"])
                for restriction in self.world.restrictions
            )
        ]

    def takes_out(self, restriction: Record, link: Record) -> bool:
        """Whether the restriction, once in force, takes this link out for this service."""
        if not self.covers(restriction["services"]):
            return False
        out = TAKES_OUT[restriction["kind"]]
        by = link["represented"] == restriction["party"]
        to = link["representative"] == restriction["party"]
        if is_mandate(link):
            return (by and "by" in out) or (to and "to" in out)
        if at_desk(link):
            return by and "by" in out
        return by and "binding" in out and link["basis"] in ("sole_signatory", "owner")

    def r20(self, links: Links) -> list[int | None]:
        return [
            number
            for number, link in enumerate(links, 1)
            if any(kind not in self.service["understands"] for kind in link["limits"])
        ]

    def r21(self, links: Links) -> list[int | None]:
        cases = {link["limits"]["case"] for link in links if "case" in link["limits"]}
        return [None] if len(cases) > 1 or self.days(links) == set() else []

    def days(self, links: Links) -> set[str] | None:
        """The days that all links have, of those that any of them could mean; None where none of them names days."""
        limited = [link["limits"]["days"] for link in links if "days" in link["limits"]]
        if not limited:
            return None
        dates = {day for days in limited for day in days if day not in WEEKDAYS}
        candidates = dates or set(WEEKDAYS)
        return {day for day in candidates if all(is_among(day, days) for days in limited)}

    def r22(self, links: Links) -> list[int | None]:
        return [
            number
            for number, link in enumerate(links, 1)
            if "days" in link["limits"] and not is_among(day_in_amsterdam(self.at), link["limits"]["days"])
        ]

    def limits(self, links: Links) -> Record:
        """What all links leave (R21)."""
        cases = sorted({link["limits"]["case"] for link in links if "case" in link["limits"]})
        amounts = [link["limits"]["amount"] for link in links if "amount" in link["limits"]]
        days = self.days(links)
        return {
            **({"case": cases[0]} if cases else {}),
            **({"amount": min(amounts, key=lambda one: float(one["value"]))} if amounts else {}),
            **({"days": sorted(days, key=lambda day: (in_week(day), day))} if days else {}),
        }

    def broken(self, links: Links) -> list[Broken]:
        """Every rule that takes the chain out, with the link that breaks it."""
        rules = {
            "R1": self.r1,
            "R2": self.r2,
            "R3": self.r3,
            "R4": self.r4,
            "R5": self.r5,
            "R6": self.r6,
            "R7": self.r7,
            "R8": self.r8,
            "R9": self.r9,
            "R10": self.r10,
            "R12": self.r12,
            "R14": self.r14,
            "R19": self.r19,
            "R20": self.r20,
            "R21": self.r21,
            "R22": self.r22,
        }
        return [(name, link) for name, rule in rules.items() for link in rule(links)]

    # What a path that breaks no rule gives.

    def answer(self, links: Links) -> tuple[Record, Any]:
        """The answer that the path gives, and its rank: the lowest is given (R15)."""
        assurance = self.assurance(links)
        effective = min(assurance, self.login, key=LEVELS.index)
        actions = self.allowed(links)
        other_means = any(self.stops(block, links, self.at) for block in self.world.blocks)
        until = self.until(links)
        path = [link["id"] for link in links]
        answer = {
            "represented": links[0]["represented"],
            "branch": links[0].get("branch"),
            "through": links[-1]["represented"] if len(links) > 1 else None,
            "path": path,
            "intermediaries": [link["representative"] for link in links[:-1]],
            "assurance": assurance,
            "effective_assurance": effective,
            "step_up": self.step_up(),
            "other_means": other_means,
            "actions": actions,
            "until": None if until == FOREVER else written(until),
        }
        if limits := self.limits(links):
            answer["limits"] = limits
        rank = (
            other_means,
            -LEVELS.index(effective),
            -len(actions),
            -LEVELS.index(assurance),
            len(links),
            -until,
            path,
        )
        return answer, rank

    def stops(self, block: Record, links: Links, at: int | None) -> bool:
        """Whether the block is for this question and an organisation of the path; at `at`, or at any time."""
        return (
            self.authenticator is not None
            and block["authenticator"] == self.authenticator
            and block["person"] == self.acting
            and block["organisation"] in self.met(links)
            and (at is None or self.holds(block["from"], block["until"]))
        )

    def until(self, links: Links) -> int:
        """R16: the earliest instant after `at` at which something of this path ends."""
        ends: list[int] = [FOREVER]
        for link in links:
            if link["until"] is not None:
                ends.append(seconds(link["until"]))
            ends += [seconds(start) for start, _ in link.get("suspended", [])]
            if link.get("revoked_at") is not None:
                ends.append(seconds(link["revoked_at"]))
            ends.append(self.end_of_parenthood(link))
            ends += [
                seconds(restriction["from"])
                for restriction in self.world.restrictions
                if self.takes_out(restriction, link)
            ]
        mortal = self.met(links)[1:] if self.outlives_its_party(links) else self.met(links)
        ends += [self.ceased_at(party) for party in mortal]
        days = self.days(links)
        if days:
            ends.append(next(start for start in starts_of_days(self.at) if not holds_then(days, start)))
        ends += [seconds(block["from"]) for block in self.world.blocks if self.stops(block, links, None)]
        return min(end for end in ends if end > self.at)

    def step_up(self) -> str | None:
        """R14, and R17's `self_step_up`: the level required, where the login is below it."""
        return self.required if LEVELS.index(self.login) < LEVELS.index(self.required) else None

    def may_act_for_oneself(self) -> bool:
        """R17."""
        person = self.world.parties[self.acting]
        return (
            self.service["accepts_self"]
            and "person" in self.service["represented_kinds"]
            and self.ceased_at(self.acting) > self.at
            and (
                person["born"] is None
                or reaches_age(person["born"], self.service["self_from_age"]) <= self.at
            )
            and not any(
                restriction["party"] == self.acting
                and self.covers(restriction["services"])
                and self.holds(restriction["from"], restriction["until"])
                for restriction in self.world.restrictions
            )
        )

    # Words that several rules use.

    def kind(self, party: str) -> str:
        return str(self.world.parties[party]["kind"])

    def met(self, links: Links) -> list[str]:
        """The parties of the path, the represented and the acting one included."""
        return [links[0]["represented"], *(link["representative"] for link in links)]

    def ceased_at(self, party: str) -> int:
        ceased_at = self.world.parties[party]["ceased_at"]
        return FOREVER if ceased_at is None else seconds(ceased_at)

    def covers(self, services: Any) -> bool:
        if services == "*":
            return True
        if isinstance(services, dict):
            if "set" in services:
                return self.lies_in(services["set"])
            return bool(services["provider"] == self.service["provider"])
        return self.service["id"] in services

    def lies_in(self, set_id: str) -> bool:
        """Whether the service lies in that set, or in one that lies in it (R23)."""
        one = self.world.sets[set_id]
        return self.service["id"] in one["services"] or any(self.lies_in(inner) for inner in one["sets"])

    def holds(self, start: str, end: str | None) -> bool:
        """Whether the half-open period contains the question's instant."""
        return seconds(start) <= self.at and (end is None or self.at < seconds(end))


def is_mandate(link: Record) -> bool:
    return "basis" not in link


def at_desk(link: Record) -> bool:
    """A visit to a desk: nobody gave it, and no law does."""
    return link.get("basis") == "desk"


def binds_alone(link: Record) -> bool:
    return link.get("basis") in BINDS_ALONE
