"""The JSON Schemas (2020-12) of our authorization details: of what is asked, and of what is granted.

They are published at URLs that discovery names. The code does not validate with them; the tests do, both ways.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Literal

__all__ = ["schema"]


@cache
def schema(which: Literal["asked", "granted"]) -> str:
    """The schema's text, as it is published (`application/schema+json`)."""
    text = files(__name__).joinpath(f"{which}.json").read_text("utf-8")
    return json.dumps(json.loads(text), ensure_ascii=False)
