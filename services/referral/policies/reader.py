"""The policies of the area, read once and checked when the service starts."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from services.referral.domain.clocks import Clock
from services.referral.domain.ladders import Ladder
from services.referral.domain.late_asks import LateRule
from services.referral.domain.places import District, Places, Practice
from services.referral.domain.routing_rules import Rule
from services.referral.policies.clock_checks import check_clock, check_clocks_together
from services.referral.policies.dated_checks import check_versions
from services.referral.policies.ladder_checks import check_ladder, check_ladders_together
from services.referral.policies.late_checks import check_late_rule, check_late_rules_together
from services.referral.policies.place_checks import (
    check_district,
    check_places_together,
    check_practice,
)
from services.referral.policies.policy_file import Entry, PolicyFile
from services.referral.policies.rule_checks import check_rule, uncovered_dangers
from shared.fhir.codes import CODE_SYSTEMS, CONCERN

T = TypeVar("T")

#: The policies that come with the service: the invented county of Anyshire.
ANYSHIRE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Policies:
    rules: tuple[Rule, ...]
    places: Places
    clocks: tuple[Clock, ...]
    ladders: tuple[Ladder, ...]
    late_asks: tuple[LateRule, ...]


class PolicyError(Exception):
    """What is wrong with the policies, each as "file.yaml:LINE: rule X: reason"."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def read_policies(folder: Path = ANYSHIRE) -> Policies:
    """routing.yaml, places.yaml, clocks.yaml and ladders.yaml of that folder; PolicyError with all
    problems."""
    names = ("places.yaml", "routing.yaml", "clocks.yaml", "ladders.yaml")
    files = [PolicyFile(folder / name) for name in names]
    places = _read_places(files[0])
    rules = _read_rules(files[1], frozenset(district.name for district in places.districts))
    clocks = _read_clocks(files[2])
    ladders = _read_ladders(files[3], clocks)
    late = _read_late_asks(files[3])
    if problems := [problem for file in files for problem in file.problems]:
        raise PolicyError(problems)
    return Policies(rules=rules, places=places, clocks=clocks, ladders=ladders, late_asks=late)


def _read_places(file: PolicyFile) -> Places:
    file.only("county", "districts", "practices")
    districts = file.read("districts", District, "district", check_district, named_by="name")
    practices = file.read("practices", Practice, "practice", check_practice, named_by="ods")
    check_places_together(file, districts, practices)
    return Places(
        county=file.text("county"), districts=_values(districts), practices=_values(practices)
    )


def _read_rules(file: PolicyFile, districts: frozenset[str]) -> tuple[Rule, ...]:
    file.only("rules")
    check = partial(check_rule, concerns=CODE_SYSTEMS[CONCERN].keys(), districts=districts)
    rules = file.read("rules", Rule, "rule", check)
    check_versions(file, rules)
    for reason in uncovered_dangers(_values(rules)):
        file.complain_of_all(reason)
    return _values(rules)


def _read_clocks(file: PolicyFile) -> tuple[Clock, ...]:
    file.only("clocks")
    clocks = file.read("clocks", Clock, "clock", check_clock)
    check_versions(file, clocks)
    check_clocks_together(file, clocks)
    return _values(clocks)


def _read_ladders(file: PolicyFile, clocks: tuple[Clock, ...]) -> tuple[Ladder, ...]:
    file.only("ladders", "lateAsks")
    check = partial(check_ladder, clocks=frozenset(clock.id for clock in clocks))
    ladders = file.read("ladders", Ladder, "ladder", check)
    check_versions(file, ladders)
    check_ladders_together(file, ladders)
    return _values(ladders)


def _read_late_asks(file: PolicyFile) -> tuple[LateRule, ...]:
    rules = file.read("lateAsks", LateRule, "rule", check_late_rule)
    check_versions(file, rules)
    check_late_rules_together(file, rules)
    return _values(rules)


def _values(entries: list[Entry[T]]) -> tuple[T, ...]:
    return tuple(entry.value for entry in entries)
