"""What can be set from outside; the only reader of the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from os import environ


class BadSetting(Exception):
    """The environment holds what cannot be a setting; ``str()`` is for people."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``origins`` are the only ones whose pages may ask and listen; with none given, it is the
    host that the request itself names. ``plain_http`` gives cookies to browsers on a network
    without TLS (a hall without a line); never on the open net. With ``metrics_token`` the figures
    of the server can be read from elsewhere, without it only from its own machine.
    """

    database: str = "facilitate.db"
    host: str = "127.0.0.1"
    port: int = 8000
    origins: frozenset[str] = frozenset()
    plain_http: bool = False
    session_lifetime: timedelta = timedelta(days=2)
    metrics_token: str = field(default="", repr=False)


def from_environment(environment: Mapping[str, str] = environ) -> Settings:
    """``FACILITATE_DATABASE``, ``_HOST``, ``_PORT``, ``_ORIGINS`` (by commas), ``_PLAIN_HTTP``,
    ``_METRICS_TOKEN``.

    Raises :class:`BadSetting`.
    """
    usual = Settings()
    origins = environment.get("FACILITATE_ORIGINS", "")
    return Settings(
        database=environment.get("FACILITATE_DATABASE", usual.database),
        host=environment.get("FACILITATE_HOST", usual.host),
        port=_port(environment.get("FACILITATE_PORT", str(usual.port))),
        origins=frozenset(origin.strip() for origin in origins.split(",") if origin.strip()),
        plain_http=environment.get("FACILITATE_PLAIN_HTTP", "") not in ("", "0", "no"),
        metrics_token=environment.get("FACILITATE_METRICS_TOKEN", "").strip(),
    )


def _port(said: str) -> int:
    try:
        return int(said)
    except ValueError as error:
        raise BadSetting(f"FACILITATE_PORT is to be a number, but it is “{said}”.") from error
