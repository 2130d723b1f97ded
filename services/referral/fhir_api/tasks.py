"""A Task that a client changed: the move, answer or note that it stands for."""

from services.referral.fhir_api.answers import NoVersion
from services.referral.fhir_api.kept_moves import one_at_a_time
from services.referral.fhir_api.task_moves import (
    answer_of,
    check_server_owned,
    sent_to,
    wanted_move,
    with_server_owned,
)
from services.referral.records.resource import Json, Resource
from services.referral.records.tasks import is_ask
from services.referral.records.writing import Writing
from services.referral.use_cases.annotate_task import annotate_task
from services.referral.use_cases.answer_ask import answer_ask
from services.referral.use_cases.keep_resource import is_as_kept, unchanged
from services.referral.use_cases.move_referral import check_unchanged, move_referral
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict


def change_task(
    task: Resource, sent: Json, version: int | None, *, record: Writing, at: Workplace
) -> Resource:
    """The Task after what was asked for. NoVersion when the client does not say what it saw."""
    if version is None:
        raise NoVersion('Say which version you have seen: If-Match: W/"3".')
    check_unchanged(record, task, version)
    sent = with_server_owned(task.json, sent)
    if is_as_kept(task, sent):
        return unchanged(task, record=record)
    if is_ask(task.json):
        return _change_ask(task, sent, version, record, at)
    wanted = wanted_move(task, sent)
    if wanted is None:
        return annotate_task(task, sent, record=record, rules=at.rules)
    if sent.get("priority", task.json.get("priority")) != task.json.get("priority"):
        raise one_at_a_time("Task.priority")
    move, said = wanted
    return move_referral(
        task.id, move, said, record=record, rules=at.rules, version=version, sent=sent
    )


def _change_ask(
    task: Resource, sent: Json, version: int, record: Writing, at: Workplace
) -> Resource:
    check_server_owned(task.json, sent)
    if sent["status"] == task.json["status"]:
        return annotate_task(task, sent, record=record, rules=at.rules)
    if sent["status"] != "completed":
        raise Conflict("What was asked is answered by completing this Task with an output.")
    return answer_ask(
        task.id,
        answer_of(sent),
        send_to=sent_to(sent),
        record=record,
        rules=at.rules,
        version=version,
        sent=sent,
    )
