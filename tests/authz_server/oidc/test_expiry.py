"""What was handed out goes when nobody can tell the difference any more, and not a second earlier."""

import pytest

from authz_server.config.sections import LifetimeSettings
from authz_server.oidc import handed_out
from authz_server.oidc.authorization import Authorization
from authz_server.oidc.expiry import SWEEPS
from authz_server.worker.expiry import Round
from claims.assurance import Loa
from keys.storage import Database, Statement

LIVES = LifetimeSettings(
    code=60,
    id_token=300,
    access_token=900,
    refresh_idle=6 * 3600,
    refresh_total=24 * 3600,
    session_idle=1800,
    session_total=8 * 3600,
)
LEEWAY = 60


def sweep(database: Database, now: int, lives: LifetimeSettings = LIVES) -> dict[str, int]:
    one = Round(database, lives, sweeps=SWEEPS)
    while one.step(now=now):
        pass
    return {table.removeprefix("oidc_"): count for table, count in one.removed.items()}


def a_grant(database: Database, now: int, *, lives: LifetimeSettings = LIVES) -> str:
    """A grant as `/authorize` leaves it; its code."""
    granted = Authorization(
        grant_id=handed_out.new_grant_id(),
        client_id="c",
        session_id="s",
        acting="p2",
        login=Loa.SUBSTANTIAL,
        authenticator="p2-eid",
        auth_time=now,
        acr=Loa.SUBSTANTIAL.acr,
        scopes=("openid",),
        created_at=now,
    )
    code, secret_digest = handed_out.code_of(granted.grant_id)
    with database.writing() as db:
        handed_out.add_grant(
            db,
            granted,
            code_digest=secret_digest,
            code_expires_at=now + lives.code,
            redirect_uri="https://rp.example.nl/cb",
            code_challenge=None,
            expires_at=now + lives.refresh_total,
        )
    return code


def used(database: Database, code: str, now: int) -> str:
    grant_id = code[:22]
    with database.writing() as db:
        assert handed_out.use_code(db, grant_id, now=now)
    return grant_id


def is_known(database: Database, code: str) -> bool:
    with database.reading() as db:
        return handed_out.of_code(db, code) is not None


def test_a_code_that_nobody_redeemed_goes_when_it_has_expired(database: Database, now: int) -> None:
    code = a_grant(database, now)

    assert {} == sweep(database, now + LIVES.code + LEEWAY - 1)
    assert is_known(database, code)
    assert {"grants": 1} == sweep(database, now + LIVES.code + LEEWAY)
    assert not is_known(database, code)


def test_a_used_code_is_known_until_the_last_token_that_can_come_of_it_has_ended(
    database: Database, now: int
) -> None:
    code = a_grant(database, now)
    used(database, code, now)
    end = now + LIVES.refresh_total + LIVES.access_token + LEEWAY

    assert {} == sweep(database, end - 1)
    assert is_known(database, code)
    assert {"grants": 1} == sweep(database, end)


def test_a_grant_outlives_the_session_that_a_hint_may_name(database: Database, now: int) -> None:
    short = LIVES.model_copy(update={"refresh_idle": 600, "refresh_total": 600})
    code = a_grant(database, now, lives=short)
    used(database, code, now)
    end = now + short.session_total + LEEWAY

    assert {} == sweep(database, end - 1, short)
    assert {"grants": 1} == sweep(database, end, short)


def test_a_grant_that_was_ended_stays_as_long_as_any_other(database: Database, now: int) -> None:
    code = a_grant(database, now)
    grant_id = used(database, code, now)
    with database.writing() as db:
        handed_out.end_grant(db, grant_id, now=now + 1)

    assert {} == sweep(database, now + LIVES.refresh_total)
    assert is_known(database, code)


def test_an_access_token_goes_when_it_has_expired(database: Database, now: int) -> None:
    grant_id = used(database, a_grant(database, now), now)
    with database.writing() as db:
        handed_out.add_access_token(
            db, "token", jti="j", grant_id=grant_id, scope="openid", now=now, expires_at=now + 900
        )

    assert {} == sweep(database, now + 900 + LEEWAY - 1)
    assert {"access_tokens": 1} == sweep(database, now + 900 + LEEWAY)
    with database.reading() as db:
        assert handed_out.access_token(db, "token") is None


def test_a_refresh_token_that_nobody_used_goes_when_it_has_expired(database: Database, now: int) -> None:
    grant_id = used(database, a_grant(database, now), now)
    with database.writing() as db:
        handed_out.add_refresh_token(db, grant_id, now=now, expires_at=now + 3600)

    assert {} == sweep(database, now + 3600 + LEEWAY - 1)
    assert {"refresh_tokens": 1} == sweep(database, now + 3600 + LEEWAY)


def test_a_used_refresh_token_is_known_again_as_long_as_there_is_a_grant_to_end(
    database: Database, now: int
) -> None:
    grant_id = used(database, a_grant(database, now), now)
    with database.writing() as db:
        token = handed_out.add_refresh_token(db, grant_id, now=now, expires_at=now + 3600)
        found = handed_out.refresh_token(db, token)
        assert found is not None
        assert handed_out.use_refresh_token(db, found, now=now + 1)
    end = now + LIVES.refresh_total + LIVES.access_token + LEEWAY

    assert {} == sweep(database, end - 1)
    with database.reading() as db:
        assert handed_out.refresh_token(db, token) is not None
    assert {"grants": 1, "refresh_tokens": 1} == sweep(database, end)


def test_a_client_assertion_is_known_a_day_longer_whatever_the_clock_that_sweeps_says(
    database: Database, now: int
) -> None:
    with database.writing() as db:
        assert handed_out.spend_assertion(db, "c", "jti", expires_at=now + 630)

    for jumped_to in (now + 630, now + 3600, now + 630 + 86400 - 1):
        assert {} == sweep(database, jumped_to)
    with database.writing() as db:
        assert not handed_out.spend_assertion(db, "c", "jti", expires_at=now + 630)
    assert {"assertions": 1} == sweep(database, now + 630 + 86400)


@pytest.mark.parametrize("kept", ["oidc_clients", "oidc_resources"])
def test_registrations_are_not_swept(kept: str) -> None:
    assert kept not in {one.table for one in SWEEPS}


def test_nobody_pays_for_an_index_by_age(database: Database) -> None:
    """A login inserts into these tables; the broom walks along their primary keys."""
    with database.reading() as db:
        found = db.all(
            Statement(
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
                postgresql="SELECT indexname, tablename FROM pg_indexes WHERE indexname NOT LIKE 'pk_%'",
            )
        )

    assert set() == {name for name, table in found if table in {sweep.table for sweep in SWEEPS}}
