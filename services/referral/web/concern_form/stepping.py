"""The pages of single steps, and of steps that are asked several times ("add another")."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.web.concern_form.desk import AtDesk, Desk, Draft
from services.referral.web.concern_form.form import section_of, step_called
from services.referral.web.concern_form.progress import progress
from services.referral.web.concern_form.reading import told
from services.referral.web.forms.checking import (
    Checked,
    Problem,
    asked,
    check,
    stop_chosen,
    typed_in,
)
from services.referral.web.forms.posted import Posted, see
from services.referral.web.forms.questions import Step, Typed
from services.referral.web.rendering import render
from shared.errors import Conflict, NotFound

pages = APIRouter()

#: More of one kind than any family has; a guard against a form that only grows.
MOST_ITEMS = 20


@dataclass(frozen=True, kw_only=True)
class Open:
    """One page of one draft; `number` is set for an item of a step that is asked several times."""

    desk: Desk
    draft: Draft
    step: Step
    number: int | None = None
    goes_to_check: bool = False

    @property
    def items(self) -> list[Typed]:
        return list(self.draft.typed.get(self.step.key, {}).get("items", []))

    @property
    def typed(self) -> Typed:
        if self.number is None:
            return dict(self.draft.typed.get(self.step.key, {}))
        items = self.items
        return items[self.number - 1] if self.number <= len(items) else {}

    @property
    def href(self) -> str:
        return f"/raise/{self.draft.id}/{self.step.key}"

    def save(self, typed: Typed) -> None:
        if self.number is not None:
            items = self.items
            items[self.number - 1 : self.number] = [typed]
            typed = {"items": items}
        self.desk.save_draft(self.draft.id, self.step.key, typed)

    def next_href(self) -> str:
        """Where a good answer leads: the list, the check page, or the next step that is asked."""
        suffix = "?to=check" if self.goes_to_check else ""
        if self.number is not None:
            return f"{self.href}{suffix}"
        desk = self.desk
        typed = desk.draft(self.draft.id).typed
        after = progress(typed, today=desk.today, choices=desk.choices).after(self.step.key)
        if self.goes_to_check or after is None:
            return f"/raise/{self.draft.id}/check"
        return f"/raise/{self.draft.id}/{after}"


@pages.get("/{draft}/{step}")
def ask(request: Request, desk: AtDesk, draft: str, step: str) -> Response:
    page = _open(request, desk, draft, step)
    if page.step.repeat:
        return _list(request, page) if page.items else see(f"{page.href}/1")
    return _page(request, page, page.typed, Checked())


@pages.post("/{draft}/{step}")
def answer(request: Request, desk: AtDesk, form: Posted, draft: str, step: str) -> Response:
    page = _open(request, desk, draft, step)
    if page.step.repeat:
        return _after_list(request, page, str(form.get("another", "")))
    return _answer(request, page, form)


@pages.get("/{draft}/{step}/{number:int}")
def ask_item(request: Request, desk: AtDesk, draft: str, step: str, number: int) -> Response:
    page = _open(request, desk, draft, step, number)
    return _page(request, page, page.typed, Checked())


@pages.post("/{draft}/{step}/{number:int}")
def answer_item(
    request: Request, desk: AtDesk, form: Posted, draft: str, step: str, number: int
) -> Response:
    return _answer(request, _open(request, desk, draft, step, number), form)


@pages.post("/{draft}/{step}/{number:int}/remove")
def remove_item(request: Request, desk: AtDesk, draft: str, step: str, number: int) -> Response:
    page = _open(request, desk, draft, step, number)
    items = page.items
    del items[number - 1 : number]
    desk.save_draft(draft, step, {"items": items})
    return see(page.href)


def _open(request: Request, desk: Desk, draft: str, step: str, number: int | None = None) -> Open:
    found = desk.draft(draft)
    if found.is_sent:
        raise Conflict("This concern was sent. Its answers cannot be changed here any more.")
    to_check = request.query_params.get("to") == "check"
    page = Open(
        desk=desk, draft=found, step=step_called(step), number=number, goes_to_check=to_check
    )
    if number is not None and not (page.step.repeat and 1 <= number <= _most(page)):
        raise NotFound("There is no such page of the form.")
    return page


def _most(page: Open) -> int:
    return min(len(page.items) + 1, MOST_ITEMS)


def _answer(request: Request, page: Open, form: Posted) -> Response:
    typed = typed_in(form, page.step.questions)
    if stop := stop_chosen(page.step.questions, typed):
        return see(f"/raise/stop/{stop}")
    page.save(typed)
    if "later" in form:
        return see(f"/raise/{page.draft.id}?saved=yes")
    checked = check(page.step, typed, today=page.desk.today, choices=page.desk.choices)
    return see(page.next_href()) if checked.is_good else _page(request, page, typed, checked)


def _page(request: Request, page: Open, typed: Typed, checked: Checked) -> Response:
    desk = page.desk
    shown: dict[str, Any] = {
        "page": page,
        "section": section_of(page.step),
        "asked": asked_on(page.step, desk),
        "typed": typed,
        "problems": checked.problems,
    }
    if page.step.key == "services":
        so_far = progress(page.draft.typed, today=desk.today, choices=desk.choices)
        shown["suggestions"] = desk.suggestions(so_far.answers)
    return render(request, page.step.template, 200 if checked.is_good else 422, **shown)


def asked_on(step: Step, desk: Desk) -> tuple[Any, ...]:
    """Every question of a page, those under an answer as well: without script all are there."""
    leading = asked([q for q in step.questions if q.when is None], {}, desk.choices)
    return leading + tuple(q for q in step.questions if q.when is not None)


def _list(request: Request, page: Open, problem: Problem | None = None) -> Response:
    shown = {
        "page": page,
        "section": section_of(page.step),
        "items": [_listed(page, item) for item in page.items],
        "can_add": len(page.items) < MOST_ITEMS,
        "problems": {"another": problem} if problem else {},
    }
    return render(request, "concern/list.html", 422 if problem else 200, **shown)


def _listed(page: Open, item: Typed) -> dict[str, Any]:
    desk = page.desk
    checked = check(page.step, item, today=desk.today, choices=desk.choices)
    name = str(item.get(page.step.questions[0].key) or "")
    rows = told(page.step, checked.values, desk.choices) if checked.is_good else []
    return {"name": name, "is_good": checked.is_good, "rows": rows}


def _after_list(request: Request, page: Open, another: str) -> Response:
    if another == "yes":
        return see(f"{page.href}/{_most(page)}{'?to=check' if page.goes_to_check else ''}")
    if another == "no":
        return see(page.next_href())
    return _list(request, page, Problem("Choose whether there is another to add", "#another"))
