"""The service that could take what waits too long elsewhere. It suggests; people decide."""

from services.referral.domain.concern import Concern
from services.referral.domain.routing import Suggestion, route
from services.referral.domain.service_directory import Referrer
from services.referral.domain.working_days import london_date
from services.referral.records.resource import Resource
from services.referral.records.store import Reading
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.facts import Story, facts_of
from shared.errors import Conflict


def next_best(
    record: Reading, rules: Rulebook, concern: Concern, request: Resource, patient: Resource
) -> Suggestion | None:
    """The first service of the area that the rules suggest, that takes on new children, and that
    was not asked for this concern yet."""
    responses = record.of_concern(concern.id, "QuestionnaireResponse")
    story = Story(
        patient=patient.json, request=request.json, responses=tuple(one.json for one in responses)
    )
    today = london_date(record.now)
    facts = facts_of(story, Referrer.SETTING, rules.policies.places, on=today)
    entries = rules.directory.entries(record)
    try:
        routing = route(facts, rules.policies.rules, entries, on=today)
    except Conflict:  # nobody could help, and there is no desk
        return None
    asked = {referral.service for referral in concern.referrals}
    free = (one for one in routing.suggestions if one.service.accepting)
    return next(
        (one for one in free if one.service.id not in asked and not one.service.is_desk), None
    )
