"""Why something cannot be given has its own words in both languages, each with the service that it is about."""

import pytest

from authz_server.i18n import speaking
from authz_server.portal.offer_words import fault_words
from claims.granting import Fault, WhyNot


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reason_has_words_of_its_own(language: str) -> None:
    with speaking(language):
        told = [fault_words([Fault(why)], {}) for why in WhyNot]

    assert len(WhyNot) == len({words for (words,) in told})
    assert not [words for (words,) in told if "%" in words]
