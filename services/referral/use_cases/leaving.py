"""Resources as they leave, to a system or on to a page: each is looked at once more.

Almost none has anything to leave out, and for these nothing is asked of the database.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.referral.domain.minimum import (
    SIGNS,
    Standing,
    as_it_leaves,
    concerns,
    put_back,
    standing,
)
from services.referral.records.reading import Reading
from services.referral.records.resource import Json, Resource, to_text
from services.referral.records.tasks import is_taken_on
from shared.identity import Role


def leaving(found: Resource, record: Reading) -> Resource:
    """What of it this principal is given."""
    return all_leaving((found,), record)[0]


def all_leaving(found: Sequence[Resource], record: Reading) -> list[Resource]:
    return [_shown(one, record, at_risk=False) for one in found]


def versions_leaving(found: Sequence[Resource], record: Reading) -> list[Resource]:
    """Versions of one resource: what is marked in any of them is left out of all."""
    at_risk = any(_is_marked(one) for one in found)
    return [_shown(one, record, at_risk=at_risk) for one in found]


def as_changed(old: Resource, sent: Json, record: Reading) -> Json:
    """What was sent, with what its sender was not shown as it is kept."""
    shown = leaving(old, record)
    return sent if shown is old else dict(put_back(old.json, shown.json, sent))


def _shown(found: Resource, record: Reading, *, at_risk: bool) -> Resource:
    is_family = record.who.role is Role.FAMILY
    if not (is_family or at_risk or _is_marked(found)):
        return found
    kept = as_it_leaves(found.json, record.who, _standing(found, record), at_risk=at_risk)
    if kept is found.json:
        return found
    shown = replace(found, body=to_text(dict(kept)))
    shown.__dict__["json"] = kept
    return shown


def _is_marked(found: Resource) -> bool:
    """Looked for in the text first: almost no resource need be parsed for it."""
    return any(sign in found.body for sign in SIGNS) and concerns(found.json)


def _standing(about: Resource, record: Reading) -> Standing:
    child = about.id if about.type == "Patient" else about.place.child
    return record.once(
        f"standing {child} {about.place.origin}", lambda: _asked(child, about, record)
    )


def _asked(child: str | None, about: Resource, record: Reading) -> Standing:
    who = record.who
    if who.role not in (Role.SETTING, Role.PROFESSIONAL):
        return standing(who, raised=False, took_it_on=False)
    known = record.of_child(child, "ServiceRequest", "Task") if child else []
    origins = {about.place.origin} | {
        one.place.origin for one in known if one.type == "ServiceRequest"
    }
    return standing(
        who,
        raised=who.organisation is not None and who.organisation in origins,
        took_it_on=any(is_taken_on(one.json, who.services) for one in known if one.type == "Task"),
    )
