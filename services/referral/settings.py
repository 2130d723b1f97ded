"""Every knob of the referral service: the environment, prefix SOONER_."""

from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.documents.scanner import scanner
from shared.edge import known_hosts
from shared.identity import Role
from shared.signing import secrets_from


class Settings(BaseSettings):
    """What an operator can set. Wrong settings stop the start with a sentence that says why."""

    model_config = SettingsConfigDict(env_prefix="SOONER_", hide_input_in_errors=True)

    host: str = "127.0.0.1"
    referral_port: int = 8000
    database_url: str = "sqlite:///var/referral.db"
    referral_url: str = "http://127.0.0.1:8000"
    public_url: str = ""
    notify_url: str = "http://127.0.0.1:8001"
    notify_public_url: str = ""
    events_secret: str = ""
    demo: bool = False
    token_minutes: int = Field(default=60, ge=5, le=60)
    api_rate: int = Field(default=100, ge=1)
    private_key_sets: bool = False
    policies: Path | None = None
    second_factor_roles: str | None = None
    idle_minutes: int = Field(default=60, ge=5, le=240)
    session_hours: int = Field(default=12, ge=1, le=24)
    oidc_file: Path | None = None
    hosts: str = ""
    trusted_proxies: str = ""
    scanner: str = ""
    partnership: str = "Anyshire Council and local NHS services"
    contact: str = ""
    colour: str = "#1d4044"
    logos: str = ""

    @property
    def events_secrets(self) -> list[str]:
        """The first signs; all of them verify."""
        return secrets_from(self.events_secret, demo=self.demo)

    @property
    def hosts_answered(self) -> frozenset[str]:
        """The names under which requests come in; others are refused."""
        return known_hosts(self.hosts, self.referral_url, self.public_url)

    @property
    def own_url(self) -> str:
        """Where other systems reach this service."""
        return (self.public_url or self.referral_url).rstrip("/")

    @property
    def notify_for_browsers(self) -> str:
        """Where people's browsers find notify's own pages."""
        return (self.notify_public_url or self.notify_url).rstrip("/")

    @property
    def cookies_need_https(self) -> bool:
        """Only a demo on this machine's own address may do without HTTPS."""
        return not (self.demo and self.referral_url.startswith("http://"))

    @property
    def second_factor_for(self) -> frozenset[Role]:
        """Whom a password alone does not let in; those who could do most harm unless it is said."""
        named = self.second_factor_roles
        if named is None:
            named = "" if self.demo else "admin auditor"
        return frozenset(Role(name) for name in named.replace(",", " ").split())

    @model_validator(mode="after")
    def _can_start(self) -> "Settings":
        secrets_from(self.events_secret, demo=self.demo)
        _ = self.second_factor_for
        scanner(self.scanner, demo=self.demo)
        if "referral_url" not in self.model_fields_set:
            self.referral_url = f"http://127.0.0.1:{self.referral_port}"
        return self
