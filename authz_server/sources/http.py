"""A source register asked over HTTP, as `docs/source-registers.md` describes it, within bounds.

The party is named in the body of a POST, never in the address: addresses are logged by whoever stands in between.
"""

import json
from typing import Final

from claims import strict_json
from claims.identifiers import Identifier
from claims.sources.reading import read_answer
from claims.sources.told import Answer, NoAnswer, NoAnswerReason, SourceRegister
from keys.fetching import Bounds, NotFetched, NotFetchedReason, fetch

__all__ = ["HttpSource"]

_REASONS: Final = {
    NotFetchedReason.TIMEOUT: NoAnswerReason.TIMEOUT,
    NotFetchedReason.TOO_LARGE: NoAnswerReason.TOO_LARGE,
    NotFetchedReason.STATUS: NoAnswerReason.STATUS,
    NotFetchedReason.NOT_HTTP: NoAnswerReason.NOT_UNDERSTOOD,
}
_MOST_FAULTS: Final = 10


class HttpSource:
    """One source register at `url`; `bounds` say what an answer may cost."""

    def __init__(self, source: SourceRegister, url: str, token: str | None, bounds: Bounds) -> None:
        self._source: Final = source
        self._url: Final = url
        self._bounds: Final = bounds
        self._headers: Final = {"Content-Type": "application/json"} | (
            {} if token is None else {"Authorization": f"Bearer {token}"}
        )

    def ask(self, party: Identifier) -> Answer | NoAnswer:
        """What the register says of the party with that number."""
        question = {"party": {"scheme": party.scheme.value, "number": party.value}}
        try:
            fetched = fetch(
                self._url,
                self._bounds,
                method="POST",
                body=json.dumps(question).encode(),
                headers=self._headers,
            )
        except NotFetched as failure:
            return NoAnswer(_REASONS.get(failure.reason, NoAnswerReason.UNREACHABLE), str(failure))
        return self._read(fetched.body, party)

    def _read(self, body: bytes, party: Identifier) -> Answer | NoAnswer:
        try:
            document = strict_json.parse(body.decode())
        except ValueError:
            return NoAnswer(NoAnswerReason.NOT_UNDERSTOOD, "not JSON")
        answer = read_answer(document, party, self._source)
        if isinstance(answer, Answer):
            return answer
        places = ", ".join(f"{fault.place or 'answer'}: {fault.code}" for fault in answer[:_MOST_FAULTS])
        return NoAnswer(NoAnswerReason.NOT_UNDERSTOOD, places)
