"""What is left out of a resource as it leaves, for whom: each is shown the least that they need.

Rows decide who finds a resource at all (`access`); this decides what of it they are given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.errors import NotAllowed
from shared.fhir.codes import EXTENSION_BASE
from shared.identity import Principal, Role

Json = Mapping[str, Any]

PRIVATE_ADDRESS = f"{EXTENSION_BASE}/private-address"
SAFE_TO_CONTACT = f"{EXTENSION_BASE}/safe-to-contact"
_RISK = f"{EXTENSION_BASE}/escalation-risk"
_EXCEPTION = f"{EXTENSION_BASE}/clock-exception"
_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_PRIVATE_ANSWER = "address.keep_private"
#: Text without any of these holds nothing that is left out for those who work.
SIGNS = (_CONFIDENTIALITY, PRIVATE_ADDRESS, _PRIVATE_ANSWER)
_KEPT_CLOSE = frozenset({"R", "V"})
#: What of an address is needed to know which services can help.
_WHERE_ABOUT = frozenset({"use", "district", "extension"})


class Standing(StrEnum):
    """What somebody is to a child."""

    RAISER = "works where the concern was raised"
    HELPER = "works for a service that has taken it on"
    COORDINATOR = "coordinates the area"
    ASKED = "works for a service that was asked"
    FAMILY = "is one of the family"
    OUTSIDE = "keeps the house in order"


def standing(who: Principal, *, raised: bool, took_it_on: bool) -> Standing:
    """`raised` and `took_it_on` say so of the organisation and the services that they act for."""
    match who.role:
        case Role.JOB | Role.COORDINATOR:
            return Standing.COORDINATOR
        case Role.FAMILY:
            return Standing.FAMILY
        case Role.SETTING | Role.PROFESSIONAL if raised:
            return Standing.RAISER
        case Role.SETTING | Role.PROFESSIONAL:
            return Standing.HELPER if took_it_on else Standing.ASKED
    return Standing.OUTSIDE


def is_kept_close(resource: Json) -> bool:
    """Marked by `meta.security` for those alone who must know it."""
    marks = resource.get("meta", {}).get("security", ())
    return any(
        mark.get("system") == _CONFIDENTIALITY and mark.get("code") in _KEPT_CLOSE for mark in marks
    )


def is_at_risk(resource: Json) -> bool:
    """Somebody could be in danger if where they live, or how they are reached, became known."""
    return is_kept_close(resource) or any(
        one.get("url") == PRIVATE_ADDRESS and one.get("valueBoolean") is not False
        for address in resource.get("address", ())
        for one in address.get("extension", ())
    )


def _always(_: Json) -> bool:
    return True


def _about_safeguarding(task: Json) -> bool:
    coding = task.get("statusReason", {}).get("coding", ())
    return any("safeguarding" in one.get("code", "") for one in coding)


def _told_a_private_address(answers: Json) -> bool:
    return any(
        answer.get("valueBoolean") is True
        for group in answers.get("item", ())
        for item in group.get("item", ())
        if item.get("linkId") == _PRIVATE_ANSWER
        for answer in item.get("answer", ())
    )


#: A part as it leaves, made from the whole; None when nothing of it does.
Cut = Callable[[Any], Any]


def _nothing(_: Any) -> None:
    return None


def _where_about(addresses: Any) -> Any:
    return [{key: one[key] for key in one if key in _WHERE_ABOUT} for one in addresses]


def _without_reason(status_reason: Any) -> Any:
    return {key: value for key, value in status_reason.items() if key != "text"}


def _in_general(_: Any) -> Any:
    return {"text": "because this service can help"}


def _without_contacts(extensions: Any) -> Any:
    return [_bare(one) if one.get("url") == SAFE_TO_CONTACT else one for one in extensions]


def _bare(safe: Json) -> Json:
    inner = [one for one in safe.get("extension", ()) if one.get("url") != "contact"]
    return {**safe, "extension": inner}


def _without_safety(extensions: Any) -> Any:
    return [one for one in extensions if one.get("url") != SAFE_TO_CONTACT] or None


def _without_grounds(extensions: Any) -> Any:
    """Why it climbs swiftly, and what shows that a limit need not be met, may be about others."""
    kept = [one for one in extensions if one.get("url") != _RISK]
    return [_without_evidence(one) for one in kept] or None


def _without_evidence(one: Json) -> Json:
    if one.get("url") != _EXCEPTION:
        return one
    inner = [part for part in one.get("extension", ()) if part.get("url") != "evidence"]
    return {**one, "extension": inner}


def _without_groups(*left_out: str) -> Cut:
    return lambda groups: [one for one in groups if one.get("linkId") not in left_out] or None


@dataclass(frozen=True)
class Row:
    """Of resources of this type for which `when` holds, `cuts` are made for all of `whom`."""

    type: str
    when: Callable[[Json], bool]
    whom: frozenset[Standing]
    cuts: Mapping[str, Cut]


def _left_out(*parts: str) -> dict[str, Cut]:
    return dict.fromkeys(parts, _nothing)


_FAMILY = frozenset({Standing.FAMILY})
_NOT_NEAR = frozenset({Standing.ASKED, Standing.OUTSIDE})
_REACHED = ("telecom", "contact", "photo")

#: For each type the rows that may hold; a later one cuts what an earlier one left.
ROWS: tuple[Row, ...] = (
    Row("Patient", is_at_risk, _NOT_NEAR, _left_out(*_REACHED) | {"address": _where_about}),
    Row(
        "Patient",
        is_at_risk,
        _FAMILY,
        _left_out("address", *_REACHED, "identifier", "generalPractitioner"),
    ),
    Row(
        "RelatedPerson",
        is_at_risk,
        _NOT_NEAR,
        _left_out(*_REACHED) | {"address": _where_about, "extension": _without_contacts},
    ),
    Row(
        "RelatedPerson",
        _always,
        _FAMILY,
        _left_out("address", *_REACHED, "identifier", "birthDate") | {"extension": _without_safety},
    ),
    Row(
        "ServiceRequest",
        is_kept_close,
        _FAMILY,
        _left_out("note", "reasonCode", "reasonReference", "supportingInfo", "extension"),
    ),
    Row(
        "Task",
        is_kept_close,
        _FAMILY,
        _left_out("note", "description", "input", "output")
        | {"statusReason": _without_reason, "reasonCode": _in_general},
    ),
    Row("Task", _about_safeguarding, _FAMILY, {"statusReason": _without_reason}),
    Row("Task", _always, _FAMILY, {"extension": _without_grounds}),
    Row(
        "QuestionnaireResponse",
        _told_a_private_address,
        _NOT_NEAR,
        {"item": _without_groups("about-address")},
    ),
    Row(
        "QuestionnaireResponse",
        _always,
        _FAMILY,
        {"item": _without_groups("about-address", "about-carers", "about-agreement")},
    ),
)
_BY_TYPE = {row.type: tuple(one for one in ROWS if one.type == row.type) for row in ROWS}


def concerns(resource: Json) -> bool:
    """Whether anything might be left out of this resource for anybody of those who work."""
    rows = _BY_TYPE.get(resource["resourceType"], ())
    return any(row.whom & _NOT_NEAR and row.when(resource) for row in rows)


def is_cut_for_some(resource: Json) -> bool:
    """Whether this resource, unlike others of its type, is cut for some who may find it."""
    rows = _BY_TYPE.get(resource["resourceType"], ())
    return any(row.when is not _always and row.when(resource) for row in rows)


@dataclass(frozen=True)
class LeftOut:
    """Parts of a type that somebody might not be given: of every such resource, or of some."""

    always: frozenset[str]
    sometimes: frozenset[str]


def left_out_for(who: Principal, type: str) -> LeftOut:
    """What they are not to find out by asking for it either, whatever they are to the child."""
    could_be = {
        standing(who, raised=raised, took_it_on=took) for raised in _EITHER for took in _EITHER
    }
    rows = [row for row in _BY_TYPE.get(type, ()) if row.whom & could_be]
    always, sometimes = (
        frozenset(part for row in rows if (row.when is _always) is is_sure for part in row.cuts)
        for is_sure in (True, False)
    )
    return LeftOut(always, sometimes)


_EITHER = (False, True)


def as_it_leaves(
    resource: Json, who: Principal, to_the_child: Standing, *, at_risk: bool = False
) -> Json:
    """The resource itself when nothing is left out. Their own part of the record carers get whole.

    `at_risk`: another version of it is marked, so that this one counts as marked too.
    """
    if resource["resourceType"] == "RelatedPerson" and resource.get("id") == who.id:
        return resource
    found = dict(resource)
    for row in _BY_TYPE.get(resource["resourceType"], ()):
        if to_the_child in row.whom and (at_risk or row.when(resource)):
            for part in row.cuts.keys() & found.keys():
                found[part] = found[part] and row.cuts[part](found[part])
    kept = {key: value for key, value in found.items() if value is not None}
    return resource if kept == resource else kept


def put_back(whole: Json, shown: Json, sent: Json) -> Json:
    """What was sent, with the parts that its sender was not shown as they are kept.

    NotAllowed when the sender changes one of them: nobody changes what they do not see.
    """
    kept = dict(sent)
    for part in whole:
        if shown.get(part) != whole[part] and part != "meta":
            if sent.get(part) != shown.get(part):
                raise NotAllowed(f"You may not change what you are not shown: {part}.")
            kept[part] = whole[part]
    return kept
