"""The search parameters of FHIR R4 that work, a line each, by resource type.

A line is the name, the kind, the paths parted by `|`, the types that a reference may lead to after
`->` (none: any), and after `@` the id of its definition where that is not `Type-name`. Paths are
element names joined by dots; lists are looked through, and `name[x]` takes those whose system is x
or whose url ends so. Source: https://hl7.org/fhir/R4/searchparameter-registry.html
"""

_PEOPLE = "Practitioner PractitionerRole Organization Patient RelatedPerson Device"
_WHO = "Practitioner Organization PractitionerRole"

_TELECOM = """
telecom token telecom @ individual-telecom
phone token telecom[phone] @ individual-phone
email token telecom[email] @ individual-email
"""
_IDENTIFIED = "identifier token identifier"
_ADDRESS = """
address string address
address-city string address.city
address-state string address.state
address-postalcode string address.postalCode
address-country string address.country
address-use token address.use
"""
_PERSON = f"""
{_IDENTIFIED}
active token active
name string name
{_TELECOM}
gender token gender @ individual-gender
address string address @ individual-address
address-city string address.city @ individual-address-city
address-state string address.state @ individual-address-state
address-postalcode string address.postalCode @ individual-address-postalcode
address-country string address.country @ individual-address-country
address-use token address.use @ individual-address-use
"""
_NAMES = """
family string name.family @ individual-family
given string name.given @ individual-given
"""
_CLINICAL_ID = "identifier token identifier @ clinical-identifier"
_CLINICAL_PATIENT = "patient reference subject -> Patient @ clinical-patient"
_BIRTH = "birthdate date birthDate @ individual-birthdate"

STANDARD: dict[str, str] = {
    "Patient": f"""
        {_PERSON}
        {_NAMES}
        {_BIRTH}
        death-date date deceasedDateTime
        deceased token deceasedBoolean|deceasedDateTime
        language token communication.language
        link reference link.other -> Patient RelatedPerson
        general-practitioner reference generalPractitioner -> {_WHO}
        organization reference managingOrganization -> Organization
    """,
    "RelatedPerson": f"""
        {_PERSON}
        {_BIRTH}
        patient reference patient -> Patient
        relationship token relationship
    """,
    "Practitioner": f"""
        {_PERSON}
        {_NAMES}
        communication token communication
    """,
    "PractitionerRole": f"""
        {_IDENTIFIED}
        active token active
        {_TELECOM}
        date date period
        role token code
        specialty token specialty
        practitioner reference practitioner -> Practitioner
        organization reference organization -> Organization
        location reference location -> Location
        service reference healthcareService -> HealthcareService
    """,
    "Organization": f"""
        {_IDENTIFIED}
        active token active
        type token type
        name string name|alias
        {_ADDRESS}
        partof reference partOf -> Organization
    """,
    "HealthcareService": f"""
        {_IDENTIFIED}
        active token active
        name string name
        characteristic token characteristic
        program token program
        service-category token category
        service-type token type
        specialty token specialty
        organization reference providedBy -> Organization
        location reference location -> Location
        coverage-area reference coverageArea -> Location
    """,
    "Location": f"""
        {_IDENTIFIED}
        status token status
        operational-status token operationalStatus
        type token type
        name string name|alias
        {_ADDRESS}
        partof reference partOf -> Location
        organization reference managingOrganization -> Organization
    """,
    "ServiceRequest": f"""
        {_CLINICAL_ID}
        status token status
        intent token intent
        priority token priority
        category token category
        code token code @ clinical-code
        order-detail token orderDetail
        body-site token bodySite
        requisition token requisition
        authored date authoredOn
        occurrence date occurrenceDateTime|occurrencePeriod|occurrenceTiming.event
        subject reference subject -> Patient Group Device Location
        {_CLINICAL_PATIENT}
        requester reference requester -> {_PEOPLE}
        performer reference performer -> {_PEOPLE} HealthcareService CareTeam
        performer-type token performerType
        based-on reference basedOn -> ServiceRequest CarePlan MedicationRequest
        replaces reference replaces -> ServiceRequest
        instantiates-canonical reference instantiatesCanonical
        instantiates-uri uri instantiatesUri
    """,
    "Task": f"""
        {_IDENTIFIED}
        code token code
        intent token intent
        period date executionPeriod
        performer token performerType
        based-on reference basedOn
        group-identifier token groupIdentifier
    """,
    "Questionnaire": f"""
        {_IDENTIFIED}
        status token status
        url uri url
        version token version
        name string name
        title string title
        description string description
        publisher string publisher
        date date date
        effective date effectivePeriod
        code token item.code
        definition uri item.definition
        context token useContext.valueCodeableConcept
        context-type token useContext.code
        jurisdiction token jurisdiction
        subject-type token subjectType
    """,
    "QuestionnaireResponse": f"""
        {_IDENTIFIED}
        status token status
        authored date authored
        author reference author -> {_PEOPLE}
        source reference source -> Patient Practitioner PractitionerRole RelatedPerson
        questionnaire reference questionnaire -> Questionnaire
        subject reference subject
        patient reference subject -> Patient
        based-on reference basedOn -> ServiceRequest CarePlan
        part-of reference partOf -> Observation Procedure
    """,
    "Observation": f"""
        {_CLINICAL_ID}
        status token status
        category token category
        code token code @ clinical-code
        combo-code token code|component.code
        component-code token component.code
        value-concept token valueCodeableConcept
        component-value-concept token component.valueCodeableConcept
        combo-value-concept token valueCodeableConcept|component.valueCodeableConcept
        value-string string valueString|valueCodeableConcept.text
        value-date date valueDateTime|valuePeriod
        data-absent-reason token dataAbsentReason
        component-data-absent-reason token component.dataAbsentReason
        combo-data-absent-reason token dataAbsentReason|component.dataAbsentReason
        method token method
        date date effectiveDateTime|effectivePeriod|effectiveInstant|effectiveTiming.event
            @ clinical-date
        subject reference subject -> Patient Group Device Location
        {_CLINICAL_PATIENT}
        performer reference performer -> {_WHO} CareTeam Patient RelatedPerson
        focus reference focus
        based-on reference basedOn -> ServiceRequest CarePlan
        part-of reference partOf
        has-member reference hasMember -> Observation QuestionnaireResponse
        derived-from reference derivedFrom -> Observation QuestionnaireResponse DocumentReference
    """,
    "Consent": f"""
        {_CLINICAL_ID}
        status token status
        scope token scope
        category token category
        action token provision.action
        purpose token provision.purpose
        security-label token provision.securityLabel
        date date dateTime @ clinical-date
        period date provision.period
        patient reference patient -> Patient @ clinical-patient
        consentor reference performer -> {_WHO} Patient RelatedPerson
        organization reference organization -> Organization
        actor reference provision.actor.reference -> {_PEOPLE} Group CareTeam
        data reference provision.data.reference
        source-reference reference sourceReference
            -> Consent Contract QuestionnaireResponse DocumentReference
    """,
    "CareTeam": f"""
        {_CLINICAL_ID}
        status token status
        category token category
        date date period @ clinical-date
        subject reference subject -> Patient Group
        {_CLINICAL_PATIENT}
        participant reference participant.member -> {_WHO} CareTeam Patient RelatedPerson
    """,
    "Communication": f"""
        {_IDENTIFIED}
        status token status
        category token category
        medium token medium
        sent date sent
        received date received
        subject reference subject -> Patient Group
        patient reference subject -> Patient
        sender reference sender -> {_PEOPLE} HealthcareService
        recipient reference recipient -> {_PEOPLE} HealthcareService CareTeam Group
        based-on reference basedOn
        part-of reference partOf
        instantiates-canonical reference instantiatesCanonical -> Questionnaire PlanDefinition
        instantiates-uri uri instantiatesUri
    """,
    "CommunicationRequest": f"""
        {_IDENTIFIED}
        status token status
        priority token priority
        category token category
        medium token medium
        group-identifier token groupIdentifier
        authored date authoredOn
        occurrence date occurrenceDateTime
        subject reference subject -> Patient Group
        patient reference subject -> Patient
        requester reference requester -> {_PEOPLE}
        sender reference sender -> {_PEOPLE} HealthcareService
        recipient reference recipient -> {_PEOPLE} HealthcareService CareTeam Group
        based-on reference basedOn
        replaces reference replaces -> CommunicationRequest
    """,
    "Appointment": f"""
        {_IDENTIFIED}
        status token status
        appointment-type token appointmentType
        part-status token participant.status
        reason-code token reasonCode
        service-category token serviceCategory
        service-type token serviceType
        specialty token specialty
        date date start
        actor reference participant.actor
            -> Practitioner PractitionerRole Patient RelatedPerson Device HealthcareService Location
        patient reference participant.actor -> Patient
        practitioner reference participant.actor -> Practitioner
        location reference participant.actor -> Location
        based-on reference basedOn -> ServiceRequest
        reason-reference reference reasonReference -> Observation Condition Procedure
        supporting-info reference supportingInformation
    """,
    "DocumentReference": f"""
        identifier token masterIdentifier|identifier @ clinical-identifier
        status token status
        type token type @ clinical-type
        category token category
        security-label token securityLabel
        setting token context.practiceSetting
        facility token context.facilityType
        event token context.event
        contenttype token content.attachment.contentType
        format token content.format
        language token content.attachment.language
        relation token relatesTo.code
        description string description
        location uri content.attachment.url
        date date date
        period date context.period
        subject reference subject -> Patient Practitioner Group Device
        {_CLINICAL_PATIENT}
        author reference author -> {_PEOPLE}
        authenticator reference authenticator -> {_WHO}
        custodian reference custodian -> Organization
        relatesto reference relatesTo.target -> DocumentReference
        related reference context.related
    """,
    "Binary": "",
    "Flag": f"""
        {_IDENTIFIED}
        date date period @ clinical-date
        subject reference subject -> Patient Practitioner Organization Location Group
        {_CLINICAL_PATIENT}
        author reference author -> {_WHO} Patient Device
    """,
    "Provenance": f"""
        recorded date recorded
        when date occurredDateTime
        target reference target
        patient reference target -> Patient
        agent reference agent.who -> {_PEOPLE}
        agent-role token agent.role
        agent-type token agent.type
        entity reference entity.what
        location reference location -> Location
        signature-type token signature.type
    """,
    "AuditEvent": f"""
        date date recorded
        agent reference agent.who -> {_PEOPLE}
        patient reference entity.what -> Patient
    """,
}

#: Parameters of Task that the queue table answers from its own typed columns.
OF_QUEUE = f"""
    owner reference owner -> HealthcareService {_PEOPLE} CareTeam
    requester reference requester -> {_PEOPLE}
    focus reference focus -> ServiceRequest
    part-of reference partOf -> Task
    patient reference for -> Patient
    subject reference for -> Patient
    status token status
    business-status token businessStatus
    priority token priority
    authored-on date authoredOn
    modified date lastModified
    due date restriction.period.end
    next-escalation date
    level number
    concern token
    area token
"""
#: Ours, on Task where the queue does not have them, and on ServiceRequest.
OWN: dict[str, str] = {
    "Task": "exception token extension[clock-exception].extension[code].valueString",
    "ServiceRequest": "concern token reasonCode",
}
#: What every type has; `_id` and `_lastUpdated` are columns of the resource itself.
COMMON = """
    _id token id @ Resource-id
    _lastUpdated date meta.lastUpdated @ Resource-lastUpdated
    _profile uri meta.profile @ Resource-profile
    _security token meta.security @ Resource-security
    _source uri meta.source @ Resource-source
    _tag token meta.tag @ Resource-tag
"""
