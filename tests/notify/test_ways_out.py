from typing import Any

import pytest

from services.notify.channels.providers import WeightedProviders, in_turn
from services.notify.channels.smtp import Smtp
from services.notify.settings import Settings
from services.notify.ways_out import ways_out
from shared.database import Database
from tests.notify.builders import NOON
from tests.notify.stand_ins.govuk import EMAIL_TEMPLATE, KEY, LETTER_TEMPLATE, SMS_TEMPLATE
from tests.notify.test_settings import A_SECRET

TEMPLATES = f"email={EMAIL_TEMPLATE} sms={SMS_TEMPLATE} letter={LETTER_TEMPLATE}"
SMTP = Smtp(host="127.0.0.1", port=25, sender="sooner@example.org", clock=lambda: NOON)


def names(database: Database, smtp: Smtp | None = SMTP, **settings: Any) -> dict[str, list[str]]:
    """The providers of each channel, whoever is first for most messages first."""
    said = Settings(events_secret=A_SECRET, smtp_host="127.0.0.1", **settings)
    ways = ways_out(said, database, smtp=smtp, clock=lambda: NOON)
    found = {}
    for channel, providers in ways.channels.items():
        if isinstance(providers, WeightedProviders):
            turn = in_turn("1", providers.providers, providers.weights)
            found[channel.value] = [one.name for one in turn]
    return found


def test_with_a_mail_server_alone_there_is_e_mail_and_paper(database: Database) -> None:
    assert names(database) == {"email": ["smtp"], "sms": [], "letter": ["desk"]}


def test_two_accounts_stand_in_for_each_other_and_the_desk_for_the_printing_service(
    database: Database,
) -> None:
    found = names(
        database,
        govuk_key=KEY,
        govuk_templates=TEMPLATES,
        govuk2_key=KEY,
        govuk2_templates=f"sms={SMS_TEMPLATE}",
        provider_weights="smtp=1 govuk-email=0 govuk2-sms=0",
    )
    assert found == {
        "email": ["smtp", "govuk-email"],
        "sms": ["govuk-sms", "govuk2-sms"],
        "letter": ["govuk-letter", "desk"],
    }


def test_a_demo_has_telephones_of_its_own(database: Database) -> None:
    assert names(database, demo=True)["sms"] == ["caught-texts"]
    real = names(database, demo=True, govuk_key=KEY, govuk_templates=f"sms={SMS_TEMPLATE}")
    assert real["sms"] == ["govuk-sms"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"govuk_key": "secret", "govuk_templates": TEMPLATES}, "SOONER_GOVUK_KEY"),
    ({"govuk_key": KEY}, "SOONER_GOVUK_TEMPLATES"),
    ({"govuk_key": KEY, "govuk_templates": "fax=1"}, "written as"),
    ({"govuk_key": KEY, "govuk_templates": "sms=1"}, "is a UUID"),
    ({"govuk2_key": KEY, "govuk2_templates": TEMPLATES, "govuk2_url": "http://a"}, "GOVUK2_URL"),
    ({"govuk_key": KEY, "govuk_templates": TEMPLATES, "govuk_tokens": "short"}, "20 characters"),
    ({"provider_weights": "smtp"}, "SOONER_PROVIDER_WEIGHTS"),
    ({"provider_weights": "smtp=-1"}, "SOONER_PROVIDER_WEIGHTS"),
    ({"provider_weights": "smtp=nan"}, "SOONER_PROVIDER_WEIGHTS"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED)
def test_the_service_does_not_start_with_providers_that_cannot_work(
    said: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        Settings(events_secret=A_SECRET, smtp_host="127.0.0.1", **said)
    assert "secret" not in str(refused.value)


def test_an_account_that_sends_e_mail_makes_a_mail_server_needless() -> None:
    Settings(events_secret=A_SECRET, govuk_key=KEY, govuk_templates=TEMPLATES)
    with pytest.raises(ValueError, match="SOONER_SMTP_HOST"):
        Settings(events_secret=A_SECRET, govuk_key=KEY, govuk_templates=f"sms={SMS_TEMPLATE}")
