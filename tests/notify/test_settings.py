import pytest

from services.notify.settings import Settings
from shared.signing import DEMO_SECRET

A_SECRET = "whsec_" + "YS1zZWNyZXQtZm9yLXRlc3RzLW9ubHktMzItYnl0ZXM="
ANOTHER = "whsec_" + "YW5vdGhlci1zZWNyZXQtb2YtMzItYnl0ZXMtbG9uZyE="

REFUSED = {
    "": "is not set",
    DEMO_SECRET: "everybody knows",
    f"{A_SECRET} {DEMO_SECRET}": "everybody knows",
    "whsec_c2hvcnQ=": "at least 24 bytes",
    "password": "at least 24 bytes",
    "whsec_é": "at least 24 bytes",
}


@pytest.mark.parametrize(("secret", "why"), REFUSED.items())
def test_the_service_does_not_start_with_a_secret_that_is_none(secret: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Settings(events_secret=secret, smtp_host="127.0.0.1")


def test_a_secret_that_is_refused_is_not_printed() -> None:
    with pytest.raises(ValueError, match="SOONER_EVENTS_SECRET") as refused:
        Settings(events_secret="not-a-good-one", smtp_host="127.0.0.1")
    assert "not-a-good-one" not in str(refused.value)


def test_the_demo_area_needs_no_settings() -> None:
    settings = Settings(demo=True)
    assert settings.events_secrets == [DEMO_SECRET]
    assert settings.catches_mail


def test_outside_the_demo_area_a_mail_server_must_be_named() -> None:
    with pytest.raises(ValueError, match="SOONER_SMTP_HOST"):
        Settings(events_secret=A_SECRET)


def test_a_secret_can_be_changed_without_a_pause() -> None:
    settings = Settings(events_secret=f"{ANOTHER} {A_SECRET}", smtp_host="127.0.0.1")
    assert settings.events_secrets == [ANOTHER, A_SECRET]


def test_a_demo_with_a_mail_server_sends_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOONER_SMTP_HOST", "127.0.0.1")
    assert not Settings(demo=True).catches_mail


@pytest.mark.parametrize(
    ("quiet", "phone"),
    [("21-8", "8"), ("night", "08:30-16:30"), ("08:00-21:00", "08:30-16:30"), ("", "")],
)
def test_hours_that_are_none_stop_the_start(quiet: str, phone: str) -> None:
    with pytest.raises(ValueError, match="SOONER_QUIET_HOURS"):
        Settings(demo=True, quiet_hours=quiet, phone_hours=phone)


def test_nights_are_kept_in_life_and_in_the_demo_only_when_it_is_said() -> None:
    assert Settings(events_secret=A_SECRET, smtp_host="127.0.0.1").is_as_in_life
    assert not Settings(demo=True).is_as_in_life
    assert Settings(demo=True, keeps_hours=True).is_as_in_life
