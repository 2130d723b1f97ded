"""Texts that are no JSON, or JSON that two readers would read differently."""

import time

from tests.referral.hostile.targets import Attack, Target, check, each, sent

DEEP = 5000


def patient(name: str = '"Okoro"', more: str = "") -> str:
    return f'{{"resourceType": "Patient", "name": [{{"family": {name}}}]{more}}}'


TEXTS = (
    Attack("nothing at all", b"", 400, "structure"),
    Attack("white space", b" \n\t ", 400, "structure"),
    Attack("a word", b"Patient", 400, "structure"),
    Attack("a number", b"7", 400, "structure", "Resource"),
    Attack("a list", b"[]", 400, "structure", "Resource"),
    Attack("true", b"true", 400, "structure", "Resource"),
    Attack("cut off", b'{"resourceType": "Pat', 400, "structure"),
    Attack("two texts", b"{}{}", 400, "structure"),
    Attack("a comma too many", b'{"resourceType": "Patient",}', 400, "structure"),
    Attack("a comment", b'{"resourceType": "Patient" /* */}', 400, "structure"),
    Attack("single quotes", b"{'resourceType': 'Patient'}", 400, "structure"),
    Attack("XML", b"<Patient xmlns='http://hl7.org/fhir'/>", 400, "structure"),
    Attack("an XML entity", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 400, "structure"),
    Attack("YAML", b"!!python/object/apply:os.system ['id']", 400, "structure"),
    Attack("a pickle", b"\x80\x04\x95\x00\x00", 400, "structure"),
    Attack("UTF-16", '{"resourceType": "Patient"}'.encode("utf-16"), 400, "structure"),
    Attack("Latin-1", '{"resourceType": "Patiënt"}'.encode("latin-1"), 400, "structure"),
    Attack("a byte order mark", b'\xef\xbb\xbf{"resourceType": "Patient"}', 400, "structure"),
    Attack("an overlong slash", b'{"resourceType": "\xc0\xaf"}', 400, "structure"),
    Attack("half a character in bytes", b'{"a": "\xed\xa0\x80"}', 400, "structure"),
    Attack("lists in lists", b"[" * DEEP, 400, "too-costly"),
    Attack("objects in objects", b'{"a":' * DEEP, 400, "too-costly"),
    Attack("closed lists in lists", b"[" * DEEP + b"]" * DEEP, 400, "too-costly"),
    Attack("a million values", b"[" + b"0," * 999_999 + b"0]", 413, "too-long"),
    Attack("200,000 values", b"[" + b"0," * 199_999 + b"0]", 400, "too-costly"),
    Attack("3 MB", b'"' + b"x" * 3_000_000 + b'"', 413, "too-long"),
    Attack("the type twice", b'{"resourceType":"Patient","resourceType":"Task"}', 400, "structure"),
    Attack("a key twice below", patient('"a", "family": "b"'), 400, "structure"),
    Attack("a key twice by escape", patient('"a", "f\\u0061mily": "b"'), 400, "structure"),
    Attack("NaN", patient(more=', "multipleBirthInteger": NaN'), 400, "value"),
    Attack("infinity", patient(more=', "multipleBirthInteger": Infinity'), 400, "value"),
    Attack("minus infinity", patient(more=', "multipleBirthInteger": -Infinity'), 400, "value"),
    Attack("1e999999", patient(more=', "multipleBirthInteger": 1e999999'), 400, "value"),
    Attack("5,000 digits", patient(more=f', "multipleBirthInteger": {"9" * DEEP}'), 400, "value"),
    Attack(
        "a hexadecimal number", patient(more=', "multipleBirthInteger": 0x10'), 400, "structure"
    ),
    Attack("a leading zero", patient(more=', "multipleBirthInteger": 007'), 400, "structure"),
    Attack("NUL by escape", patient('"Oko\\u0000ro"'), 400, "value", "Patient.name[0].family"),
    Attack("a NUL byte", patient('"Oko\x00ro"'), 400, "structure"),
    Attack("a bell", patient('"Oko\\u0007ro"'), 400, "value", "Patient.name[0].family"),
    Attack("half a character", patient('"Oko\\ud800ro"'), 400, "value", "Patient.name[0].family"),
    Attack("NUL in a key", patient(more=', "\\u0000": 1'), 400, "value", "Patient"),
    Attack("a backspace", patient('"Oko\\bro"'), 400, "value", "Patient.name[0].family"),
    Attack("a raw line feed", patient('"Oko\nro"'), 400, "structure"),
)


@each(*TEXTS)
def test_a_text_that_cannot_be_kept_as_it_is_written(target: Target, attack: Attack) -> None:
    with target.unchanged():
        check(sent(target, attack), attack)


SLOW = (
    Attack("backslashes", b'{"a": "' + b"\\" * 1_900_000, 400, "structure"),
    Attack("quotes", b'"' * 1_900_000, 400, "structure"),
    Attack("escapes without end", b'"' + b"\\u0041" * 300_000, 400, "structure"),
    Attack("white space in a name", patient('"' + " " * 1_900_000 + '"'), 201),
    Attack("a script that never begins", patient(more=', "text": {"status": "generated", '
           '"div": "<div>' + "< " * 900_000 + '</div>"}'), 201),
    Attack("a date of 1,900,000 digits", patient(more=f', "birthDate": "{"1" * 1_900_000}"'),
           422, "value", "Patient.birthDate"),
    Attack("a reference of slashes", patient(more=', "generalPractitioner": [{"reference": "'
           + "A/" * 900_000 + '"}]'), 422, "value", "Patient.generalPractitioner[0].reference"),
    Attack("a code of spaces", patient(more=f', "gender": "a{" " * 1_000_000}"'),
           422, "value", "Patient.gender"),
)  # fmt: skip


@each(*SLOW)
def test_no_text_takes_longer_to_refuse_than_to_send(target: Target, attack: Attack) -> None:
    _ = target.nursery.headers
    began = time.perf_counter()
    check(sent(target, attack), attack)
    assert time.perf_counter() - began < 3
