"""What was there before, and what a client has already."""

from datetime import timedelta
from typing import Any

import pytest

from services.referral.records.tables import HistoryRow, ResourceRow
from services.referral.use_cases.workplace import Workplace
from tests.referral.anyshire import Anyshire
from tests.referral.fakes import Clock
from tests.referral.fhir_api.systems import System
from tests.referral.use_cases.reading import audits


def _next(bundle: dict[str, Any]) -> str:
    links: dict[str, str] = {one["relation"]: one["url"] for one in bundle["link"]}
    return links.get("next", "").partition("/fhir")[2]


def _all(system: System, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while path:
        page = system.get(path).json()
        found += page.get("entry", [])
        path = _next(page)
    return found


def _tags(found: list[dict[str, Any]], task: dict[str, Any]) -> list[str]:
    """The versions of this Task that are among them."""
    return [one["response"]["etag"] for one in found if task["id"] in one["fullUrl"]]


def _moved(system: System, task: dict[str, Any], clock: Clock) -> list[dict[str, Any]]:
    """Three versions, some minutes apart."""
    clock.now += timedelta(minutes=9)
    received = system.moves(task, status="received")
    clock.now += timedelta(minutes=9)
    return [task, received, system.moves(received, status="accepted")]


def test_versions_are_told_newest_first_by_absolute_addresses(
    speech: System, task: dict[str, Any], clock: Clock
) -> None:
    _moved(speech, task, clock)
    bundle = speech.get(f"/Task/{task['id']}/_history").json()
    assert (bundle["type"], bundle["total"]) == ("history", 3)
    newest, _, oldest = bundle["entry"]
    assert newest["resource"]["status"] == "accepted"
    assert newest["fullUrl"].startswith("http")
    assert newest["fullUrl"].endswith(f"/fhir/Task/{task['id']}")
    assert newest["request"] == {"method": "PUT", "url": f"Task/{task['id']}"}
    assert oldest["request"] == {"method": "POST", "url": "Task"}
    assert oldest["response"]["etag"] == 'W/"1"'


@pytest.mark.parametrize("of", ["/Task/{id}/_history", "/Task/_history"])
@pytest.mark.parametrize("count", [1, 2])
def test_pages_of_versions_leave_none_out(
    speech: System, task: dict[str, Any], clock: Clock, of: str, count: int
) -> None:
    _moved(speech, task, clock)
    path = of.format(id=task["id"])
    whole, paged = _all(speech, path), _all(speech, f"{path}?_count={count}")
    assert paged == whole
    assert _tags(whole, task) == ['W/"3"', 'W/"2"', 'W/"1"']


def test_a_version_that_is_made_meanwhile_does_not_move_the_pages(
    speech: System, task: dict[str, Any], clock: Clock
) -> None:
    received = _moved(speech, task, clock)[2]
    first = speech.get("/Task/_history?_count=1").json()
    clock.now += timedelta(minutes=9)
    speech.moves(received, note=[{"text": "One more"}])
    rest = _all(speech, _next(first))
    assert _tags(rest, task) == ['W/"2"', 'W/"1"']


@pytest.mark.parametrize("of", ["/Task/{id}/_history", "/Task/_history"])
def test_only_what_changed_since(
    speech: System, task: dict[str, Any], clock: Clock, of: str
) -> None:
    accepted = _moved(speech, task, clock)[2]
    since = accepted["meta"]["lastUpdated"]
    found = _all(speech, f"{of.format(id=task['id'])}?_since={since}")
    assert [one["response"]["etag"] for one in found] == ['W/"3"']
    assert _all(speech, f"{of.format(id=task['id'])}?_since=2099") == []


@pytest.mark.parametrize("query", ["_count=x", "_since=then", "_after=junk", "_after=WzFd", "a=b"])
def test_what_a_history_cannot_read_is_refused(speech: System, query: str) -> None:
    assert speech.get(f"/Task/_history?{query}").status_code == 422


def test_the_history_of_a_type_is_that_of_what_one_may_see(
    nursery: System, nursery2: System, speech: System, task: dict[str, Any], at: Workplace
) -> None:
    assert _all(nursery2, "/Task/_history") == []
    assert _all(nursery2, "/Patient/_history") == []
    before = len(audits(at.records))
    assert len(_all(nursery, "/Patient/_history")) == 1
    (line,) = audits(at.records)[before:]
    child = task["for"]["reference"].partition("/")[2]
    assert (line.action, line.type, line.child_id) == ("history", "Patient", child)


def test_a_deleted_version_is_told_without_its_content(nursery: System, anyshire: Anyshire) -> None:
    made = nursery.post("/Location", {"resourceType": "Location", "name": "House"}).json()
    with anyshire.records.database.write() as session:
        kept = session.get_one(ResourceRow, ("Location", made["id"]))
        old = session.get_one(HistoryRow, ("Location", made["id"], 1))
        kept.deleted, kept.version = True, 2
        gone = old.model_dump() | {"version": 2, "deleted": True}
        session.add(HistoryRow(**gone))
    newest, first = nursery.get(f"/Location/{made['id']}/_history").json()["entry"]
    assert "resource" not in newest
    assert newest["request"] == {"method": "DELETE", "url": f"Location/{made['id']}"}
    assert first["resource"]["name"] == "House"
    (of_type, _) = [
        one for one in _all(nursery, "/Location/_history") if made["id"] in one["fullUrl"]
    ]
    assert of_type["request"]["method"] == "DELETE"


@pytest.mark.parametrize("tag", ['W/"1"', '"1"', "1", 'W/"7", W/"1"', "*"])
def test_what_a_client_has_is_not_sent_again(
    speech: System, task: dict[str, Any], tag: str
) -> None:
    for path in (f"/Task/{task['id']}", f"/Task/{task['id']}/_history/1"):
        answer = speech.get(path, **{"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == 'W/"1"'


def test_what_has_not_changed_since_is_not_sent_again(speech: System, task: dict[str, Any]) -> None:
    path = f"/Task/{task['id']}"
    changed = speech.get(path).headers["last-modified"]
    assert speech.get(path, **{"If-Modified-Since": changed}).status_code == 304
    earlier = "Sat, 01 Jan 2022 00:00:00 GMT"
    assert speech.get(path, **{"If-Modified-Since": earlier}).status_code == 200
    assert speech.get(path, **{"If-Modified-Since": "yesterday"}).status_code == 200
    both = {"If-None-Match": 'W/"9"', "If-Modified-Since": changed}
    assert speech.get(path, **both).status_code == 200
