"""The numbers and the date that a message to a family may say, as they are when it leaves."""

from services.referral.domain.keeping_in_touch import weeks_between_contacts
from services.referral.domain.working_days import london_date
from services.referral.records.reading import Reading
from services.referral.records.tasks import is_ask, to_referral
from services.referral.use_cases.circumstances import Rulebook
from shared.contract import Figures, Moment, RecipientQuery


def figures_for(query: RecipientQuery, record: Reading, rules: Rulebook) -> Figures:
    """Empty where the words of the moment have none."""
    if query.moment not in (Moment.ESCALATED, Moment.KEEP_IN_TOUCH):
        return Figures()
    task = record.find("Task", query.task)
    if task is None or is_ask(task.json):
        return Figures()
    referral = to_referral(task)
    if query.moment == Moment.ESCALATED:
        return Figures(due=london_date(referral.due_at))
    wait = rules.waits.at_service(record, referral.service).completed
    again = weeks_between_contacts(referral)
    late = london_date(referral.due_at) if referral.due_at < record.now else None
    if wait is None:
        return Figures(due=late, again_in=again)
    return Figures(
        due=late,
        half_waited=wait.half,
        most_waited=wait.most,
        sample=wait.count,
        again_in=again,
    )
