# A table of mistakes, one to a row: folded to the usual width it could not be read.
# ruff: noqa: E501
from __future__ import annotations

import re

import pytest

from articles.importing.manifest import ManifestError, read_manifest
from tests.importing.example import changed


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        # The shape
        ("manifest: 1\n", "", "1: manifest: This field is required"),
        ("manifest: 1\n", "manifest: 2\n", "1: manifest: The version of the format is `1`."),
        ("id: bridge-2024", "id: Bridge_2024", "2: id: “Bridge_2024” is not a manifest's name"),
        ("  title: The bridge\n", "  titel: The bridge\n", "4: article.titel: “titel” is not a field of the article. Did you mean `title`?"),
        ("  readers: true", "  readers: yes", "article.readers: “yes” is neither `true` nor `false`."),
        ("  readers: true", "  readers: [true]", "article.readers: This is neither `true` nor `false`."),
        ("  rights: full", "  rights: ful", "article.rights: “ful” is not one of `full`, `excerpt`, `none`. Did you mean `full`?"),
        ("  rights: full", "  rights: full\n  language: English", "article.language: “English” is not a language tag"),
        ("kind: cross_post", "kind: [cross_post]", "article.provenance[1].kind: This is one of `original`, "),
        ("stance: supports", "stance: support", "claims[cost].evidence[cost-1].stance: “support” is not one of `supports`, `refutes`, "),
        ("    kind: legal", "    kind: legalese", "claims[agreed].kind: “legalese” is not one of `fact`, "),
        ("status: not_checkable", "status: merged", "claims[agreed].status: “merged” is not one of `open`, `checking`, `not_checkable`."),
        ("topics: [Bridges, yes, 1e3]", "topics: Bridges", "claims[cost].topics: This is a list"),
        ("topics: [Bridges, yes, 1e3]", "topics: [a, {b: c}]", "claims[cost].topics[2]: This is a text, not a list or a mapping"),
        ("  - {key: head, role: title, quote: The bridge}", "  - head", "blocks[1]: This is a mapping with the fields `key`, `role`, "),
        ("key: head", "key: he ad", "blocks[he ad].key: “he ad” is not a key"),
        ("title: Order", 'title: " "', "sources[order].title: This is empty: leave out"),
        ('quote: "The mayor said', 'quote: " The mayor said', "claims[cost].quote: This begins or ends with white space"),
        ("start: 70", "start: -70", "claims[agreed].start: “-70” is not a whole number"),
        ("start: 70", "start: 7_0", "claims[agreed].start: “7_0” is not a whole number"),
        ("start: 70", "start: " + "9" * 5000, "claims[agreed].start: “999"),
        ("rating: supported", "rating: Mostly true", "claims[cost].verdict.rating: “Mostly true” is not a slug"),
        # Dates
        ("when: 2024-03,", "when: 2024-13,", "5: article.published: “2024-13” is not a date: there is no month 13"),
        ("{when: 2024-03, basis: ", "{when: 2024-03, bases: ", "article.published: “bases” is not a field of a date: it has `when` and `basis`. Did you mean `basis`?"),
        ('when: 2024-03, basis: "the month named in the first line"', "when: 2024-03", "article.published: A date has `when` and `basis`: `basis` is missing."),
        ("published: 2024-03-05", "published: 2024-03", "article.provenance[1].published: Only a day may be written alone: write {when: 2024-03, basis: how we know}."),
        ("published: 2024-03-05", "published: [2024]", "article.provenance[1].published: This is a date, or a mapping"),
        ("effective: 2024/..", "effective: 2024/2023", "sources[budget].versions[2].effective: The interval ends before it begins"),
        ("valid: {when: 2024/..,", "valid: {when: 2025/2024,", "claims[cost].verdict.valid: The interval ends before it begins"),
        ("retrieved: 2024-10-25T14:00:00+02:00", "retrieved: 2024-10-25", "sources[budget].versions[2].retrieved: “2024-10-25” is not a moment"),
        ("retrieved: 2024-10-25T14:00:00+02:00", "retrieved: 2024-10-25T25:00:00Z", "is not a moment that exists"),
        # Addresses
        ("https://example.org/a?b=c", "ftp://example.org/", "article.provenance[1].url: “ftp://example.org/” is not a web address"),
        ("https://example.org/a?b=c", "javascript:alert(1)", "is not a web address"),
        ("https://example.org/a?b=c", "https://", "is not a web address"),
        ("https://example.org/a?b=c", "https://[::1", "is not a web address"),
        ("https://example.org/a?b=c", "https://a.org:port/", "is not a web address"),
        ("https://example.org/a?b=c", "https://a.org/b c", "is not a web address"),
        ("https://example.org/a?b=c", "https://me:secret@a.org/", "article.provenance[1].url: The address holds a user name or a password"),
        ("https://example.org/a?b=c", "https://a.org/" + "b" * 2000, "at most 2,000"),
        # Ranges of the text
        ("[86, 105]", "[86]", "sources[budget].versions[1].text_from_article: This is a list of two offsets"),
        ("[86, 105]", "[105, 86]", "text_from_article: The range is empty: its end 86 is not after its start 105."),
        ("[86, 105]", "[a, 86]", "“a” is not a whole number"),
        # Keys
        ("key: cost-2", "key: cost-1", "claims[cost].evidence[cost-1].key: The key “cost-1” is taken"),
        ("- {copy_quality: mirror, retrieved", '- {key: "1", copy_quality: mirror, retrieved', "sources[budget].versions[1].key: The key “1” is taken"),
        # References
        ("part_of: case", "part_of: cas", "sources[order].part_of: There is no source “cas” in this manifest. Did you mean `case`?"),
        ("part_of: case", "part_of: bridge-2024/nothing", "sources[order].part_of: There is no source “nothing”"),
        ("part_of: case", "part_of: Other/case", "sources[order].part_of: “Other/case” is not a reference"),
        ("part_of: case", "part_of: a/b/c", "sources[order].part_of: “a/b/c” is not a reference"),
        ("claim: agreed", "claim: agree", "claims[cost].relations[1].claim: There is no claim “agree”"),
        ("claim: agreed", "claim: cost", "claims[cost].relations[1].claim: A claim has no relation to itself."),
        ("claimant: mayor", "claimant: major", "claims[cost].attribution[2].claimant: There is no claimant “major” in this manifest. Did you mean `mayor`?"),
        ("source: budget, stance", "source: buget, stance", "claims[cost].evidence[cost-1].source: There is no source “buget”"),
        ("source: budget, stance", "source: order, stance", "claims[cost].evidence[cost-1].source: The source “order” is cited and needs a version"),
        ("source: budget, stance", 'source: budget, version: "3", stance', "claims[cost].evidence[cost-1].version: The source “budget” has no version “3”; it has `1`, `2`."),
        ("part_of: case", "part_of: order", "sources[order].part_of: `part_of` goes in a circle: order → order."),
        ("    court: Court of Example\n    title: Example v. Bridge", "    court: Court of Example\n    part_of: order\n    title: Example v. Bridge", "goes in a circle: case → order → case."),
        ("publisher: City of Example", "derived_from: [{source: order, basis: inferred}]", "sources[order].derived_from: `derived_from` goes in a circle: budget → order → budget."),
        ("{source: other-manifest/report, basis: textual}", "{source: budget, basis: textual}", "sources[order].derived_from[2].source: “budget” is in this list already."),
        # Fields that call for or exclude each other
        ("publisher: City of Example", "docket_number: 1-2", "sources[budget].docket_number: A source of the kind `government_statement` has no `docket_number`; the fields of its own are: none."),
        ("    part_of: case", "    platform: X", "sources[order].platform: A source of the kind `court_filing` has no `platform`; the fields of its own are: `citation`, `court`, "),
        ("    court: Court of Example\n    title: Order", "    title: Order", "sources[order]: A source of the kind `court_filing` needs `court`."),
        ("kind: government_statement", "kind: anonymous_source\n    described_as: an official", "sources[budget].publisher: A source of the kind `anonymous_source` has no `publisher`"),
        ('text: "The claim is dismissed."', "text: a, text_from_article: [1, 2]", "sources[case].versions[page].text_from_article: A version has `text` or `text_from_article`, not both."),
        ("    reason: The court is not named.\n", "", "claims[agreed]: A claim that is `not_checkable` needs a `reason`"),
        ("    status: not_checkable\n", "", "claims[agreed].reason: Only a claim whose status is `not_checkable` has a `reason`."),
        ('{described_as: "the article, unsigned"}', "{note: nobody}", "claims[cost].attribution[1]: An attribution needs a `claimant`"),
        ("{claimant: mayor,", "{claimant: mayor, described_as: him,", "claims[cost].attribution[2].described_as: An attribution has a `claimant` or `described_as`, not both."),
        ('words: "The mayor"', 'words: "the mayor"', "claims[cost].attribution[2].words: The words “the mayor” are not in the quote"),
        ("said that it cost four million.", "and The mayor said it cost four million.", "words: The words “The mayor” are 2 times in the quote"),
        (", note: A summary.", "", "claims[cost].evidence[cost-2]: Evidence needs a `passage`"),
        ("stance: supports, passage", "stance: supports, posture: found, passage", "claims[cost].evidence[cost-1].posture: Only evidence from `court_case`, `court_filing` has a `posture`; “budget” is a `government_statement`."),
        ("evidence: [cost-1]", "evidence: [cost-1, agreed-1]", "claims[cost].verdict.evidence[2]: This claim has no evidence “agreed-1”."),
        ("evidence: [cost-1]", "evidence: [cost-1, cost-1]", "claims[cost].verdict.evidence[2]: “cost-1” is in this list already."),
        ("evidence: [cost-1]", "evidence: [cost-2]", "claims[cost].verdict.reasoning: [cost-1] is cited, but the verdict's list of evidence leaves it out."),
        ("million [cost-1].", "million [agreed-1].", "claims[cost].verdict.reasoning: [agreed-1] cites evidence that this claim does not have"),
        ("million [cost-1].", "million [cost-1; cost-2].", "claims[cost].verdict.reasoning: [cost-1; cost-2] is not a citation: write [cost-1] [cost-2]."),
        ("topics: [Bridges, yes, 1e3]", "topics: [Bridges, bridges]", "claims[cost].topics[2]: “bridges” is in this list already."),
        ("    start: 70", "    start: 70\n    relations: [{kind: reports, claim: cost}]", "claims[agreed].relations[1]: That these two claims are related as “reports” is said already"),
        # YAML
        ("  title: The bridge\n", "  title: The bridge\n  title: Another\n", "5: article.title: The key “title” is there twice; it was first on line 4."),
        ("  title: The bridge\n", "  title: &a The bridge\n", "4: article.title: The anchor &a is refused"),
        ("  title: The bridge\n", "  title: *a\n", "4: article.title: The alias *a is refused: write the value out."),
        ("  title: The bridge\n", "  title: !!str The bridge\n", "4: article.title: The tag tag:yaml.org,2002:str is refused"),
        ("  title: The bridge\n", "  title: !python/object:os.system The bridge\n", "4: article.title: The tag !python/object:os.system is refused"),
        ("  title: The bridge\n", "  !!str title: The bridge\n", "4: article.title: A key with an anchor or a tag is refused"),
        ("  title: The bridge\n", "  ? [a, {b: c}]\n  : {d: [e]}\n", "4: article: A key here is not plain text."),
        ("  title: The bridge\n", "  <<: {a: b}\n", "4: article.<<: “<<” is not a field of the article."),
        ("  title: The bridge\n", "  true: The bridge\n", "4: article.true: “true” is not a field of the article."),
        ("  title: The bridge\n", "  title:\n", "4: article.title: There is no value: leave out what is not known"),
        ("  title: The bridge\n", "  title: ~\n", "4: article.title: There is no value"),
        ("  title: The bridge\n", "  title: null\n", "4: article.title: There is no value"),
        ("  title: The bridge\n", '  title: "a\\0b"\n', "4: article.title: The value holds the character U+0000, which no text may hold."),
        ("  title: The bridge\n", "  title: a: b\n", "4: This is not YAML: "),
        ("  title: The bridge\n", "  title: [a\n", ": This is not YAML: "),
        ("  title: The bridge\n", "  title: a\x07b\n", "4: The character U+0007 cannot stand in a YAML file"),
        ("  title: The bridge\n", "  title: " + "[" * 30 + "]" * 30 + "\n", "4: This is nested more than 20 deep."),
        ("  title: The bridge\n", "  title: " + "[" * 100_000 + "\n", "4: This is nested more than 20 deep."),
        ("manifest: 1\n", "--- 1\n--- 2\n", "2: A second document begins here"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_alone_with_its_place(parser: str, old: str, new: str, mistake: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(changed(old, new).encode(), "post.yaml")

    (line,) = str(caught.value).split("\n")
    assert mistake in line
    assert re.match(r"post\.yaml:[1-9][0-9]*: ", line)
    assert line.endswith((".", "?"))
