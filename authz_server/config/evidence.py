"""The evidence policy as a setting: what a mandate must be given on to be how sure (G4, `claims.evidence`)."""

from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from authz_server.config.sections import Section
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY, Fact, Policy, policy_of

__all__ = ["EvidenceSettings", "proves_nobody"]

_LONGEST: Final = 2000  # characters
# What shows who somebody is. Without one of these a level above low says no more than that somebody said so.
_PROVE: Final = frozenset({Fact.LOGIN_SUBSTANTIAL, Fact.LOGIN_HIGH, Fact.DESK_DOCUMENT, Fact.NOTARIAL_DEED})


def _in_one_text(value: object) -> object:
    """Sets as a list of lists, in the one form that a setting has."""
    if not isinstance(value, list) or not all(isinstance(one, list) for one in value):
        return value
    return ", ".join("+".join(str(fact) for fact in one) or "+" for one in value)


def _by_default(level: Loa) -> str:
    """What the rule itself says, in the order of its words."""
    sets = (needed for of, needed in DEFAULT_POLICY if of is level)
    return ", ".join("+".join(fact for fact in Fact if fact in needed) for needed in sets)


def _sets(text: str) -> list[list[str]]:
    return [[fact.strip() for fact in one.split("+")] for one in text.split(",") if one.strip()]


Sets = Annotated[str, BeforeValidator(_in_one_text), Field(max_length=_LONGEST)]


class EvidenceSettings(Section):
    """For each level the sets of evidence of which one is enough, `+` between what a set holds; empty: nothing is."""

    low: Sets = _by_default(Loa.LOW)
    substantial: Sets = _by_default(Loa.SUBSTANTIAL)
    high: Sets = _by_default(Loa.HIGH)

    @field_validator("low", "substantial", "high")
    @classmethod
    def _is_known(cls, text: str, info: ValidationInfo) -> str:
        policy_of({str(info.field_name): _sets(text)})  # ValueError says which word is none
        return text

    @model_validator(mode="after")
    def _some_level_is_reached(self) -> Self:
        if not self.policy:
            raise ValueError("no evidence supports any level: nobody could give a mandate")
        return self

    @property
    def policy(self) -> Policy:
        """The policy, as the register judges by it."""
        return policy_of({word: _sets(text) for word, text in self.model_dump().items()})


def proves_nobody(settings: EvidenceSettings) -> list[str]:
    """The levels above *low* that are reached by a set of which nothing shows who somebody is."""
    return [
        level.word
        for level in (Loa.SUBSTANTIAL, Loa.HIGH)
        if any(of is level and not needed & _PROVE for of, needed in settings.policy)
    ]
