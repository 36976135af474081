"""What an answer to a hostile request may be."""

import json
import re

from tests.hostile.wire import Seen

__all__ = ["sane"]

STATUSES = {
    200,
    201,
    204,
    206,
    302,
    303,
    304,
    308,
    400,
    401,
    403,
    404,
    405,
    409,
    410,
    411,
    413,
    414,
    415,
    416,
}
STATUSES |= {421, 422, 429, 431}
# RFC 6749 5.2: what error and error_description may hold
_TOLD = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")
_HEADER = re.compile(r"[\x20-\x7e]*")


def sane(seen: Seen, *, homes: tuple[str, ...]) -> None:
    """An OAuth error, a page, or a plain refusal; nothing that was sent comes back to do harm. `homes`: redirects."""
    assert seen.status in STATUSES, (seen.status, seen.text[:300])
    assert b"<script>alert" not in seen.body
    assert b"Traceback" not in seen.body
    for name, value in seen.headers:
        assert _HEADER.fullmatch(value), (name, value)
        assert "evil.example" not in value or name == "Location"
    location = seen.header("Location")
    if location is not None:
        assert location.startswith(homes), location
        assert not location.startswith(("//", "/\\")), location
    if (
        seen.status >= 400
        and (seen.header("Content-Type") or "").startswith("application/json")
        and seen.body
    ):
        told = json.loads(seen.body)
        assert told["error"]
        for member in ("error", "error_description"):
            assert _TOLD.fullmatch(told.get(member, "")), told
