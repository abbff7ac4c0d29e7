"""One line of a file of claims: what it may say, and a sentence for whatever else somebody puts there."""

from __future__ import annotations

import io
import json

import pytest

from articles.dates import DateRange
from articles.importing import claim_lines
from articles.importing.claim_lines import FIELDS, ClaimLine, LineError, lines, read_line
from articles.models import Claim, ManifestItem, Topic
from articles.models.language import TAG


def wrong(line: bytes | None) -> list[tuple[str, str]]:
    with pytest.raises(LineError) as trouble:
        read_line(line)
    return list(trouble.value.mistakes)


def of(**said) -> bytes:
    return json.dumps({"statement": "The bridge cost 4 crowns.", **said}).encode()


def test_the_least_and_the_most():
    assert read_line(b'{"statement": " It rained. "}') == ClaimLine("It rained.")
    whole = read_line(
        of(kind="quantity", language="de", topics=["Weather", " Weather", "Rain"], ref="A-1", asserted="2024-10",
           asserted_basis="a letter")
    )  # fmt: skip
    assert whole == ClaimLine(
        "The bridge cost 4 crowns.",
        "quantity",
        "de",
        DateRange.parse("2024-10", "a letter"),
        ("Weather", "Rain"),
        "A-1",
    )


def test_null_is_what_was_left_out():
    assert read_line(of(**dict.fromkeys(FIELDS - {"statement"}))) == ClaimLine("The bridge cost 4 crowns.")


def test_line_of_another_system():
    assert read_line(of() + b"\r\n") == ClaimLine("The bridge cost 4 crowns.")


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        (b"The bridge cost 4 crowns.", "", "This is not JSON, at character 1"),
        (b'{"statement": "One."', "", "This is not JSON, at character"),
        (b'{"statement": "One."},', "", "A line is one whole object"),
        (b'{"statement": "One."} {"statement": "Two."}', "", "A line is one whole object"),
        (b'"One."', "", "A line is one claim, a JSON object"),
        (b"null", "", "A line is one claim, a JSON object"),
        (b'[{"statement": "One."}]', "", "Write the members of a list on lines of their own."),
        (b"[" * 5000, "", "This is not JSON, at character"),
        (b'{"statement": NaN}', "", "NaN and Infinity are no JSON"),
        (b'{"statement": -Infinity}', "", "NaN and Infinity are no JSON"),
        (b'{"statement": 1e999}', "", "This is not JSON"),
        (b'{"statement": "Caf\xe9."}', "", "Byte 19 of the line (0xE9) is not UTF-8"),
        ('{"statement": "One."}'.encode("utf-16"), "", "it looks like UTF-16"),
        ('{"statement": "One."}'.encode("utf-16-le"), "", "it looks like UTF-16"),
        (b'{"statement": "Half \\ud800."}', "", "half a character"),
        (b'{"statement": "Half \\udc00."}', "", "half a character"),
        (b'{"statement": "NUL \x00."}', "", "This is not JSON"),
        (b'{"statement": "NUL \\u0000."}', "statement", "It holds a NUL"),
        (b"{}", "statement", "A claim needs a statement"),
        (b'{"statement": null}', "statement", "A claim needs a statement"),
        (b'{"statement": " \\t "}', "statement", "This is empty"),
        (b'{"statement": 4}', "statement", "This is a text"),
        (of(statement="x" * 5001), "statement", "This has 5,001 characters; 5,000 are the most."),
        (of(kind="gossip"), "kind", "“gossip” is not one of `fact`"),
        (of(kind="quantty"), "kind", "Did you mean `quantity`?"),
        (of(kind=3), "kind", "This is one of `fact`"),
        (of(kind=""), "kind", "is not one of"),
        (of(language="plain English"), "language", "This is a language tag"),
        (of(language="a" * 36), "language", "This is a language tag"),
        (of(language=["en"]), "language", "This is a language tag"),
        (of(asserted="yesterday"), "asserted", "“yesterday” is not a date"),
        (of(asserted="2024-02-30"), "asserted", "February 2024 has the days 01 to 29"),
        (of(asserted="2024/2023"), "asserted", "The interval ends before it begins"),
        (of(asserted=2024), "asserted", "This is a date as a text"),
        (of(asserted_basis="x" * 301), "asserted_basis", "300 are the most"),
        (of(topics="Weather"), "topics", "This is a list of names"),
        (of(topics=[1]), "topics[0]", "This is a text"),
        (of(topics=["Weather", " "]), "topics[1]", "This is empty"),
        (of(topics=["x" * 101]), "topics[0]", "100 are the most"),
        (of(topics=[f"T{n}" for n in range(51)]), "topics", "50 are the most"),
        (of(ref="x" * 301), "ref", "300 are the most"),
        (of(ref=17), "ref", "This is a text"),
        (of(sttement="One."), "sttement", "There is no such field"),
        (of(topic=["One"]), "topic", "Did you mean `topics`?"),
        (None, "", "The line is longer than 100,000 bytes"),
    ],
)
def test_a_sentence_for_each_mistake(line, field, sentence):
    [(place, said)] = wrong(line)
    assert place == field and sentence in said and said[-1] in ".?}", said


def test_all_that_is_wrong_with_a_line_is_told_at_once():
    assert {place for place, _ in wrong(b'{"kind": "gossip", "asserted": "soon", "x": 1}')} == {
        "statement", "kind", "asserted", "x",
    }  # fmt: skip


def test_lines_are_numbered_with_the_blank_ones():
    found = list(lines(io.BytesIO(b'\xef\xbb\xbf{"a": 1}\n\n  \r\n{"b": 1}\r\n{"c": 1}')))
    assert found == [(1, b'{"a": 1}\n'), (4, b'{"b": 1}\r\n'), (5, b'{"c": 1}')]


@pytest.mark.parametrize("end", [b"\n{}", b""])
def test_a_huge_line_is_not_read_into_memory(end):
    huge = b"x" * (3 * claim_lines.LONGEST_LINE + 17)
    found = list(lines(io.BytesIO(b"{}\n" + huge + end)))
    assert found == [(1, b"{}\n"), (2, None), *([(3, b"{}")] if end else [])]


def test_lengths_are_those_of_the_columns():
    def most(model, name):
        return model._meta.get_field(name).max_length

    assert most(Claim, "language") == claim_lines.LONGEST_LANGUAGE
    assert most(Claim, "asserted_basis") == claim_lines.LONGEST_BASIS
    assert most(ManifestItem, "path") == claim_lines.LONGEST_REF
    assert most(Topic, "name") == claim_lines.LONGEST_TOPIC
    assert claim_lines._LANGUAGE.pattern == TAG.pattern
