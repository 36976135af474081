"""A token, a key set, an answer: what a service provider does with an access token. Run it as it is.

    python examples/verify_offline.py [FILE]

FILE holds an access token and the issuer's key set, with the instant at which to look; without it, a token from
the test vectors, made with a published key.
"""

import json
import sys
from pathlib import Path

from claims.verify import Loa, OnBehalfOf, OwnBehalf, VerificationRefused, Verifier

VECTORS = Path(__file__).parent.parent / "tests" / "vectors"
VAT_RETURN = "https://tax.example.nl/services/vat-return"


def main(file: Path) -> int:
    sample = json.loads(file.read_text())[0]
    jwks = sample["jwks"] or json.loads((VECTORS / "jwks.json").read_text())

    verifier = Verifier(
        issuer="https://login.example.nl",
        audience="https://api.tax.example.nl",
        keys=jwks,  # leave this out, and the issuer's keys are fetched and kept
        clock=lambda: sample["now"],  # leave this out too: the sample token is of another day
    )
    try:
        shown = verifier.verify_access_token(
            sample["token"], service=VAT_RETURN, action="submit", at_least=Loa.SUBSTANTIAL
        )
    except VerificationRefused as refused:
        print(f"Refused: {refused.code} ({refused.reason}). An API answers {refused.status} with")
        print(f"WWW-Authenticate: {refused.challenge()}")
        return 1
    match shown:
        case OwnBehalf(person, service, actions):
            print(f"{person.sub} acts for themself at {service}: {', '.join(actions)}")
        case OnBehalfOf(person, represented, intermediaries, mandate):
            print(f"{person.sub}, logged in at {person.assurance.word},")
            print(f"acts for {represented.name} ({represented.sub})")
            print(f"through {', '.join(party.name or party.sub for party in intermediaries) or 'nobody'},")
            print(f"and may {', '.join(mandate.actions)} at {mandate.service}.")
            print(f"Mandate: {mandate.assurance.word}; all in all {mandate.effective_assurance.word}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS / "good.json"))
