"""Every code with which something is refused stands in `docs/refusals.md`."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from authz_server import pages
from authz_server.api.refusing import Refusal
from authz_server.login.accounts import AccountRefusal
from authz_server.oidc.refusing import PageCause
from claims.lists.faults import FaultCode as ListFaultCode
from claims.register import (
    addresses,
    appointing,
    asking,
    changing,
    letters,
    means,
    offer_judging,
    renewing,
    team_rights,
    visits,
)
from claims.register.breaches import Breach
from claims.register.client_references import NotKept
from claims.worldfile import FaultCode
from keys.rotation import NotWithdrawn

ROOT = Path(__file__).parent.parent.parent
DOCUMENTED = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/refusals.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "codes",
    [
        AccountRefusal,
        PageCause,
        Refusal,
        addresses.NotAddressed,
        asking.Why,
        changing.Why,
        appointing.Why,
        means.Why,
        letters.NotAsked,
        offer_judging.Why,
        visits.NotOpened,
        Breach,
        FaultCode,
        ListFaultCode,
        NotKept,
        NotWithdrawn,
        renewing.Why,
        team_rights.Why,
    ],
    ids=str,
)
def test_every_code_of_the_program_is_told_of(codes: type[StrEnum]) -> None:
    assert {code.value for code in codes} <= DOCUMENTED


def test_every_code_of_a_command_is_told_of() -> None:
    used = set()
    for file in (ROOT / "authz_server/commands").glob("*.py"):
        used |= set(re.findall(r"Refused\(\s*\"([a-z_]+)\"", file.read_text(encoding="utf-8")))

    assert len(used) > 10
    assert used <= DOCUMENTED, used - DOCUMENTED


def test_every_code_of_a_page_is_told_of() -> None:
    assert set(pages._MESSAGES) <= DOCUMENTED
