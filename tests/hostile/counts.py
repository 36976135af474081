"""How many hostile requests each test sends: `NAMENS_FUZZ`, few where nobody asks for more."""

import os

from hypothesis import HealthCheck, settings

__all__ = ["REQUESTS", "over_requests"]

REQUESTS = int(os.environ.get("NAMENS_FUZZ", "60"))

over_requests = settings(
    max_examples=REQUESTS,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
