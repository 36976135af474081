"""Settings: every knob with its unit and its default, read once at the start, and wrong ones named.

They come from a TOML file (`namens.toml`) and from the environment, which wins: `NAMENS_SECTION__KEY`, or
`NAMENS_SECTION__KEY_FILE` for the path of a file that holds the value. `NAMENS_DATABASE_URL` and
`NAMENS_ISSUER` are short for `NAMENS_DATABASE__URL` and `issuer`. A name that no setting has is a fault, as is
a value that makes no sense: both stop the start. Durations are whole seconds.
"""

from authz_server.config.loading import Fault, SettingsRefused, load
from authz_server.config.sections import ServerSettings
from authz_server.config.settings import Settings, is_loopback

__all__ = ["Fault", "ServerSettings", "Settings", "SettingsRefused", "is_loopback", "load"]
