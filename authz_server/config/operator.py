"""Who runs this, and how its pages look."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from authz_server.config.colours import Palette, palette, unreadable
from authz_server.config.sections import Section

__all__ = ["OperatorSettings"]


class OperatorSettings(Section):
    """Who runs this, as pages say it and show it. The colours are `#rrggbb`."""

    name: Annotated[str, Field(min_length=1, max_length=120)] = "Namens"
    logo: Path | None = Field(default=None, description="an SVG or PNG file, shown beside the name")
    colour: str | None = Field(default=None, description="of links, buttons and lines; none: our own blue")
    colour_dark: str | None = Field(default=None, description="of what the pointer is on")
    tint: str | None = Field(default=None, description="behind text that stands out")

    @field_validator("name")
    @classmethod
    def _is_one_line(cls, name: str) -> str:
        if not name.strip() or not name.isprintable():
            raise ValueError("must be a name, on one line")
        return name

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        colours = self.palette
        if colours is None:
            if self.colour_dark is not None or self.tint is not None:
                raise ValueError("colour_dark and tint go with colour")
        elif wrong := unreadable(colours):
            raise ValueError(wrong)
        return self

    @property
    def palette(self) -> Palette | None:
        """The colours of this operator; None for our own."""
        return None if self.colour is None else palette(self.colour, self.colour_dark, self.tint)
