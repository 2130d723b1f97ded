"""A transaction Bundle: a concern, or any requests that belong together, all or nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.referral.fhir_api.answers import SeveralWrong
from services.referral.fhir_api.asking import check_scope
from services.referral.fhir_api.code_systems import OWN
from services.referral.fhir_api.entries import Entry, Method, body_issues, read_entry
from services.referral.fhir_api.prefer import Wanted
from services.referral.fhir_api.transaction_answer import answer_to
from services.referral.fhir_api.transaction_reading import read_all
from services.referral.fhir_api.transaction_state import Work
from services.referral.fhir_api.transaction_work import do_all
from services.referral.records.resource import Json
from services.referral.use_cases.check_resource import refuse_with_all
from services.referral.use_cases.once import answered_before, remember
from services.referral.use_cases.sent_documents import check_documents
from services.referral.use_cases.workplace import Workplace
from shared.errors import Failure, Invalid, Issue, NotAllowed
from shared.fhir.bundle import check_bundle
from shared.fhir.check import check, is_refused
from shared.fhir.json import write_json
from shared.identity import Principal


def take_transaction(
    sent: Any,
    body: bytes,
    *,
    key: str | None,
    wanted: Wanted | None,
    base: str,
    who: Principal,
    at: Workplace,
) -> str:
    """The transaction-response as JSON text. Raises Invalid with everything that is wrong, and
    SeveralWrong when entries cannot be done. `base` is our own address, with `/fhir/`."""
    now = at.clock()
    entries, warnings = checked(sent, base=base, who=who, at=at)
    _check_scopes(entries, who)
    for entry in entries:
        if entry.method in (Method.POST, Method.PUT):
            check_documents(entry.resource, scan=at.scan, prefix=entry.resource_place)
    with at.records.writing(who, now=now) as record:
        earlier = answered_before(record, key, body) if key else None
        if earlier is not None:
            return earlier
        work = Work(entries=entries, record=record, at=at)
        do_all(work)
        read_all(work, base)
        _check_done(work)
        answer = write_json(answer_to(work, warnings, wanted)).decode()
        if key:
            remember(record, key, answer)
    return answer


def _check_scopes(entries: tuple[Entry, ...], who: Principal) -> None:
    failed: list[tuple[str, Failure]] = []
    for entry in entries:
        try:
            check_scope(who, entry.type, *entry.needs)
        except NotAllowed as refused:
            failed.append((entry.place, refused))
    if failed:
        raise SeveralWrong(failed)


def _check_done(work: Work) -> None:
    """What is wrong with a concern says its own places."""
    if len(work.failed) == 1 and not work.failed[0][0]:
        raise work.failed[0][1]
    if work.failed:
        raise SeveralWrong(work.failed)


def checked(
    sent: Any, *, base: str, who: Principal, at: Workplace
) -> tuple[tuple[Entry, ...], list[Issue]]:
    """The entries and the warnings; Invalid with every issue when there is an error among them."""
    now = at.clock()
    issues = check_bundle(sent, types={"transaction"}, now=now)
    if is_refused(issues):
        raise Invalid(*issues)
    entries = []
    for index, one in enumerate(sent["entry"]):
        place = f"Bundle.entry[{index}]"
        read = read_entry(one, place, base)
        if isinstance(read, Entry):
            entries.append(read)
        issues += read if isinstance(read, list) else []
        issues += _body_issues(one, read, f"{place}.resource", now)
    if is_refused(issues):
        refuse_with_all(issues, _resources(sent), who=who, at=at)
    return tuple(entries), issues


def _resources(sent: Json) -> dict[str, Any]:
    """Those that came along, by their places."""
    return {
        f"Bundle.entry[{index}].resource": entry.get("resource")
        for index, entry in enumerate(sent["entry"])
    }


def _body_issues(
    sent: Json, read: Entry | list[Issue], place: str, now: datetime
) -> Iterator[Issue]:
    """A patch is looked at when it is applied."""
    if sent["request"].get("method") not in (Method.POST, Method.PUT):
        return
    found = check(sent["resource"], prefix=place, code_systems=OWN, now=now)
    yield from found
    if isinstance(read, Entry) and not is_refused(found):
        yield from body_issues(read)
