from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.references import keys, references
from articles.spans import Span
from articles.vocabulary import SOURCE_FIELDS, SourceKind
from tests.importing.references.found import found, only, words
from tests.pace import within

SEEDS = Path(__file__).parents[3] / "seeds"
# Fields that a source of any kind has.
_COMMON = {"title", "publisher", "url", "published"}
# Pieces that references are made of, and what tangles them.
_PIECES = st.sampled_from(
    [
        "The ", "the ", "Wall Street Journal", "Journal", " reported", "Harbour", " v. ", "Lamp Co.", ", ",
        "539 U. S.", "\n", "  244", " (2003)", "Supreme Court", " of ", "No. 22-976", "1:21-cv-03354",
        "47 U.S.C. § 230", "(c)", "Section 5 of the ", "Clean Water Act", " of 1901",
        "https://www.example.org/a", ").", "@lamp@mastodon.example", "X’s ", "Civic Integrity ", "policy",
        "film ", "“Salt and Slate,”", " according to ", "Eurostat", "’s", "“", "(AP)", "told ",
        "a post on X", "In re ", "GDPR Art. 6", "\x0c", "\u200b", "É", "§", "_ U.S. _", "[2019] UKSC 41",
    ]
)  # fmt: skip
_texts = st.lists(_PIECES | st.text(max_size=6), max_size=14).map("".join)


@given(_texts)
@settings(max_examples=150, deadline=None)
def test_every_reference_lies_in_its_block_with_the_fields_of_its_kind(text: str) -> None:
    middle = len(text) // 2
    blocks = [Span(0, middle), Span(middle, len(text))]

    result = references(text, blocks)

    assert [one.start for one in result] == sorted(one.start for one in result)
    for one in result:
        assert one.start < one.end
        assert any(block.holds(one.span) for block in blocks)
        assert one.name.strip()
        assert set(one.fields) <= SOURCE_FIELDS[one.kind] | _COMMON
        assert all(one.fields.values())
        assert keys(one) == tuple(dict.fromkeys(keys(one)))
    for kind in SourceKind:
        spans = [one.span for one in result if one.kind is kind]
        assert not any(first.meets(second) for i, first in enumerate(spans) for second in spans[i + 1 :])


@given(_texts)
@settings(max_examples=100, deadline=None)
def test_no_address_number_or_year_is_made_up(text: str) -> None:
    for one in references(text, [Span(0, len(text))]):
        said = "".join(one.span.of(text).split()).replace("–", "-")
        if "url" in one.fields:
            assert one.fields["url"].removeprefix("https://") in said or one.fields["url"] in said
        if "docket_number" in one.fields:
            assert "".join(one.fields["docket_number"].split()) in said
        if "published" in one.fields:
            assert one.fields["published"] in text


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        ".",
        "“",
        "a ",
        "Aa ",
        "A. ",
        "A v. ",
        "v. A ",
        "Court of the ",
        "The Clean Water Act ",
        "§ 1 ",
        "No. 22-976, ",
        "https://a.b/((((",
        "@a@b.cc ",
        "X’s rules of ",
        "told the Times of ",
        "film “a",
        "1 A. 2d B. ",
        "www.a.",
        "A, and ",
        "Docket No. 1-",
        "Section 1 of the ",
        "according to the ",
        "newspaper Aa ",
    ],
)
def test_a_long_text_of_one_piece_is_read_in_a_moment(piece: str) -> None:
    text = (piece * (30_000 // len(piece) + 1))[:30_000]

    with within(2):
        references(text, [Span(0, len(text))])

        # Many times what it takes on a quiet machine; quadratic work would take far longer.


def test_the_first_sample_text_names_its_newspaper_four_times() -> None:
    text = next(SEEDS.glob("000_*.txt")).read_text(encoding="utf-8")

    result = [(one.start, one.end, one.name) for one in found(text)]

    assert result == [
        (start, end, "The Wall Street Journal")
        for start, end in ((706, 725), (2595, 2598), (2601, 2604), (2738, 2741))
    ]


def test_the_second_sample_text_rests_on_rules_films_a_statute_and_an_account() -> None:
    text = next(SEEDS.glob("003_*.txt")).read_text(encoding="utf-8")

    result = [(one.kind.value, one.start, one.end, one.name) for one in found(text)]

    assert result == [
        ("film", 1444, 1455, "2,000 Mules"),
        ("social_post", 2080, 2103, "@spocko@mastodon.online"),
        ("news_report", 2570, 2573, "One America News Network"),
        ("news_report", 2575, 2589, "The Gateway Pundit"),
        ("film", 3291, 3302, "2,000 Mules"),
        ("platform_rule", 5849, 5890, "X: Rules and Polices on Election Integrity"),
        ("platform_rule", 6582, 6611, "X: Civil Integrity rules"),
        ("statute", 6828, 6868, "Section 230 of the Telecommunication Act"),
    ]


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("It breaks YouTube's guidelines.", "YouTube's guidelines", "YouTube: guidelines"),
        (
            "Facebook’s Community Standards forbid it.",
            "Facebook’s Community Standards",
            "Facebook: Community Standards",
        ),
        (
            "Under the terms of service of Truth Social, no.",
            "terms of service of Truth Social",
            "Truth Social: terms of service",
        ),
        (
            "Instagram’s hate speech policy applies.",
            "Instagram’s hate speech policy",
            "Instagram: hate speech policy",
        ),
        ("X Rules forbid it.", "X Rules", "X: Rules"),
        (
            "Reddit's own new content policy on Lamp Oil is strict.",
            "Reddit's own new content policy on Lamp Oil",
            "Reddit: content policy on Lamp Oil",
        ),
    ],
)
def test_rules_of_platforms_are_named_by_platform_and_subject(text: str, said: str, name: str) -> None:
    one = only(text, SourceKind.PLATFORM_RULE)

    assert (one.span.of(text), one.name) == (said, name)
    assert one.fields["platform"] == name.partition(":")[0]


@pytest.mark.parametrize(
    "text",
    [
        "Solve for X rules of thumb.",
        "Unlike X, SpaceX’s own rules are strict.",
        "Meta rules the market.",
        "TikTok’s users ignore the rules.",
        "The rules of the harbour are old.",
    ],
)
def test_other_rules_are_no_rules_of_platforms(text: str) -> None:
    assert found(text, SourceKind.PLATFORM_RULE) == []


def test_of_two_that_overlap_the_longer_stays() -> None:
    assert words("Facebook’s community guidelines on X say so.") == ["Facebook’s community guidelines"]
    assert words("X’s policies of WhatsApp say so.") == ["policies of WhatsApp"]


def test_accounts_count_where_they_are_said_to_have_written() -> None:
    assert words("Post by @lamp@mastodon.example on the quay") == ["@lamp@mastodon.example"]

    posts = found("“It leaks,” @lampdesk wrote on Bluesky on Friday.")

    assert dict(posts[0].fields) == {"account": "@lampdesk", "platform": "Bluesky"}
    assert posts[0].confirm == ""


@pytest.mark.parametrize(
    "text",
    [
        "Follow Ada Lamp on Twitter @adalamp.",
        "Follow us on Twitter via @lampdesk.",
        "So proud of my friend @adalamp today!",
        "Write to desk@example.org.",
        "Meet @ noon.",
    ],
)
def test_people_who_are_only_greeted_or_to_be_followed_are_no_sources(text: str) -> None:
    assert found(text) == []


def test_an_account_without_a_platform_asks_for_it() -> None:
    one = only("A video from @lampdesk shows the quay.")

    assert dict(one.fields) == {"account": "@lampdesk"}
    assert one.confirm == "The text does not name the platform of this account; name it."


def test_posts_that_are_told_of_have_to_be_found() -> None:
    text = "In a post on X, the mayor said so. He said it in a tweet. She posted on Truth Social. A chair on X-rays."

    assert [(one.span.of(text), one.fields["platform"]) for one in found(text)] == [
        ("a post on X", "X"),
        ("a tweet", "Twitter"),
        ("posted on Truth Social", "Truth Social"),
    ]
    assert {one.confirm for one in found(text)} == {
        "The text tells of a post without saying where it stands; find the post."
    }


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://example.org/a_(b)).", "https://example.org/a_(b)"),
        ("(https://example.org/a?b=1&c=2#d), then", "https://example.org/a?b=1&c=2#d"),
        ("“https://example.org/a”", "https://example.org/a"),
        ("Go to HTTPS://Example.org/A!", "HTTPS://Example.org/A"),
        ("at www.example.org.", "www.example.org"),
        ("at example.com/lamps, it", "example.com/lamps"),
    ],
)
def test_addresses_come_without_the_punctuation_of_the_sentence(text: str, address: str) -> None:
    one = only(text)

    assert one.span.of(text) == address
    assert one.fields["url"].endswith(address)
    assert ("https://" in one.confirm) == (not address.casefold().startswith("http"))


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "https://ada:secret@example.org/",
        "ftp://example.org/a",
        "https://localhost/a",
        "http://[::1]/",
        "It was bought at Booking.com yesterday.",
        "Node.js is old.",
        "http://a:99999/",
    ],
)
def test_what_is_no_plain_web_address_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_addresses_tell_posts_and_public_bodies_apart() -> None:
    post = only("https://x.com/lampdesk/status/12345")
    body = only("https://www.lamps.gov.uk/report")

    assert (post.kind, post.fields["platform"], post.fields["account"]) == (
        SourceKind.SOCIAL_POST,
        "X",
        "@lampdesk",
    )
    assert (body.kind, body.confirm) == (SourceKind.GOVERNMENT_STATEMENT, "")


def test_outlets_within_an_address_are_part_of_it() -> None:
    assert words("https://www.cnn.com/CNN/Reuters today") == ["https://www.cnn.com/CNN/Reuters"]


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("The documentary Salt and Slate was shown.", SourceKind.FILM, "Salt and Slate"),
        ("the widely read novel 3,000 Lamps, which", SourceKind.BOOK, "3,000 Lamps"),
        ("Her memoir, “Tides of Home,” sold well.", SourceKind.BOOK, "Tides of Home"),
        ("“Lamp Light,” a 2020 documentary, shows", SourceKind.FILM, "Lamp Light"),
        ("the movie ''Lamp Light'' shows", SourceKind.FILM, "Lamp Light"),
    ],
)
def test_films_and_books_are_found_by_their_titles(text: str, kind: SourceKind, name: str) -> None:
    one = only(text)

    assert (one.kind, one.name) == (kind, name)
    assert bool(one.confirm) == ("“" not in text and "''" not in text)


@pytest.mark.parametrize(
    "text",
    [
        "The film Ada Lamp made won.",
        "In the book, She says.",
        "With ten races in the books, Ada Lamp, who won, left.",
        "A film director sat there.",
        "“We saw it before,” a film critic said.",
        "They called it “Lamp Night.” In the novel it rains.",
    ],
)
def test_people_and_remarks_beside_films_are_no_titles(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("According to Eurostat, prices rose.", SourceKind.DATASET, "Eurostat"),
        ("A CBO report says so.", SourceKind.GOVERNMENT_STATEMENT, "Congressional Budget Office"),
        ("data from the Bureau of Labor Statistics show", SourceKind.DATASET, "Bureau of Labor Statistics"),
        ("The FBI's annual crime statistics rose.", SourceKind.DATASET, "FBI"),
        ("a report by the World Bank", SourceKind.ORGANISATION_STATEMENT, "World Bank"),
    ],
)
def test_reports_and_figures_of_public_bodies_are_references(text: str, kind: SourceKind, name: str) -> None:
    one = only(text)

    assert (one.kind, one.name, one.fields["publisher"]) == (kind, name, name)


@pytest.mark.parametrize(
    "text",
    ["The FBI searched a boat.", "He asked the Justice Department to review it.", "She joined the CDC."],
)
def test_public_bodies_that_only_act_are_no_references(text: str) -> None:
    assert found(text) == []


def test_the_big_tables_are_read_only_where_a_citation_may_stand() -> None:
    program = (
        "import sys\n"
        "from articles.importing.references import references\n"
        "from articles.spans import Span\n"
        "plain = 'On 5 Oct. 2019, 12 Lamp Street burned, the Journal said.'\n"
        "for text, read in ((plain, False), ('Lamp v. Quay, 1 U.S. 1', True)):\n"
        "    references(text, [Span(0, len(text))])\n"
        "    assert ('eyecite' in sys.modules) is read, text\n"
        "assert 'django' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", program], check=True, cwd=SEEDS.parent)
