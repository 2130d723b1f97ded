"""Keep what a client added to a Task without moving it: notes, inputs and outputs."""

from services.referral.records.queue import about
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing


def annotate_task(task: Resource, sent: Json, *, record: Writing) -> Resource:
    """The next version of the Task; its state, clocks and owner are as before."""
    patient = record.resource("Patient", task.place.child or "")
    request = record.concern(task.place.concern or "").request
    made = record.update(task, sent, request.place)
    record.queue(made, about(patient.json, request.json))
    record.note("annotate", made)
    return made
