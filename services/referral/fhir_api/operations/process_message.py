"""`$process-message`: https://hl7.org/fhir/R4/messageheader-operation-process-message.html

What cannot be understood as a message is refused with an OperationOutcome; the rest is answered by
a message.
"""

from fastapi.responses import Response

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.answers import json_answer
from services.referral.fhir_api.asking import check_scope
from services.referral.fhir_api.operations.called import Call
from services.referral.fhir_api.operations.message import Message, Reason, read_message
from services.referral.fhir_api.operations.message_answer import answer_to, refusal_of
from services.referral.fhir_api.operations.message_work import do
from services.referral.use_cases.message_memory import message_answered, remember_message
from services.referral.use_cases.sent_documents import check_documents
from shared.errors import Failure
from shared.fhir.json import write_json


def run(call: Call) -> Response:
    """A message: done, or why it was not."""
    message = read_message(call.resource("content").value, now=call.at.clock())
    try:
        return json_answer(_take(message, call))
    except Failure as refused:
        return refusal_of(message, refused, base=call.base, now=call.at.clock())


def _take(message: Message, call: Call) -> str:
    """The answer as JSON text: of a message that came before the one that it got."""
    _check_scopes(message, call)
    for part in message.parts:
        check_documents(part.resource, scan=call.at.scan, prefix=part.place)
    ids = [one for one in (message.id, message.identifier) if one]
    with call.at.records.writing(call.who, now=call.at.clock()) as record:
        earlier = message_answered(record, ids, message.digest)
        if earlier is not None:
            return earlier
        done = do(message, record, call.at)
        answer = write_json(answer_to(message, done, record, call.base)).decode()
        remember_message(record, ids, answer)
    return answer


def _check_scopes(message: Message, call: Call) -> None:
    """As for the same by REST: a new concern creates each part, an update may create and change."""
    if message.reason is Reason.CANCELLED:
        return check_scope(call.who, "ServiceRequest", Interaction.UPDATE)
    needed = [Interaction.CREATE]
    if message.reason is Reason.UPDATE:
        needed.append(Interaction.UPDATE)
    for type in sorted({part.type for part in message.parts}):
        check_scope(call.who, type, *needed)
    return None
