"""The codes FHIR R4 requires, element by element; fhir.resources accepts anything there.

Source: the bindings of strength `required` in the R4 4.0.1 definitions of the stored types and of
the data types they use; a test holds this table to them. Sets without end (MIME types, currencies)
are checked by their form.
"""

from shared.fhir.types import DATA_TYPES, RESOURCE_TYPES


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENDER = _codes("male female other unknown")
_DAYS = _codes("mon tue wed thu fri sat sun")
_UNITS_OF_TIME = _codes("s min h d wk mo a")
_COMPARATORS = _codes("< <= >= >")
_PRIORITY = _codes("routine urgent asap stat")
_REQUEST_INTENT = _codes(
    "proposal plan order original-order reflex-order filler-order instance-order option"
)
#: https://hl7.org/fhir/R4/valueset-all-types.html
_ALL_TYPES = RESOURCE_TYPES | DATA_TYPES | {"Any", "DomainResource", "Resource", "Type"}

REQUIRED_CODES: dict[str, frozenset[str]] = {
    "Address.type": _codes("postal physical both"),
    "Address.use": _codes("home work temp old billing"),
    "Age.comparator": _COMPARATORS,
    "Appointment.participant.required": _codes("required optional information-only"),
    "Appointment.participant.status": _codes("accepted declined tentative needs-action"),
    "Appointment.status": _codes(
        "proposed pending booked arrived fulfilled cancelled noshow entered-in-error "
        "checked-in waitlist"
    ),
    "AuditEvent.action": _codes("C R U D E"),
    "AuditEvent.agent.network.type": _codes("1 2 3 4 5"),
    "AuditEvent.outcome": _codes("0 4 8 12"),
    "Bundle.entry.request.method": _codes("GET HEAD POST PUT DELETE PATCH"),
    "Bundle.entry.search.mode": _codes("match include outcome"),
    "Bundle.type": _codes(
        "document message transaction transaction-response batch batch-response history "
        "searchset collection"
    ),
    "CareTeam.status": _codes("proposed active suspended inactive entered-in-error"),
    "Communication.priority": _PRIORITY,
    "CommunicationRequest.priority": _PRIORITY,
    "CommunicationRequest.status": _codes(
        "draft active on-hold revoked completed entered-in-error unknown"
    ),
    "Communication.status": _codes(
        "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
    ),
    "Consent.provision.data.meaning": _codes("instance related dependents authoredby"),
    "Consent.provision.type": _codes("deny permit"),
    "Consent.status": _codes("draft proposed active rejected inactive entered-in-error"),
    "ContactPoint.system": _codes("phone fax email pager url sms other"),
    "ContactPoint.use": _codes("home work temp old mobile"),
    "Contributor.type": _codes("author editor reviewer endorser"),
    "Count.comparator": _COMPARATORS,
    "DataRequirement.type": _ALL_TYPES,
    "DataRequirement.sort.direction": _codes("ascending descending"),
    "Distance.comparator": _COMPARATORS,
    "DocumentReference.docStatus": _codes("preliminary final amended entered-in-error"),
    "DocumentReference.relatesTo.code": _codes("replaces transforms signs appends"),
    "DocumentReference.status": _codes("current superseded entered-in-error"),
    "Duration.comparator": _COMPARATORS,
    "Flag.status": _codes("active inactive entered-in-error"),
    "HealthcareService.availableTime.daysOfWeek": _DAYS,
    "HumanName.use": _codes("usual official temp nickname anonymous old maiden"),
    "Identifier.use": _codes("usual official temp secondary old"),
    "Location.hoursOfOperation.daysOfWeek": _DAYS,
    "Location.mode": _codes("instance kind"),
    "Location.status": _codes("active suspended inactive"),
    "Narrative.status": _codes("generated extensions additional empty"),
    "Observation.status": _codes(
        "registered preliminary final amended corrected cancelled entered-in-error unknown"
    ),
    "ParameterDefinition.type": _ALL_TYPES,
    "ParameterDefinition.use": _codes("in out"),
    "Patient.contact.gender": _GENDER,
    "Patient.gender": _GENDER,
    "Patient.link.type": _codes("replaced-by replaces refer seealso"),
    "Practitioner.gender": _GENDER,
    "PractitionerRole.availableTime.daysOfWeek": _DAYS,
    "Provenance.entity.role": _codes("derivation revision quotation source removal"),
    "Quantity.comparator": _COMPARATORS,
    "Questionnaire.item.enableBehavior": _codes("all any"),
    "Questionnaire.item.enableWhen.operator": _codes("exists = != > < >= <="),
    "Questionnaire.item.type": _codes(
        "group display question boolean decimal integer date dateTime time string text url "
        "choice open-choice attachment reference quantity"
    ),
    "Questionnaire.status": _codes("draft active retired unknown"),
    "Questionnaire.subjectType": RESOURCE_TYPES | {"Resource", "DomainResource"},
    "QuestionnaireResponse.status": _codes(
        "in-progress completed amended entered-in-error stopped"
    ),
    "RelatedArtifact.type": _codes(
        "documentation justification citation predecessor successor derived-from depends-on "
        "composed-of"
    ),
    "RelatedPerson.gender": _GENDER,
    "ServiceRequest.intent": _REQUEST_INTENT | {"directive"},
    "ServiceRequest.priority": _PRIORITY,
    "ServiceRequest.status": _codes(
        "draft active on-hold revoked completed entered-in-error unknown"
    ),
    "Task.intent": _REQUEST_INTENT | {"unknown"},
    "Task.priority": _PRIORITY,
    "Task.status": _codes(
        "draft requested received accepted rejected ready cancelled in-progress on-hold failed "
        "completed entered-in-error"
    ),
    "Timing.repeat.dayOfWeek": _DAYS,
    "Timing.repeat.durationUnit": _UNITS_OF_TIME,
    "Timing.repeat.periodUnit": _UNITS_OF_TIME,
    "Timing.repeat.when": _codes(
        "MORN MORN.early MORN.late NOON AFT AFT.early AFT.late EVE EVE.early EVE.late NIGHT PHS "
        "HS WAKE C CM CD CV AC ACM ACD ACV PC PCM PCD PCV"
    ),
    "TriggerDefinition.type": _codes(
        "named-event periodic data-changed data-added data-modified data-removed data-accessed "
        "data-access-ended"
    ),
}

_MIME_TYPE = (r"[\w.+-]+/[\w.+*-]+(?:\s*;.*)?", "a MIME type such as image/png")

#: Required codes without an end to their list: the form they must have, and what that is.
CODE_FORMS: dict[str, tuple[str, str]] = {
    "Attachment.contentType": _MIME_TYPE,
    "Binary.contentType": _MIME_TYPE,
    "Money.currency": (r"[A-Z]{3}", "a currency such as GBP"),
    "Signature.sigFormat": _MIME_TYPE,
    "Signature.targetFormat": _MIME_TYPE,
}
