"""Every knob of notify: the environment, prefix SOONER_."""

from datetime import time

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.notify.provider_settings import GOVUK_URL, Govuk, read_account, read_weights
from shared.contract import Channel
from shared.edge import known_hosts
from shared.signing import secrets_from

_PARTS = ("key", "url", "templates", "tokens")


class Settings(BaseSettings):
    """What an operator can set. Wrong settings stop the start with a sentence that says why."""

    model_config = SettingsConfigDict(env_prefix="SOONER_", hide_input_in_errors=True)

    host: str = "127.0.0.1"
    notify_port: int = 8001
    notify_database_url: str = "sqlite:///var/notify.db"
    referral_url: str = "http://127.0.0.1:8000"
    public_url: str = ""
    events_secret: str = ""
    notify_url: str = ""
    hosts: str = ""
    trusted_proxies: str = ""
    demo: bool = False
    quiet_hours: str = "21:00-08:00"
    phone_hours: str = "08:30-16:30"
    keeps_hours: bool | None = None
    help_phone: str = ""
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_from: str = "sooner@example.org"
    smtp_starttls: bool = False
    smtp_user: str = ""
    smtp_password: str = ""
    govuk_key: str = ""
    govuk_url: str = GOVUK_URL
    govuk_templates: str = ""
    govuk_tokens: str = ""
    govuk2_key: str = ""
    govuk2_url: str = GOVUK_URL
    govuk2_templates: str = ""
    govuk2_tokens: str = ""
    provider_weights: str = ""
    return_address: str = "Sooner"
    private_hooks: bool = False

    @property
    def events_secrets(self) -> list[str]:
        """The first signs; all of them verify."""
        return secrets_from(self.events_secret, demo=self.demo)

    @property
    def hosts_answered(self) -> frozenset[str]:
        """The names under which requests come in; others are refused."""
        return known_hosts(self.hosts, self.notify_url)

    @property
    def is_as_in_life(self) -> bool:
        """Whether nights, telephone hours and caps are kept: not in the demo area, unless it is
        said, for what is caught wakes nobody and should be seen at once."""
        return not self.demo if self.keeps_hours is None else self.keeps_hours

    def hours_between(self, text: str) -> tuple[time, time]:
        """ "21:00-08:00" as two times."""
        start, _, end = text.partition("-")
        return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())

    @property
    def catches_mail(self) -> bool:
        return self.demo and not self.smtp_host

    @property
    def govuk_accounts(self) -> dict[str, Govuk]:
        """Those that are set up, by the name that their providers begin with."""
        found = {name: self._govuk(name) for name in ("govuk", "govuk2")}
        return {name: account for name, account in found.items() if account}

    @property
    def catches_texts(self) -> bool:
        """The demo area has telephones of its own, unless an account sends real text messages."""
        return self.demo and not self._sends(Channel.SMS)

    @property
    def weights(self) -> dict[str, float]:
        return read_weights(self.provider_weights)

    @property
    def sender_lines(self) -> tuple[str, ...]:
        """What stands above every letter, line by line."""
        return tuple(line.strip() for line in self.return_address.split(";"))

    def _govuk(self, name: str) -> Govuk | None:
        said = {part: getattr(self, f"{name}_{part}") for part in _PARTS}
        return read_account(f"SOONER_{name.upper()}", **said)

    def _sends(self, channel: Channel) -> bool:
        return any(channel in account.templates for account in self.govuk_accounts.values())

    @model_validator(mode="after")
    def _can_start(self) -> "Settings":
        secrets_from(self.events_secret, demo=self.demo)
        self._check_hours()
        read_weights(self.provider_weights)
        has_account = self._sends(Channel.EMAIL)
        if not (self.smtp_host or has_account or self.demo):
            raise ValueError(
                "SOONER_SMTP_HOST is not set: there is no mail server to send through."
            )
        return self

    def _check_hours(self) -> None:
        try:
            quiet, phone = map(self.hours_between, (self.quiet_hours, self.phone_hours))
        except ValueError:
            raise ValueError(
                "SOONER_QUIET_HOURS and SOONER_PHONE_HOURS are two times, as in 21:00-08:00."
            ) from None
        if quiet[0] <= quiet[1] or phone[0] >= phone[1]:
            raise ValueError(
                "SOONER_QUIET_HOURS must span midnight, and SOONER_PHONE_HOURS must not."
            )
