"""The audit says who looked at which child by ids and codes, and never what the record says."""

import json
from typing import Any

from starlette.testclient import TestClient

from services.referral.domain.moves import Move
from services.referral.main import assemble
from services.referral.settings import Settings
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.builders import the_example
from tests.referral.fhir_api.systems import EXAMPLE, System
from tests.referral.use_cases.reading import SPEECH, audits

WORDS = ("Since when? Zoya", "Since her birthday", "Her mother asked us to wait")


def _texts(json: Any) -> set[str]:
    """Every text of the example that is about the child and is no code, id or reference."""
    if isinstance(json, list):
        return set().union(*(_texts(one) for one in json)) if json else set()
    if not isinstance(json, dict):
        return set()
    own = {
        value
        for key, value in json.items()
        if key in ("family", "text", "line", "city", "postalCode", "birthDate", "display")
        and isinstance(value, str)
    }
    given = {one for one in json.get("given", []) if isinstance(one, str)}
    numbers = {json["value"]} if isinstance(json.get("value"), str) and "system" in json else set()
    return own.union(given, numbers, *(_texts(value) for value in json.values()))


def test_no_word_of_a_record_is_in_the_audit(anyshire: Anyshire) -> None:
    raised = anyshire.raise_(the_example())
    task = anyshire.referral_at(SPEECH, raised)
    anyshire.move(task, Move.ASK, text=WORDS[0])
    anyshire.answer(anyshire.open_ask(raised.concern), WORDS[1])
    anyshire.move(task, Move.PAUSE, text=WORDS[2])
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    settings = Settings(demo=True, database_url=str(at.records.database.url))
    speech = System(TestClient(assemble(settings, at)), "demo-speech")
    for query in ("name=zoya", "address-postalcode=ZZ99 3AB", "identifier=9990000018"):
        assert speech.get(f"/Patient?{query}").status_code == 200
    for id in ("Zoya", "9990000018"):
        assert speech.get(f"/Patient/{id}").status_code == 404
    written = json.dumps([line.model_dump(mode="json") for line in audits(anyshire.records)])
    private = {*WORDS, "zoya", "ZZ99", "9990000018", *_texts(json.loads(EXAMPLE.read_text()))}
    assert len(private) > 30
    assert [one for one in private if one.casefold() in written.casefold() and len(one) > 3] == []
