"""Searches that pry, that cost too much, or that no database can read."""

import json
import time
from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest

from tests.referral.hostile.targets import MARKER, Attack, Target, check, each


def search(query: str, status: int, code: str = "", place: str = "") -> Attack:
    return Attack(query[:60], "", status, code, place, f"/{query}", "GET")


def many(value: str, times: int) -> str:
    return ",".join([value] * times)


def place(*parts: str) -> str:
    """What a client might make of a place in a search."""
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


REFUSED = (
    search("Task?_count=-1", 422, "value", "_count"),
    search("Task?_count=1.5", 422, "value", "_count"),
    search("Task?_count=1e3", 422, "value", "_count"),
    search("Task?_count=%C2%B2", 422, "value", "_count"),
    search("Task?_count=" + "9" * 5000, 422, "value", "_count"),
    search("Task?_count=%00", 422, "value", "_count"),
    search("Task?_count=", 422, "value", "_count"),
    search("Task?level=%C2%B2", 422, "value", "level"),
    search("Task?level=" + "9" * 5000, 422, "value", "level"),
    search("Task?level=99999999999999999999", 422, "value", "level"),
    search("Task?level=-1", 422, "value", "level"),
    search("Task?due=yesterday", 422, "value", "due"),
    search("Task?due=0000-01-01", 422, "value", "due"),
    search("Task?due=9999-12-31T23:59:59-14:00", 422, "value", "due"),
    search("Task?due=0001-01-01T00:00:00%2B14:00", 422, "value", "due"),
    search("Task?due=2026-01-01T00:00:00%2B14:60", 422, "value", "due"),
    search("Task?due=2026-13-01", 422, "value", "due"),
    search("Task?due=" + "1" * 5000, 422, "value", "due"),
    search("Task?due=%00", 422, "value", "due"),
    search("Task?due=%C2%B2%C2%B2%C2%B2%C2%B2", 422, "value", "due"),
    search("Patient?birthdate=9999-12-31T23:59:59.999999-14:00", 422, "value", "birthdate"),
    search("Patient?birthdate=10000", 422, "value", "birthdate"),
    search("Patient?_lastUpdated=0001-01-01T00:00:00%2B01:00", 422, "value", "_lastUpdated"),
    search("Patient?_lastUpdated=", 422, "value", "_lastUpdated"),
    search("Patient?colour=blue", 422, "value", "colour"),
    search("Patient?name:regex=.*", 422, "value", "name:regex"),
    search("Patient?_query=drop", 422, "value", "_query"),
    search("Patient?_filter=name+co+x", 422, "value", "_filter"),
    search("Task?_include=Task:patient:*", 422, "value", "_include"),
    search("Patient?_has:Task:nobody:status=x", 422, "value", "_has:Task:nobody:status"),
    search("Patient?_has:Task:patient:_has:Task:part-of:status=x", 422, "value",
           "_has:Task:patient:_has:Task:part-of:status"),
    search("Patient?_has:AuditEvent:patient:date=2026", 422, "value",
           "_has:AuditEvent:patient:date"),
    search("Patient?_has:", 422, "value", "_has:"),
    search("Patient?_has:::=", 422, "value", "_has:::"),
    search("Task?patient.password=x", 422, "value", "patient.password"),
    search("Task?patient.organization.name=x", 422, "value", "patient.organization.name"),
    search("Task?patient:Group.name=x", 422, "value", "patient:Group.name"),
    search("Task?status.name=x", 422, "value", "status.name"),
    search("Task?based-on.status=x", 422, "value", "based-on.status"),
    search("Task?.=x", 422, "value", "."),
    search("Task?" + "&".join(["patient.name=x"] * 4), 400, "too-costly"),
    search("Task?due:missing=maybe", 422, "value", "due:missing"),
    search("Task?owner:Patientt=x", 422, "value", "owner:Patientt"),
    search("Patient?_text=x", 422, "value", "_text"),
    search("Patient?_list=x", 422, "value", "_list"),
    search("Patient?_sort=birthdate", 422, "value", "_sort"),
    search("Task?_sort=due,-due", 422, "value", "_sort"),
    search("Task?_sort=owner", 422, "value", "_sort"),
    search("Task?_sort=%00", 422, "value", "_sort"),
    search("Task?_total=all", 422, "value", "_total"),
    search("Task?_after=x", 422, "value", "_after"),
    search("Task?_after=W10", 422, "value", "_after"),
    search("Task?_after=" + "W" * 5000, 422, "value", "_after"),
    search("Task?_sort=due&_after=" + place("Task", "", "an-id"), 422, "value", "_after"),
    search("Task?_sort=due&_after=" + place("Task", "due", "an-id"), 422, "value", "_after"),
    search("Task?_sort=due&_after=" + place("Task", "due", "noon", "an-id"), 422, "value",
           "_after"),
    search("Task?_sort=level&_after=" + place("Task", "level", "1e9", "2026", "an-id"), 422,
           "value", "_after"),
    search("Task?_sort=level&_after=" + place("Task", "level", "9" * 5000, "2026-01-01", "an-id"),
           422, "value", "_after"),
    search("Patient?_after=" + place("Patient", "", "\x00"), 422, "value", "_after"),
    search("Patient?_after=" + place("Patient", "", "\ud800"), 422, "value", "_after"),
    search("Patient?tags=area:Anyshire", 422, "value", "tags"),
    search("Patient?" + quote("name'; DROP TABLE resource;--") + "=x", 422, "value",
           "name'; DROP TABLE resource;--"),
    search(f"Patient?name={many('a', 2000)}", 400, "too-costly"),
    search(f"Patient?_id={many('a', 20_000)}", 400, "too-costly"),
    search(f"Task?status={many('a', 20_000)}", 400, "too-costly"),
    search("Patient?" + "&".join(["name=a"] * 2000), 400, "too-costly"),
    search("Patient?name=%00", 422, "value", "name"),
    search("Patient?identifier=%00|%00", 422, "value", "identifier"),
    search("Patient?_id=%00", 422, "value", "_id"),
    search("Patient?_after=%00", 422, "value", "_after"),
    search("Task?owner=%00", 422, "value", "owner"),
    search("Task?patient=%00", 422, "value", "patient"),
    search("Medication", 404, "not-found"),
    search("..%2F..%2Fetc%2Fpasswd", 404, "not-found"),
    search("Patient%00", 404, "not-found"),
    search("Patient/%00", 404, "not-found"),
    search("Patient/" + "a" * 5000, 404, "not-found"),
    search("Patient/%F0%9F%92%A9", 404, "not-found"),
    search("Patient/%ED%A0%80", 404, "not-found"),
    search("Patient/..%2F..%2Fetc%2Fpasswd", 404, "not-found"),
    search("Patient/..%5C..%5Cetc", 404, "not-found"),
    search("Patient/%27%20OR%201=1--", 404, "not-found"),
    search("Patient/a%0D%0ASet-Cookie:%20b=c", 404, "not-found"),
    search("Patient/{child}/_history/0", 404, "not-found"),
    search("Patient/{child}/_history/-1", 404, "not-found"),
    search("Patient/{child}/_history/99999999999999999999", 404, "not-found"),
    search("Patient/{child}/_history/" + "9" * 5000, 404, "not-found"),
    search("Patient/{child}/_history/x", 404, "not-found"),
    search("Patient/{child}/_history/%C2%B2", 404, "not-found"),
    search("CodeSystem/..%2F..%2Fpyproject.toml", 404, "not-found"),
    search("CodeSystem/%00", 404, "not-found"),
)  # fmt: skip


@each(*REFUSED)
def test_a_search_that_cannot_be_answered_says_why(target: Target, attack: Attack) -> None:
    path = attack.path.replace("{child}", target.child) if "{" in attack.path else attack.path
    began = time.perf_counter()
    check(target.nursery.get(path), attack)
    assert time.perf_counter() - began < 3


FINDS_NOTHING = (
    "Patient?name=%25",
    "Patient?name=_",
    "Patient?name=%5C",
    "Patient?name:contains=%25",
    "Patient?name:contains=_arker%25",
    "Patient?name=" + "x" * 10_000,
    "Patient?name=" + quote("' OR '1'='1"),
    "Patient?name=" + quote("x') UNION SELECT body FROM resource--"),
    "Patient?identifier=" + quote("|' OR 1=1--"),
    "Patient?name=%E2%80%AE",
    "Patient?name:exact=" + MARKER[:-1],
    "Task?owner=%25",
    "Task?owner=HealthcareService/%25",
    "Task?status=" + quote("requested' OR '1'='1"),
    "Task?due=gt9999-12-31",
    "Task?level=5",
)


@pytest.mark.parametrize("query", FINDS_NOTHING, ids=lambda query: query[:40])
def test_wildcards_and_sql_are_only_text(target: Target, query: str) -> None:
    answer = target.nursery.get(f"/{query}")
    assert answer.status_code == 200, answer.text[:300]
    assert "entry" not in answer.json()


@pytest.mark.parametrize("count", ["0", "1", "1000", "99999999999999"])
def test_a_page_is_never_longer_than_a_thousand(target: Target, count: str) -> None:
    answer = target.nursery.get(f"/Patient?_count={count}")
    assert answer.status_code == 200
    assert len(answer.json().get("entry", [])) <= min(int(count), 1000)


@pytest.mark.parametrize(
    "query",
    [
        "Patient",
        f"Patient?name={MARKER}",
        f"Patient?name:not={MARKER[:3]}",
        "Patient?name:missing=false",
        "Patient?_total=accurate&_count=0",
        "Patient?_id={child}",
        "Patient/{child}",
        "Patient/{child}/_history",
        "Patient/{child}/_history/1",
        "Task/{task}",
        "Task?patient={child}",
        "Task?_id={task}",
    ],
)
def test_the_other_nursery_learns_nothing_of_the_child(target: Target, query: str) -> None:
    answer = target.nursery2.get("/" + query.format(child=target.child, task=target.task))
    told = answer.json()
    assert "entry" not in told
    assert told["resourceType"] == "Bundle" or MARKER not in str(told)
    assert not told.get("total")
