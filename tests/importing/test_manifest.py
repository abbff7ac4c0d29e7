from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from articles.dates import DateRange
from articles.importing import plain_yaml
from articles.importing.manifest import Manifest, ManifestError, Mistake, check_against_text, read_manifest
from articles.importing.text import read_text
from articles.vocabulary import (
    MANIFEST_STATUSES,
    BlockRole,
    ClaimantKind,
    ClaimKind,
    ClaimStatus,
    CopyQuality,
    DerivationBasis,
    Posture,
    ProvenanceKind,
    RelationKind,
    Rights,
    SourceKind,
    Stance,
)
from tests.importing.example import GOOD, TEXT, changed

ROOT = Path(__file__).parents[2]
MANIFESTS = sorted(ROOT.joinpath("seeds").glob("*.yaml"))


def _read(text: str) -> Manifest:
    return read_manifest(text.encode(), "post.yaml")


def _mistakes(text: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        _read(text)
    return str(caught.value).split("\n")


def test_a_good_manifest_is_read(parser: str) -> None:
    manifest = _read(GOOD)

    assert (manifest.id, manifest.file) == ("bridge-2024", "post.yaml")
    assert manifest.article.published == DateRange(
        date(2024, 3, 1), date(2024, 3, 31), "the month named in the first line"
    )
    assert (manifest.article.rights, manifest.article.readers, manifest.article.language) == (
        Rights.FULL,
        True,
        "en",
    )
    assert manifest.article.provenance[0].published == DateRange.parse("2024-03-05")
    budget, case, order = manifest.sources
    assert budget.kind is SourceKind.GOVERNMENT_STATEMENT
    assert [version.key for version in budget.versions] == ["1", "2"]
    assert budget.versions[0].text_from_article == (86, 105)
    assert budget.versions[1].retrieved == datetime(2024, 10, 25, 12, tzinfo=UTC)
    assert budget.versions[1].effective == DateRange(date(2024, 1, 1), None)
    assert budget.versions[1].rights is Rights.NONE
    assert [version.key for version in case.versions] == ["page"]
    assert order.part_of == "case"
    cost, agreed = manifest.claims
    assert cost.topics == ("Bridges", "yes", "1e3")
    assert cost.status is ClaimStatus.OPEN
    assert (cost.evidence[0].stance, cost.evidence[0].public, cost.evidence[1].public) == (
        Stance.SUPPORTS,
        True,
        False,
    )
    assert cost.verdict is not None
    assert (cost.verdict.valid, cost.verdict.evidence) == (
        DateRange.parse("2024/..", "the budget year"),
        ("cost-1",),
    )
    assert agreed.evidence[0].posture is Posture.DISMISSED
    assert agreed.verdict is None


def test_references_to_other_manifests_are_collected() -> None:
    manifest = _read(GOOD)

    found = [(reference.manifest, reference.list, reference.key) for reference in manifest.foreign_references]

    assert found == [
        ("other-manifest", "sources", "report"),
        ("other-manifest", "claims", "cost"),
        ("other-manifest", "sources", "report"),
    ]
    reference = manifest.foreign_references[1]
    assert str(manifest.mistake(reference.path, "It is unknown.")) == (
        f"post.yaml:{_line_of('{kind: same')}: claims[cost].relations[2].claim: It is unknown."
    )
    assert manifest.resolve("bridge-2024/case") == manifest.resolve("case") == ("bridge-2024", "case")
    assert manifest.resolve("other/case") == ("other", "case")


def _line_of(piece: str) -> int:
    return GOOD[: GOOD.index(piece)].count("\n") + 1


def test_every_part_keeps_its_line(parser: str) -> None:
    manifest = _read(GOOD)

    assert manifest.line("claims", "cost", "quote") == _line_of('quote: "The mayor')
    assert manifest.line("claims", "agreed") == _line_of("key: agreed")
    assert manifest.line("claims", "cost", "evidence", "cost-2", "note") == _line_of("{key: cost-2")
    assert manifest.line("claims", 0, "verdict", "reasoning") == _line_of("reasoning: |")
    assert manifest.line("sources", "budget", "versions", "2") == _line_of("{copy_quality: mirror, retrieved")
    assert manifest.line("article", "published", "when") == _line_of("published: {when")
    # What is not written down is looked for where it would stand.
    assert manifest.line("claims", "agreed", "topics") == _line_of("key: agreed")
    assert manifest.line("claims", "nobody", "quote") == _line_of("claims:")
    assert manifest.line() == 1


def test_values_stay_what_was_written() -> None:
    manifest = _read(
        changed(
            "title: The bridge", "title: 2024-10-25\n  byline: yes\n  publisher: 0x1F\n  rights_note: 1_000"
        )
    )

    article = manifest.article
    assert (article.title, article.byline, article.publisher, article.rights_note) == (
        "2024-10-25", "yes", "0x1F", "1_000",
    )  # fmt: skip


def test_texts_come_in_the_form_of_the_record() -> None:
    manifest = _read(changed("title: The bridge\n", 'title: "Cafe\\u0301\\r\\nBar"\n').replace("\n", "\r\n"))

    assert manifest.article.title == "Caf\xe9\nBar"


def test_all_mistakes_are_reported_at_once_in_the_order_of_lines() -> None:
    text = GOOD
    for old, new in (
        ("rights: full", "rights: all"),
        ("part_of: case", "part_of: cases"),
        ("kind: quantity\n    quote", "kind: quantity\n    qoute"),
        ("    court: Court of Example\n    title: Example v. Bridge", "    title: Example v. Bridge"),
        ("stance: supports", "stance: pro"),
        ("source: budget, stance", "source: buget, stance"),
        ("million [cost-1].", "million [cost-9]."),
        ("title: Order", "title: Order\n    title: *order"),
        ("    reason: The court is not named.\n", ""),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)

    mistakes = _mistakes(text)

    fields = [mistake.split(": ")[1] for mistake in mistakes]
    assert fields == [
        "article.rights",
        "sources[case]",
        "sources[order].title",
        "sources[order].part_of",
        "claims[cost].quote",
        "claims[cost].qoute",
        "claims[cost].evidence[cost-1].source",
        "claims[cost].evidence[cost-1].stance",
        "claims[cost].verdict.reasoning",
        "claims[agreed]",
    ]
    lines = [int(mistake.split(":")[1]) for mistake in mistakes]
    assert lines == sorted(lines)


def test_a_misspelt_field_and_a_taken_key_name_what_follows_from_them() -> None:
    assert [
        line.split(": ", 2)[1]
        for line in _mistakes(changed("kind: quantity\n    quote", "kind: quantity\n    qoute"))
    ] == [
        "claims[cost].quote",
        "claims[cost].qoute",
    ]
    assert [line.split(": ", 2)[1] for line in _mistakes(changed("key: agreed\n", "key: cost\n"))] == [
        "claims[cost].relations[1].claim",
        "claims[cost].key",
    ]


def test_an_anonymous_source_names_nobody_and_is_described() -> None:
    mistakes = _mistakes(
        changed(
            "kind: government_statement", "kind: anonymous_source\n    people: A, B\n    url: https://a.org"
        )
    )

    assert [mistake.split(": ", 1)[1] for mistake in mistakes] == [
        "sources[budget]: A source of the kind `anonymous_source` needs `described_as`.",
        *(
            f"sources[budget].{name}: A source of the kind `anonymous_source` has no `{name}`: "
            "it could name who must not be named."
            for name in ("people", "url", "publisher")
        ),
    ]


def test_half_a_surrogate_pair_is_refused(parser: str) -> None:
    (mistake,) = _mistakes(changed("title: The bridge\n", 'title: "\\uD83D\\uDE00"\n'))

    assert mistake.startswith("post.yaml:4: ")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "post.yaml:1: The file is empty."),
        (b"# nothing\n", "post.yaml:1: The file is empty."),
        (b"a: \xff", "post.yaml:1: Byte 3 is not UTF-8: save the file as UTF-8."),
        (b"word", "post.yaml:1: A manifest is a mapping with the fields `manifest`, `id`, "),
        (b"- a", "post.yaml:1: A manifest is a mapping with the fields"),
        (b"*a", "post.yaml:1: The alias *a is refused"),
        (b"a: 1\n...\nb: 2\n", "post.yaml:"),
        (b"%YAML 1.1\n%YAML 1.1\n---\na", "post.yaml:"),
        (b"%YAML " + b"9" * 5000 + b".1\n---\na", "post.yaml:1: This is not YAML: "),
        (b'a: "\\U99999999"', "post.yaml:1: This is not YAML: "),
        (
            b"x" * 2_000_001,
            "post.yaml:1: The file has 2,000,001 bytes; a manifest may have at most 2,000,000.",
        ),
    ],
)
def test_what_is_not_a_manifest_at_all_gets_one_sentence(parser: str, data: bytes, sentence: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(data, "post.yaml")

    assert str(caught.value).startswith(sentence)
    assert len(caught.value.mistakes) == 1


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_manifest(b"\xef\xbb\xbf" + GOOD.encode(), "post.yaml").id == "bridge-2024"


def test_a_manifest_error_is_one_line_per_mistake() -> None:
    error = ManifestError(
        [
            Mistake("a.yaml", 9, "id", "Late."),
            Mistake("a.yaml", 2, "", "Early."),
            Mistake("a.yaml", 9, "id", "Late."),
        ]
    )

    assert str(error) == "a.yaml:2: Early.\na.yaml:9: id: Late."


def test_spans_say_where_every_quote_stands() -> None:
    manifest = _read(GOOD)

    assert check_against_text(manifest, TEXT, "post.txt") == []
    spans = manifest.spans(TEXT)
    assert spans == {
        ("blocks", "head"): (0, 10),
        ("claims", "cost"): (12, 53),
        ("claims", "agreed"): (70, 85),
    }
    for claim in manifest.claims:
        start, end = spans["claims", claim.key]
        assert TEXT[start:end] == claim.quote
    cost = manifest.claims[0]
    assert [manifest.words_span(cost, attribution) for attribution in cost.attribution] == [None, (0, 9)]


def test_words_of_an_attribution_are_found_as_whole_words() -> None:
    text = changed('words: "The mayor"', "words: it").replace(
        "The mayor said that it cost", "The mayor omitted that it cost"
    )
    cost = _read(text).claims[0]

    start, end = Manifest.words_span(cost, cost.attribution[1]) or (0, 0)

    assert cost.quote[start - 5 : end + 5] == "that it cost"


def test_everything_that_does_not_fit_the_text_is_reported() -> None:
    manifest = _read(GOOD)
    text = (
        TEXT.replace("The bridge", "A bridge").replace("court", "judge").replace("\nBridges: 4 million.", "")
    )

    mistakes = check_against_text(manifest, text, "post.txt")

    assert [(mistake.file, mistake.field) for mistake in mistakes] == [
        ("post.yaml", "blocks[head].quote"),
        ("post.yaml", "sources[budget].versions[1].text_from_article"),
        ("post.yaml", "claims[agreed].quote"),
    ]
    assert [mistake.line for mistake in mistakes] == [
        manifest.line("blocks", "head", "quote"),
        manifest.line("sources", "budget", "versions", "1", "text_from_article"),
        manifest.line("claims", "agreed", "quote"),
    ]
    assert mistakes[0].sentence.startswith("In post.txt: The quotation is not in the text.")
    assert mistakes[1].sentence == "The range [86, 105] leaves post.txt, which has 83 characters."
    with pytest.raises(ManifestError) as caught:
        manifest.spans(text)
    assert len(caught.value.mistakes) == 2


def test_a_quote_that_occurs_twice_needs_its_start() -> None:
    manifest = _read(changed("    start: 70\n", ""))

    (mistake,) = check_against_text(manifest, TEXT, "post.txt")

    assert "stands in 2 places, at offsets 54, 70: name one as start" in mistake.sentence


def test_the_example_of_the_manual_is_a_manifest() -> None:
    manual = ROOT.joinpath("docs", "manifest.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", manual, re.DOTALL)

    assert _read(example).id == "bridge-2024"


def test_the_manual_names_every_word_of_the_closed_lists() -> None:
    manual = ROOT.joinpath("docs", "manifest.md").read_text(encoding="utf-8")
    lists = (
        BlockRole,
        ClaimKind,
        ClaimantKind,
        CopyQuality,
        DerivationBasis,
        Posture,
        ProvenanceKind,
        RelationKind,
        Rights,
        SourceKind,
        Stance,
    )

    for words in (*lists, MANIFEST_STATUSES):
        for word in words:
            assert f"`{word}`" in manual


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name[:3])
def test_the_seeds_fit_their_texts(path: Path) -> None:
    manifest = read_manifest(path.read_bytes(), path.name)
    text = read_text(path.with_suffix(".txt").read_bytes()).text

    assert check_against_text(manifest, text, path.with_suffix(".txt").name) == []
    assert len(manifest.spans(text)) == len(manifest.blocks) + len(manifest.claims)


# What YAML's grammar is made of, and what its parsers have stumbled over.
_pieces = st.sampled_from(
    ["a", "key", "claims", "sources", "manifest", "é", " ", "  ", "\n", "\n  ", "\t", "\r", "\u2028", "\x85", "\x00",
     ": ", ":", "- ", "? ", "| ", ">\n", "'", '"', "#", "~", "[", "]", "{", "}", ",", "&a ", "*a", "! ", "!!int ",
     "\\x00", "\\U00110000", "\\uD800", "%YAML ", "9" * 5000, "---\n", "...\n"]
)  # fmt: skip


@given(st.lists(_pieces, max_size=30).map("".join) | st.text(max_size=60), st.booleans())
def test_no_input_ends_in_anything_but_a_manifest_error(text: str, compiled: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(plain_yaml, "_LOADER", yaml.SafeLoader)
        with pytest.raises(ManifestError) as caught:
            read_manifest(text.encode("utf-8", "surrogatepass"), "post.yaml")

    assert caught.value.mistakes


@given(st.data())
def test_a_manifest_with_any_value_replaced_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever shape a part has, the rules neither fail nor let it through in silence as something else."""
    lines = GOOD.split("\n")
    number = data.draw(st.integers(0, len(lines) - 2))
    name, colon, _ = lines[number].partition(": ")
    value = data.draw(
        st.sampled_from(
            [
                "x",
                "[]",
                "{}",
                "[x]",
                "[[x]]",
                "{x: y}",
                "[{key: x}]",
                "[{key: [x]}]",
                "[{source: {a: b}}]",
                "''",
                "../x",
            ]
        )
    )
    lines[number] = f"{name}{colon}{value}" if colon else f"{lines[number].rstrip(':')}: {value}"

    try:
        manifest = _read("\n".join(lines))
    except ManifestError as error:
        assert error.mistakes
    else:
        assert check_against_text(manifest, TEXT, "post.txt") is not None
