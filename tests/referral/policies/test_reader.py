"""A policy that is not right stops the start, and says in which file, on which line and why."""

import shutil
from pathlib import Path

import pytest

from services.referral.domain.clocks import Limit, Step, Unit, clock_for
from services.referral.domain.routing_rules import Priority
from services.referral.domain.service_directory import ServiceKind
from services.referral.policies.reader import ANYSHIRE, PolicyError, read_policies
from tests.referral.domain.routing_builders import TODAY

ROUTING, CLOCKS, PLACES = "routing.yaml", "clocks.yaml", "places.yaml"
LADDERS = "ladders.yaml"

A_RULE = """\
  - id: x
    validFrom: 2026-09-01
    when: {concerns: [hearing]}
    sendTo:
      - {service: audiology, place: gp, because: hearing is a worry}
    source: here
    sure: P
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (ROUTING, CLOCKS, PLACES, LADDERS):
        shutil.copy(ANYSHIRE / name, tmp_path)
    return tmp_path


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as failure:
        read_policies(folder)
    assert str(failure.value) == "\n".join(failure.value.problems)
    return failure.value.problems


def add(folder: Path, name: str, text: str) -> int:
    """Add at the end; answer the line before it."""
    file = folder / name
    before = file.read_text(encoding="utf-8")
    file.write_text(before + text, encoding="utf-8")
    return len(before.splitlines())


#: What is changed in the rule, into what, on which of its lines it is noticed, and in which words.
BAD_RULES = {
    "unknown key": ("sure: P", "sure: P\n    sauce: x", 8, "“sauce” is not a key"),
    "unknown key inside": ("place: gp", "place: gp, urgent: true", 5, "“sendTo.0.urgent” is not"),
    "unknown concern": ("[hearing]", "[haering]", 3, "“haering” is not a concern"),
    "unknown service": ("audiology", "audiologie", 5, "“sendTo.0.service”: Input should be"),
    "unknown place": ("place: gp", "place: moon", 5, "“sendTo.0.place”: Input should be"),
    "empty because": ("because: hearing is a worry", "because: ' '", 5, "because” is empty"),
    "no because": (", because: hearing is a worry", "", 5, "because” is missing"),
    "missing source": ("    source: here\n", "", 1, "“source” is missing"),
    "empty source": ("source: here", "source: ''", 6, "“source” is empty"),
    "no such day": ("2026-09-01", "2026-09-31", 2, "“validFrom”: Input should be a valid date"),
    "no date": ("2026-09-01", "2026", 2, "“validFrom”: Input should be a valid date"),
    "dates reversed": ("sure: P", "sure: P\n    validTo: 2026-08-31", 8, "is before “validFrom”"),
    "no condition": ("{concerns: [hearing]}", "{}", 3, "“when” asks nothing"),
    "no such age": ("[hearing]", "[hearing], ageUnderMonths: 0", 3, "no child is of that age"),
    "age in words": ("[hearing]", "[hearing], ageUnderMonths: '9'", 3, "“when.ageUnderMonths”"),
    "legal status": ("[hearing]", "[hearing], legalStatus: [x]", 3, "“x” is not a legal status"),
    "district": ("[hearing]", "[hearing], homeAreas: [Rome]", 3, "“Rome” is not a district"),
    "to the desk": ("audiology", "coordination", 5, "the desk takes what no rule covers"),
    "priority": ("sure: P", "sure: P\n    raisePriority: soon", 8, "“raisePriority”: Input should"),
    "how sure": ("sure: P", "sure: perhaps", 7, "“sure”: Input should be"),
    "key twice": ("sure: P", "sure: P\n    sure: A", 8, "“sure” stands there twice"),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), BAD_RULES.values(), ids=BAD_RULES)
def test_a_bad_rule_is_named_with_file_line_and_reason(
    folder: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in A_RULE
    before = add(folder, ROUTING, A_RULE.replace(old, new))
    (problem,) = problems(folder)
    name = "" if "twice" in words else " rule x:"
    assert problem.startswith(f"routing.yaml:{before + line}:{name}")
    assert words in problem


def test_the_rule_that_the_bad_ones_are_made_of_is_right(folder: Path) -> None:
    add(folder, ROUTING, A_RULE)
    assert read_policies(folder).rules[-1].id == "x"


STOP = """\
  - id: y
    validFrom: 2026-09-01
    when: {concerns: [hearing]}
    stops:
      title: Stop
      say: Call.
      phones:
        - {name: Someone, number: "01632 960001"}
        - {name: Someone else, number: NUMBER}
    source: here
    sure: P
"""


@pytest.mark.parametrize("number", ['"12"', '"call us"', '"+99 1"', '"01632 9600011111"'])
def test_a_number_that_cannot_be_dialled_is_refused(folder: Path, number: str) -> None:
    before = add(folder, ROUTING, STOP.replace("NUMBER", number))
    (problem,) = problems(folder)
    assert problem.startswith(
        f"routing.yaml:{before + 9}: rule y: “{number.strip(chr(34))}” is not"
    )


@pytest.mark.parametrize("number", ['"999"', '"111"', '"0808 157 0001"', '"07700 900123"'])
def test_a_number_that_can_be_dialled_is_kept(folder: Path, number: str) -> None:
    add(folder, ROUTING, STOP.replace("NUMBER", number))
    stop = read_policies(folder).rules[-1].stops
    assert stop
    assert stop.phones[1].number == number.strip('"')


def test_a_number_without_quotes_is_refused_before_it_is_read_as_another(folder: Path) -> None:
    add(folder, ROUTING, STOP.replace("NUMBER", "0161"))
    assert "“stops.phones.1.number”: Input should be a valid string" in problems(folder)[0]


def test_a_rule_that_does_nothing_is_refused(folder: Path) -> None:
    idle = [line for line in A_RULE.splitlines(keepends=True) if "endTo" not in line]
    before = add(folder, ROUTING, "".join(line for line in idle if "audiology" not in line))
    assert problems(folder) == (f"routing.yaml:{before + 1}: rule x: the rule does nothing",)


def test_a_rule_that_stops_the_form_cannot_send_it_as_well(folder: Path) -> None:
    stop = "    stops: {title: Stop, say: Call., phones: []}\n"
    before = add(folder, ROUTING, A_RULE + stop)
    start = f"routing.yaml:{before + 8}: rule x: a rule that stops the form"
    assert problems(folder) == (
        f"{start} cannot send it anywhere",
        f"{start} must name whom to telephone",
    )


def test_all_that_is_wrong_is_said_at_once(folder: Path) -> None:
    broken = A_RULE.replace("source: here", "source: ''").replace("2026-09-01", "soon")
    add(folder, ROUTING, broken + A_RULE.replace("id: x", "id: z").replace("hearing]", "deaf]"))
    add(folder, CLOCKS, "  - {id: EMPTY}\n")
    add(folder, PLACES, "  - {ods: Z99901, name: Twin, district: Nowhere}\n")
    found = problems(folder)
    assert {problem.split(":")[0] for problem in found} == {ROUTING, CLOCKS, PLACES}
    assert len([problem for problem in found if "rule x" in problem]) == 2
    assert len([problem for problem in found if "rule z" in problem]) == 1


def test_two_versions_of_a_rule_may_follow_but_not_overlap(folder: Path) -> None:
    ended = A_RULE + "    validTo: 2027-08-31\n"
    add(folder, ROUTING, ended)
    before = add(folder, ROUTING, A_RULE.replace("2026-09-01", "2027-08-31"))
    assert problems(folder) == (
        f"routing.yaml:{before + 2}: rule x: overlaps its version of 1 September 2026",
    )
    file = folder / ROUTING
    file.write_text(file.read_text("utf-8").replace("From: 2027-08-31", "From: 2027-09-01"))
    assert [rule.id for rule in read_policies(folder).rules[-2:]] == ["x", "x"]


@pytest.mark.parametrize(
    "when", ["{concerns: [motor]}", "{concerns: [possible-abuse-neglect], ageUnderMonths: 60}"]
)
def test_abuse_must_stop_the_form_for_every_child(folder: Path, when: str) -> None:
    file = folder / ROUTING
    whole = "{concerns: [possible-abuse-neglect]}"
    file.write_text(file.read_text("utf-8").replace(whole, when))
    (problem,) = problems(folder)
    assert "stops “possible-abuse-neglect”" in problem


def test_a_rule_that_stops_danger_may_not_end(folder: Path) -> None:
    file = folder / ROUTING
    text = file.read_text("utf-8").replace(
        "source: Working", "validTo: 2030-01-01\n    source: Working"
    )
    file.write_text(text)
    assert len(problems(folder)) == 2


A_CLOCK = """\
  - id: X
    step: triage
    starts: now
    stops: then
    start: asked
    stop: decision
    limit: {count: 3, unit: wd}
    services: [audiology]
    kind: local
    source: here
    sure: P
    validFrom: 2026-09-01
"""

BAD_CLOCKS = {
    "no time": ("count: 3", "count: 0", 7, "a limit is at least 1"),
    "unknown unit": ("unit: wd", "unit: moons", 7, "“limit.unit”: Input should be"),
    "unknown step": ("step: triage", "step: dance", 2, "“step”: Input should be"),
    "unknown kind": ("kind: local", "kind: rumour", 9, "“kind”: Input should be"),
    "no start": ("    start: asked\n", "", 1, "are both said, or neither"),
    "never runs": (
        "step: triage\n    starts: now\n    stops: then\n    start: asked\n    stop: decision\n",
        "starts: now\n    stops: then\n",
        1,
        "it has neither a step nor a start",
    ),
    "not started": ("    start: asked\n    stop: decision\n", "", 1, "is that of a referral"),
    "no pair": ("stop: decision", "stop: resumed", 6, "belong together"),
    "alone": ("sure: P", "sure: P\n    alongWith: MOON", 12, "“MOON” is not another clock"),
    "with itself": ("sure: P", "sure: P\n    alongWith: X", 12, "“X” is not another clock"),
    "competes": ("    services: [audiology]\n", "", 2, "competes with clock OUR-TRIAGE"),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), BAD_CLOCKS.values(), ids=BAD_CLOCKS)
def test_a_bad_clock_is_named_with_file_line_and_reason(
    folder: Path, old: str, new: str, line: int, words: str
) -> None:
    before = add(folder, CLOCKS, A_CLOCK.replace(old, new))
    found = problems(folder)
    where = f"clocks.yaml:{before + line}: clock X: "
    assert any(problem.startswith(where) and words in problem for problem in found)


def test_a_clock_may_take_over_from_one_that_has_ended(folder: Path) -> None:
    lasting = A_CLOCK.replace("X", "NEW").replace("2026-09-01", "2026-10-01")
    add(folder, CLOCKS, A_CLOCK + "    validTo: 2026-09-30\n" + lasting)
    assert [clock.id for clock in read_policies(folder).clocks[-2:]] == ["X", "NEW"]


def test_a_clock_that_ends_does_not_cover_its_step(folder: Path) -> None:
    file = folder / CLOCKS
    old = "step: next-step\n"
    file.write_text(file.read_text("utf-8").replace(old, old + "    validTo: 2030-01-01\n"))
    (problem,) = problems(folder)
    assert "covers “next-step”" in problem


def test_no_step_may_be_without_a_clock(folder: Path) -> None:
    file = folder / CLOCKS
    file.write_text(file.read_text("utf-8").replace("step: next-step", "step: acknowledge"))
    assert any("covers “next-step”" in problem for problem in problems(folder))


BAD_PLACES = {
    "ods": ("{ods: Z1, name: N, district: North Anyshire}", "“Z1” is not an ODS code"),
    "district": ("{ods: Z99909, name: N, district: West}", "“West” is not a district"),
    "twice": ("{ods: Z99901, name: N, district: North Anyshire}", "“Z99901” stands there twice"),
}


@pytest.mark.parametrize(("practice", "words"), BAD_PLACES.values(), ids=BAD_PLACES)
def test_a_bad_practice_is_named_with_its_line(folder: Path, practice: str, words: str) -> None:
    before = add(folder, PLACES, f"  - {practice}\n")
    assert any(
        problem.startswith(f"places.yaml:{before + 1}: practice Z") and words in problem
        for problem in problems(folder)
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"ZZ99 4"', '"ZZ99 3"', "“ZZ99 3” stands there twice"),
        ("Eastmere,", "Millbrook,", "“Millbrook” stands there twice"),
        ('"ZZ99 4"', '"nearby"', "“nearby” is not the beginning of a postcode"),
        ("county: Anyshire", "county: ''", "“county” is empty"),
        ("county: Anyshire", "country: Anyshire", "“country” is not a key"),
    ],
)
def test_a_place_lies_in_one_district_only(folder: Path, old: str, new: str, words: str) -> None:
    file = folder / PLACES
    file.write_text(file.read_text("utf-8").replace(old, new))
    assert any(words in problem for problem in problems(folder))


@pytest.mark.parametrize(
    "text", ["", "rules: [", "\x07", "a: &x\n - ? [b]\n", "- 1\n", "rules: 7\n"]
)
def test_a_file_that_is_no_list_of_rules_is_a_problem_and_no_crash(folder: Path, text: str) -> None:
    (folder / ROUTING).write_text(text)
    assert problems(folder)[0].startswith("routing.yaml:1:")


def test_a_missing_file_is_a_problem(folder: Path) -> None:
    (folder / CLOCKS).unlink()
    assert problems(folder)[0].startswith("clocks.yaml:1: cannot be read")


WAITS = {
    (Step.TRIAGE, ServiceKind.SPEECH, Priority.ROUTINE): "5 wd",
    (Step.TRIAGE, ServiceKind.SPEECH, Priority.URGENT): "1 wd",
    (Step.TRIAGE, ServiceKind.COORDINATION, Priority.ROUTINE): "2 wd",
    (Step.TRIAGE, ServiceKind.COORDINATION, Priority.STAT): "1 wd",
    (Step.WAIT, ServiceKind.SPEECH, Priority.ROUTINE): "18 w",
    (Step.WAIT, ServiceKind.CAMHS, Priority.ROUTINE): "18 w",
    (Step.ACKNOWLEDGE, None, Priority.ROUTINE): "2 wd",
    (Step.ANSWER, None, Priority.ROUTINE): "10 wd",
    (Step.NEXT_STEP, None, Priority.ROUTINE): "5 wd",
}


@pytest.mark.parametrize(("case", "limit"), WAITS.items(), ids=str)
def test_how_long_each_step_may_take_in_anyshire(
    case: tuple[Step, ServiceKind | None, Priority], limit: str
) -> None:
    step, service, priority = case
    clock = clock_for(step, service=service, clocks=read_policies().clocks, on=TODAY)
    count, unit = limit.split()
    assert clock.limit_for(priority) == Limit(count=int(count), unit=Unit(unit))


def test_no_referral_waits_without_a_clock_at_any_service() -> None:
    clocks = read_policies().clocks
    for kind in ServiceKind:
        for step in Step:
            assert clock_for(step, service=kind, clocks=clocks, on=TODAY).source
