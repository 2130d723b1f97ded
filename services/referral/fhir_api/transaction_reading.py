"""The reading entries of a transaction: they see what its writing entries have done."""

from functools import partial
from urllib.parse import parse_qsl

from services.referral.fhir_api.entries import Entry, Method
from services.referral.fhir_api.searching import check_chains, query_of, searchset
from services.referral.fhir_api.transaction_state import OK, Work
from services.referral.records.resource import Resource, instant
from services.referral.use_cases.read_records import look_at, look_for


def read_all(work: Work, base: str) -> None:
    """Each GET, at the end."""
    reading = work.of(Method.GET)
    if reading:
        work.settle()
    for entry in reading:
        work.attempt(entry.place, partial(_read, entry, work, base))


def _read(entry: Entry, work: Work, base: str) -> None:
    if entry.id is None:
        work.read[entry.place] = {
            "resource": _found(entry, work, base), "response": {"status": OK}
        }  # fmt: skip
        return
    one = look_at(entry.type, entry.id, entry.version, record=work.record)
    stated = {"etag": f'W/"{one.version}"', "lastModified": instant(one.last_updated)}
    if _is_known(entry, one):
        work.read[entry.place] = {"response": {"status": "304 Not Modified", **stated}}
        return
    work.read[entry.place] = {
        "fullUrl": f"/fhir/{one.reference}",
        "resource": one.json,
        "response": {"status": OK, **stated},
    }


def _is_known(entry: Entry, one: Resource) -> bool:
    seen = (entry.if_none_match or "").strip().removeprefix("W/").strip('"')
    return seen == str(one.version)


def _found(entry: Entry, work: Work, base: str) -> dict[str, object]:
    asked = query_of(entry.type, parse_qsl(entry.query or "", keep_blank_values=True), None)
    check_chains(asked.query, work.record.who)
    page = look_for(asked.query, record=work.record)
    return searchset(page, asked, base.removesuffix("/fhir/"))
