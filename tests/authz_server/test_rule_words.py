"""Every refusal has words: for the person with the next step, for the service provider, and for the operator."""

import pytest

from authz_server.rule_words import HEARD_BY_PROVIDER, WORDS, in_both_languages
from claims.refusals import Rule

NEVER = (
    "overleden",
    "faill",
    "curatele",
    "bewind",
    "rechter",
    "died",
    "death",
    "bankrupt",
    "guardian",
    "court",
)


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_words_in_both_languages_and_a_next_step(rule: Rule) -> None:
    words = WORDS[rule]

    for text in (words.person, words.step):
        both = in_both_languages(text)
        assert both["nl"] != both["en"]
        assert all(one.endswith(".") for one in both.values())
        assert not [word for word in NEVER for one in both.values() if word in one.casefold()]
        assert rule.value not in both["nl"].split()
    assert words.operator.endswith(".")


def test_a_death_and_a_restriction_read_the_same_and_no_others_do() -> None:
    read = {rule: (words.person, words.step) for rule, words in WORDS.items()}

    assert read[Rule.R4] == read[Rule.R19]
    assert len(Rule) - 1 == len(set(read.values()))
    assert len(Rule) == len({words.operator for words in WORDS.values()})


def test_a_service_provider_hears_the_same_of_all() -> None:
    assert "access_denied (no_representation)" == HEARD_BY_PROVIDER
