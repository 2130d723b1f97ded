"""Takes from a referral's page what the carer who reads it may not see."""

from typing import Any

from services.referral.domain.carers import Sight

Page = dict[str, Any]


def for_carer(page: Page, sees: frozenset[Sight]) -> Page:
    """The same page for whoever may read the story. For others no number, no district, no reasons
    and no questions: only where things stand."""
    if Sight.STORY in sees:
        return page
    child = {**page["child"], "nhs_number": None, "district": None}
    result = page["result"] and {**page["result"], "text": ""}
    others = [{**one, "because": ""} for one in page["others"]]
    plain = {"child": child, "because": "", "asks": [], "result": result, "others": others}
    return {**page, **plain}
