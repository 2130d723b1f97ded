"""What counts as an answer, and what is said when it does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData, UploadFile

from services.referral.domain.moves import FOLLOWING, MOVES
from services.referral.web.concern_form.form import STEPS
from services.referral.web.forms.checking import Checked, check, typed_in
from services.referral.web.forms.dates import MONTHS, month_of, time_of
from services.referral.web.forms.questions import (
    Kind,
    Need,
    Option,
    Question,
    Step,
    When,
    options,
)
from services.referral.web.move_forms import form_for
from tests.referral.web.desks import CHOICES, TODAY


def answered(typed: object, kind: Kind = Kind.TEXT, **more: object) -> Checked:
    question = Question(key="q", label="It", kind=kind, missing="Say it", **more)  # type: ignore[arg-type]
    step = Step(key="s", title="S", questions=(question,))
    return check(step, {"q": typed}, today=TODAY, choices=CHOICES)


def parts(day: str, month: str, year: str) -> dict[str, str]:
    return {"day": day, "month": month, "year": year}


GOOD = [
    (Kind.TEXT, "  Zoya  ", "Zoya"),
    (Kind.TEXTAREA, "a\r\nb", "a\nb"),
    (Kind.TEXT, "nul\x00l", "null"),
    (Kind.POSTCODE, " zz99 3cz", "ZZ99 3CZ"),
    (Kind.POSTCODE, "ZZ993CZ", "ZZ99 3CZ"),
    (Kind.NHS_NUMBER, "999 000 0018", "9990000018"),
    (Kind.NHS_NUMBER, "999-000-0026", "9990000026"),
    (Kind.NUMBER, "30", 30),
    (Kind.NUMBER, "0", 0),
    (Kind.EMAIL, "a.b@example.org", "a.b@example.org"),
    (Kind.PHONE, "(01632) 960 001", "(01632) 960 001"),
    (Kind.PHONE, "+44 7700 900461", "+44 7700 900461"),
    (Kind.DATE, parts("27", "3", "2027"), "2027-03-27"),
    (Kind.PAST_DATE, parts("29", "feb", "2024"), "2024-02-29"),
    (Kind.PAST_DATE, parts("21", "November", "2026"), "2026-11-21"),
    (Kind.TIME, "2.30 pm", "14:30"),
]


@pytest.mark.parametrize(("kind", "typed", "kept"), GOOD)
def test_what_people_type_is_understood(kind: Kind, typed: object, kept: object) -> None:
    assert answered(typed, kind) == Checked(values={"q": kept})


BAD = [
    (Kind.TEXT, "   ", "Say it"),
    (Kind.TEXT, "\x00", "Say it"),
    (Kind.TEXT, "x" * 201, "Use 200 characters or fewer"),
    (Kind.POSTCODE, "ZZ99", "Enter a full postcode, like ZZ99 3CZ"),
    (Kind.NHS_NUMBER, "9990000019", "Check the NHS number: one of its digits is not right"),
    (Kind.NHS_NUMBER, "999000001", "An NHS number has 10 digits, like 999 123 4567"),
    (Kind.NHS_NUMBER, "٩٩٩٠٠٠٠٠١٨", "An NHS number has 10 digits, like 999 123 4567"),
    (
        Kind.NHS_NUMBER,
        "qq 12 34 56 c",
        "This is a National Insurance number. Enter an NHS number, or leave this blank",
    ),
    (Kind.EMAIL, "sam at example", "Enter an email address, like name@example.org"),
    (Kind.PHONE, "ring me", "Enter a phone number, like 01632 960 001"),
    (Kind.NUMBER, "-1", "It must be a number from 0 to 1000000"),
    (Kind.NUMBER, "4.5", "It must be a number from 0 to 1000000"),
    (Kind.DATE, parts("31", "2", "2023"), "It: enter a real date, like 27 3 2023"),
    (Kind.DATE, parts("3", "13", "2023"), "It: enter a real date, like 27 3 2023"),
    (Kind.DATE, parts("3", "", "2023"), "It: add the month"),
    (Kind.DATE, parts("3", "4", "23"), "It: enter the year in 4 digits, like 2023"),
    (Kind.PAST_DATE, parts("22", "11", "2026"), "It: the date must be in the past"),
    (Kind.TIME, "half past", "It: enter a time, like 9:30am or 14:30"),
]


@pytest.mark.parametrize(("kind", "typed", "said"), BAD)
def test_what_is_wrong_is_said_in_words(kind: Kind, typed: object, said: str) -> None:
    assert answered(typed, kind).problems["q"].text == said


@pytest.mark.parametrize(
    ("typed", "wrong", "href"),
    [
        (parts("31", "2", "2023"), ("day", "month"), "#q-day"),
        (parts("3", "Octember", "2023"), ("month",), "#q-month"),
        (parts("3", "4", "23"), ("year",), "#q-year"),
        (parts("3", "", ""), ("month", "year"), "#q-month"),
        (parts("", "", ""), ("day", "month", "year"), "#q-day"),
    ],
)
def test_the_boxes_of_a_date_that_are_wrong_are_marked(
    typed: object, wrong: tuple[str, ...], href: str
) -> None:
    problem = answered(typed, Kind.DATE).problems["q"]
    assert (problem.parts, problem.href) == (wrong, href)


PICK = options(("a", "A"), ("b", "B"), Option(value="none", label="None", alone=True))


@pytest.mark.parametrize(
    ("kind", "typed", "is_good"),
    [
        (Kind.RADIOS, "a", True),
        (Kind.RADIOS, "c", False),
        (Kind.CHECKBOXES, ["b", "a", "a"], True),
        (Kind.CHECKBOXES, ["none"], True),
        (Kind.CHECKBOXES, ["none", "a"], False),
        (Kind.CHECKBOXES, ["a", "c"], False),
        (Kind.CHECKBOXES, [], False),
    ],
)
def test_only_offered_answers_are_taken(kind: Kind, typed: object, is_good: bool) -> None:
    assert answered(typed, kind, options=PICK).is_good is is_good


def test_boxes_are_kept_once_and_in_the_order_of_the_page() -> None:
    assert answered(["b", "a", "b"], Kind.CHECKBOXES, options=PICK).values == {"q": ["a", "b"]}


def test_blank_is_fine_where_nothing_must_be_said_and_leaves_no_trace() -> None:
    assert answered("", need=Need.SHOULD) == Checked()


LOST = Step(
    key="s",
    title="S",
    questions=(
        Question(key="lost", label="Lost?", kind=Kind.RADIOS, missing="Choose", options=PICK),
        Question(key="what", label="What?", missing="Say what", when=When("lost", ("a",))),
    ),
)


def test_a_question_under_an_answer_is_needed_only_with_that_answer() -> None:
    assert check(LOST, {"lost": "a"}, today=TODAY).problems["what"].text == "Say what"
    assert check(LOST, {"lost": "b"}, today=TODAY).is_good


def test_what_was_typed_under_another_answer_is_not_kept() -> None:
    checked = check(LOST, {"lost": "b", "what": "words"}, today=TODAY)
    assert checked.values == {"lost": "b"}


@given(st.dates(min_value=date(1900, 1, 1), max_value=TODAY), st.integers(3, 9))
def test_every_real_date_is_understood_with_its_month_in_words(day: date, letters: int) -> None:
    typed = parts(str(day.day), MONTHS[day.month - 1][:letters].title(), str(day.year))
    assert answered(typed, Kind.PAST_DATE).values == {"q": day.isoformat()}


@given(st.text(max_size=8))
def test_no_text_as_month_or_time_is_an_accident(typed: str) -> None:
    month_of(typed)
    time_of(typed)


@given(
    st.dictionaries(
        st.sampled_from([q.key for step in STEPS for q in step.questions]),
        st.one_of(st.text(max_size=30), st.lists(st.text(max_size=10), max_size=3)),
    )
)
def test_whatever_a_browser_sends_is_checked_and_never_an_accident(
    sent: dict[str, str | list[str]],
) -> None:
    pairs: list[tuple[str, str | UploadFile]] = [
        (k, v) for k, vs in sent.items() for v in (vs if isinstance(vs, list) else [vs])
    ]
    for step in STEPS:
        typed = typed_in(FormData(pairs), step.questions)
        checked = check(step, typed, today=TODAY, choices=CHOICES)
        assert checked.problems.keys() <= {question.key for question in step.questions}


FORMS = [*STEPS, *(form_for(move) for move in MOVES)]
EVERY_QUESTION = [
    pytest.param(step, question, id=f"{step.key}.{question.key}")
    for step in FORMS
    for question in step.questions
]


@pytest.mark.parametrize(("step", "question"), EVERY_QUESTION)
def test_every_question_is_whole(step: Step, question: Question) -> None:
    if question.need is Need.MUST:
        assert question.missing
    if question.kind in (Kind.RADIOS, Kind.CHECKBOXES, Kind.SELECT):
        assert question.options or question.choices in CHOICES
    if question.when:
        # Only a simple field may appear under an answer: more fails screen readers.
        assert question.kind in (Kind.TEXT, Kind.TEXTAREA)
        above = next(q for q in step.questions if q.key == question.when.question)
        # The stylesheet shows it by the number of the answer, and knows three.
        assert set(question.when.values) <= {option.value for option in above.options[:3]}


@pytest.mark.parametrize("step", FORMS, ids=lambda step: step.key)
def test_no_page_asks_two_questions_by_one_name(step: Step) -> None:
    keys = [question.key for question in step.questions]
    assert len(keys) == len(set(keys))


def test_a_page_waits_only_for_pages_before_it() -> None:
    for index, step in enumerate(STEPS):
        if step.when:
            before = {earlier.key: earlier for earlier in STEPS[:index]}
            asked = before[step.when.step].questions
            question = next(q for q in asked if q.key == step.when.question)
            assert set(step.when.values) <= {option.value for option in question.options}


UNKIND = ("reject", "failed", "dna", "did not attend", "challenging", "suffer", "gdpr", "triage")


def test_no_question_uses_words_that_hurt_or_shut_out() -> None:
    for step in FORMS:
        shown = [step.title, step.intro]
        for question in step.questions:
            shown += [question.label, question.hint, question.missing]
            shown += [text for o in question.options for text in (o.label, o.hint)]
        for text in shown:
            assert not any(f" {word}" in f" {text.casefold()}" for word in UNKIND), text


def test_every_move_a_person_makes_has_a_page() -> None:
    for move in set(MOVES) - FOLLOWING:
        assert form_for(move).intro
