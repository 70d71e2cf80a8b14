"""What an installation can be told, by environment variables that begin with ``HUXUE_``."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of the service; each has a default with which it runs on one machine.

    Parameters
    ----------
    data
        The folder of the embedded database and its backups.
    database
        An SQLAlchemy URL; left out, SQLite in ``data``. PostgreSQL:
        ``postgresql+psycopg://user:password@host/name``.
    host, port
        Where the service listens.
    processes
        How many processes answer requests.
    public_url
        What people type to reach the service; in links and invitations. Left out, taken from each request.
    secure_cookies
        Whether log-in cookies are for https alone; left out, whenever ``public_url`` is https.
    session_hours, session_idle_minutes
        How long a log-in lasts, and how long without a request.
    login_attempts, login_minutes
        How many failed log-ins of one name, and ten times as many from one address, are heard within
        so many minutes.
    invitation_days
        How long an invitation link can be used.
    oidc_issuer
        Address of an OpenID Connect provider, exactly as it calls itself; left out, passwords alone.
    oidc_client_id, oidc_client_secret
        As it knows this service; its redirect address is ``public_url`` with
        ``/api/v1/session/oidc/callback`` behind.
    oidc_scopes
        What it is asked for.
    oidc_claim
        The claim that names the login of an account when somebody comes for the first time.
    workers
        Processes of one run; left out, one for each processor.
    cluster
        Address of a Dask scheduler whose workers solve the parts; left out, runs solve here.
    approval
        Who may approve a submitted plan: ``nobody`` (publishing needs no approval), ``dispatcher`` (any
        dispatcher of the whole city) or ``another`` (any but who submitted it).
    swap_closes_minutes
        How long before a duty begins it can be swapped at the latest.
    clearing
        On which weekday and at which time of the city the wishes for swaps in the coming published plan are cleared by
        themselves, as ``FR 18:00``; left out, only when a dispatcher presses it.
    mail_gateway
        How mails are sent, as an Apprise URL without recipients:
        ``mailtos://user:password@smtp.example.cn?from=name@example.cn``; left out, none are.
    sms_gateway
        How text messages are sent, as an Apprise URL with ``{phone}`` where the number belongs.
    message_schemes
        Which other Apprise addresses are taken, in JSON: robots of groups, whose hosts are fixed. With others
        (``json``) whoever manages a unit can have the service call any host.
    tomorrow_hour
        From which hour of the day on people are told that they are on duty tomorrow.
    late_minutes
        How long after a duty's begin somebody who hasn't come is late.
    check_in_hours
        How long after it was made a scan at the gate may still be delivered, where there is no network.
    check_in_secret
        What the codes at the gates are made with; left out, made at random and kept in the database.
    call_out_seconds
        How long somebody who is called out has to answer before the next is asked.
    ledger_weeks
        Over how many weeks before a plan the ledger looks.
    history_days
        How many days before a plan its rules look back on.
    largest_upload
        Bytes of an uploaded file.
    largest_body
        Bytes of any other request's body.
    not_found_ms
        After how many milliseconds at the earliest it is said that something isn't there, so that the time doesn't
        tell whether it is elsewhere. It should be well above what a small answer takes.
    log_format
        ``json`` for machines, ``text`` for people.
    log_level
        From which weight on events are logged: ``info`` has a line for each request, ``warning`` only what
        somebody should look at.
    """

    model_config = SettingsConfigDict(env_prefix="HUXUE_", frozen=True, extra="ignore")

    data: Path = Path("huxue-data")
    database: SecretStr | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    public_url: HttpUrl | None = None
    secure_cookies: bool | None = None
    session_hours: Annotated[int, Field(ge=1, le=24 * 90)] = 24 * 14
    session_idle_minutes: Annotated[int, Field(ge=5, le=60 * 24 * 30)] = 60 * 24 * 3
    login_attempts: Annotated[int, Field(ge=1, le=1000)] = 10
    login_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    invitation_days: Annotated[int, Field(ge=1, le=90)] = 14
    oidc_issuer: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = None
    oidc_client_id: str = "huxue"
    oidc_client_secret: SecretStr | None = None
    oidc_scopes: str = "openid profile"
    oidc_claim: str = "preferred_username"
    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    cluster: str | None = None
    approval: Literal["nobody", "dispatcher", "another"] = "nobody"
    swap_closes_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 60
    clearing: Annotated[str, Field(pattern=r"^((MO|TU|WE|TH|FR|SA|SU) ([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    mail_gateway: SecretStr | None = None
    sms_gateway: SecretStr | None = None
    message_schemes: frozenset[str] = frozenset({"dingtalk", "feishu", "lark", "wecombot"})
    tomorrow_hour: Annotated[int, Field(ge=0, le=23)] = 18
    late_minutes: Annotated[int, Field(ge=0, le=240)] = 5
    check_in_hours: Annotated[int, Field(ge=0, le=72)] = 12
    check_in_secret: Annotated[SecretStr, Field(min_length=16)] | None = None
    call_out_seconds: Annotated[int, Field(ge=10, le=3600)] = 120
    ledger_weeks: Annotated[int, Field(ge=1, le=104)] = 12
    history_days: Annotated[int, Field(ge=1, le=60)] = 28
    largest_upload: Annotated[int, Field(ge=1000)] = 50_000_000
    largest_body: Annotated[int, Field(ge=1000)] = 2_000_000
    not_found_ms: Annotated[int, Field(ge=0, le=1000)] = 25
    log_format: Literal["json", "text"] = "text"
    log_level: Literal["info", "warning"] = "info"

    @field_validator("data")
    @classmethod
    def _is_absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("oidc_issuer")
    @classmethod
    def _has_its_library(cls, issuer: str | None) -> str | None:
        if issuer is not None and not all(find_spec(name) for name in ("authlib", "httpx2")):
            raise ValueError("OpenID Connect needs Authlib: install huxue[oidc]")
        return issuer

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{self.data / 'huxue.sqlite'}"

    @property
    def cookies_are_secure(self) -> bool:
        """Whether log-in cookies are sent over https alone."""
        if self.secure_cookies is not None:
            return self.secure_cookies
        return self.public_url is not None and self.public_url.scheme == "https"

    def environment(self) -> dict[str, str]:
        """Return the variables by which another process gets these settings, secrets among them."""
        told = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is not None:
                plain = value.get_secret_value() if isinstance(value, SecretStr) else value
                # As pydantic-settings reads them: text as it is, lists in JSON.
                told[f"HUXUE_{name.upper()}"] = (
                    json.dumps(sorted(plain)) if isinstance(plain, frozenset) else str(plain)
                )
        return told
