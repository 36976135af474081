import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from authz_server.config import Settings
from authz_server.config.sources import SourceSettings

_PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
_ROW = re.compile(r"^\| `([a-z_.]+(?:NAME[a-z_.]+)?)` \| (?:`?([^`|]+)`?) \|", re.MULTILINE)


def _declared(section: type[BaseModel] = Settings, path: str = "") -> Iterator[tuple[str, str]]:
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _declared(field.annotation, f"{path}{name}.")
        elif name == "sources":
            yield from _declared(SourceSettings, f"{path}{name}.NAME.")
        elif field.default is PydanticUndefined:
            yield path + name, "–"
        else:
            yield path + name, "none" if field.default in (None, ()) else str(field.default)


def test_every_setting_stands_on_the_page_with_its_default_and_no_other_does() -> None:
    documented = {name: default.strip() for name, default in _ROW.findall(_PAGE.read_text(encoding="utf-8"))}

    assert dict(_declared()) == documented
