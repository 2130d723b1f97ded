"""Put the organisations, services, people and systems of Anyshire into an empty database."""

from datetime import datetime

from services.referral.demo.people import FAMILY_EMAIL, PASSWORD, PEOPLE, Person
from services.referral.demo.places import ORGANISATIONS, SERVICES, Organisation, Service, demo_id
from services.referral.domain.access import tags_of_directory
from services.referral.domain.places import Places
from services.referral.domain.scopes import EVERYTHING
from services.referral.records.accounts import add_account
from services.referral.records.clients import NewClient, add_client
from services.referral.records.directory import to_service
from services.referral.records.resource import Json, Place
from services.referral.records.store import Records, Writing
from shared.fhir.identifiers import ODS_CODE
from shared.identity import Role, job
from shared.passwords import hash_password, hash_secret

DEMO = job("demo")
_DIRECTORY = Place(tags=tags_of_directory())


def build_area(records: Records, places: Places, *, now: datetime) -> None:
    with records.writing(DEMO, now=now) as record:
        for district in places.districts:
            _keep(record, _location(district.name), demo_id(f"location/{district.name}"))
        for organisation in ORGANISATIONS:
            _keep(record, _organisation(organisation), organisation.id)
        for practice in places.practices:
            _keep(record, _practice(practice.name, practice.ods), demo_id(practice.ods))
        for service in SERVICES:
            _keep(record, _healthcare_service(service), service.entry.id)
        for person in PEOPLE:
            _keep(record, _practitioner(person), person.id)
            _keep(record, _role(person), demo_id(f"role/{person.key}"))
    _add_accounts(records, places.county)


def _keep(record: Writing, json: Json, id: str) -> None:
    record.create(json, _DIRECTORY, id=id)


def _add_accounts(records: Records, county: str) -> None:
    password, secret = hash_password(PASSWORD), hash_secret(PASSWORD)
    with records.database.write() as session:
        for person in PEOPLE:
            add_account(session, _account(person, password, county))
            if person.client:
                client = NewClient(
                    id=f"demo-{person.key}",
                    account=person.id,
                    scope=EVERYTHING,
                    secret_hash=secret,
                )
                add_client(session, client)


def add_family_account(records: Records, carer: str, name: str, child: str) -> None:
    """An account for a carer in the records: `carer` and `child` are their FHIR ids."""
    account = {
        "id": carer,
        "email": FAMILY_EMAIL,
        "name": name,
        "password_hash": hash_password(PASSWORD),
        "role": Role.FAMILY,
        "organisation_id": None,
        "services": [],
        "areas": [],
        "children": [child],
        "active": True,
    }
    with records.database.write() as session:
        add_account(session, account)


def _account(person: Person, password: str, county: str) -> dict[str, object]:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "password_hash": password,
        "role": person.role,
        "organisation_id": demo_id(f"organisation/{person.organisation}"),
        "services": [demo_id(f"service/{key}") for key in person.services],
        "areas": [county] if person.role is Role.COORDINATOR else [],
        "children": [],
        "active": True,
        "post": person.post,
    }


def _location(name: str) -> Json:
    return {"resourceType": "Location", "status": "active", "name": name, "mode": "instance"}


def _organisation(one: Organisation) -> Json:
    return {
        "resourceType": "Organization",
        "identifier": [{"system": ODS_CODE, "value": one.ods}],
        "active": True,
        "type": [{"text": one.type}],
        "name": one.name,
        "telecom": [{"system": "phone", "value": one.phone, "use": "work"}],
    }


def _practice(name: str, ods: str) -> Json:
    return {
        "resourceType": "Organization",
        "identifier": [{"system": ODS_CODE, "value": ods}],
        "active": True,
        "type": [{"text": "GP practice"}],
        "name": name,
    }


def _healthcare_service(one: Service) -> Json:
    telecom = [{"system": "phone", "value": one.phone, "use": "work"}]
    return to_service(
        one.entry, organisation=demo_id(f"organisation/{one.organisation}"), telecom=telecom
    )


def _practitioner(one: Person) -> Json:
    given, _, family = one.name.removeprefix("Dr ").partition(" ")
    name: Json = {"text": one.name, "family": family, "given": [given]}
    return {
        "resourceType": "Practitioner",
        "active": True,
        "name": [name],
        "telecom": [{"system": "email", "value": one.email, "use": "work"}],
    }


def _role(one: Person) -> Json:
    services = [{"reference": f"HealthcareService/{demo_id(f'service/{k}')}"} for k in one.services]
    role: Json = {
        "resourceType": "PractitionerRole",
        "active": True,
        "practitioner": {"reference": f"Practitioner/{one.id}", "display": one.name},
        "organization": {
            "reference": f"Organization/{demo_id(f'organisation/{one.organisation}')}"
        },
        "code": [{"text": one.title}],
    }
    return {**role, "healthcareService": services} if services else role
