from __future__ import annotations

import pytest

from articles.importing.references import keys, source_keys
from articles.vocabulary import SourceKind
from tests.importing.references.found import found, only


def _source(kind: SourceKind, **fields: str) -> set[str]:
    """Return the keys of a source on record that has these fields."""
    empty = dict.fromkeys(("title", "publisher", "url", "docket_number", "citation", "court", "platform"), "")
    return set(source_keys(kind=kind, **(empty | fields)))


def test_a_post_has_one_address_under_both_names_of_its_platform() -> None:
    one = only("https://mobile.twitter.com/lampdesk/status/12345?s=20&ref_src=x")

    assert set(keys(one)) & _source(
        SourceKind.SOCIAL_POST, url="https://x.com/lampdesk/status/12345?s=20", platform="X"
    )


@pytest.mark.parametrize(
    ("text", "kind", "fields"),
    [
        ("Quay v. Lamp, 539 U. S. 244", SourceKind.COURT_CASE, {"citation": "539 US 244"}),
        ("Quay v. Lamp, 427 F Supp 2d 1084", SourceKind.COURT_CASE, {"citation": "427 F. Supp. 2d 1084"}),
        ("Quay v. Lamp, 539 U.S. 244", SourceKind.COURT_CASE, {"title": "Quay et al. v. Lamp (opinion)"}),
        ("U.S. v. Lamp Co. was heard", SourceKind.COURT_CASE, {"title": "United States v. Lamp Co."}),
        ("in No. 1:21-cv-03354 (ABC)", SourceKind.COURT_FILING, {"docket_number": "21-cv-3354"}),
        ("in 4:21-cv-01424", SourceKind.COURT_CASE, {"docket_number": "4:21CV1424 HEA"}),
        ("as in 24-mc-00353", SourceKind.COURT_CASE, {"docket_number": "24-mc-00353 (LJL)"}),
        ("Case No. 23SC188947 in court", SourceKind.COURT_CASE, {"docket_number": "23SC188947"}),
        ("Docket No. 24-13938-MAM is set", SourceKind.COURT_CASE, {"docket_number": "24-13938"}),
        ("under 47 USC 230(c)", SourceKind.STATUTE, {"citation": "47 U.S.C. § 230"}),
        ("under 18 U.S.C. § 2261A", SourceKind.STATUTE, {"citation": "18 U.S.C. § 2261A(2)"}),
        ("Section 230 shields it", SourceKind.STATUTE, {"citation": "47 U.S.C. § 230"}),
        (
            "the Harbour Lights Act of 1901",
            SourceKind.STATUTE,
            {"citation": "c. 50", "title": "Harbour Lights Act"},
        ),
        (
            "Section 5 of the Harbour Lights Act",
            SourceKind.STATUTE,
            {"citation": "c. 50", "title": "Harbour Lights Act 1901"},
        ),
        (
            "X’s civic integrity policy",
            SourceKind.PLATFORM_RULE,
            {"platform": "Twitter", "title": "Civic Integrity Policy"},
        ),
        ("the film 2,000 Lamps.", SourceKind.FILM, {"title": "2000 Lamps"}),
        ("the novel 2,000 Lamps.", SourceKind.BOOK, {"title": "2,000 Lamps: A Story of the Quay"}),
        ("the WSJ said", SourceKind.NEWS_REPORT, {"publisher": "WSJ"}),
        ("a CBO report", SourceKind.GOVERNMENT_STATEMENT, {"publisher": "Congressional Budget Office"}),
    ],
)
def test_a_reference_meets_the_source_on_record_that_is_spelt_otherwise(
    text: str, kind: SourceKind, fields: dict[str, str]
) -> None:
    (one,) = found(text)

    assert set(keys(one)) & _source(kind, **fields)


@pytest.mark.parametrize(
    ("text", "kind", "fields"),
    [
        (
            "Quay v. Lamp, 539 U. S. 244",
            SourceKind.COURT_CASE,
            {"citation": "539 U.S. 306", "title": "Buoy v. Lamp"},
        ),
        ("in No. 1:21-cv-03354", SourceKind.COURT_CASE, {"docket_number": "1:21-cv-03355"}),
        ("in No. 1:21-cv-03354", SourceKind.COURT_CASE, {"docket_number": "1:21-cr-03354"}),
        ("under 47 USC 230", SourceKind.STATUTE, {"citation": "47 U.S.C. § 231"}),
        (
            "X’s privacy policy",
            SourceKind.PLATFORM_RULE,
            {"platform": "X", "title": "Civic Integrity Policy"},
        ),
        ("the film 2,000 Lamps.", SourceKind.BOOK, {"title": "2,000 Lamps"}),
        ("The Supreme Court ruled.", SourceKind.COURT_CASE, {"court": "Supreme Court", "title": "Ruling"}),
    ],
)
def test_a_reference_does_not_meet_another_source(
    text: str, kind: SourceKind, fields: dict[str, str]
) -> None:
    (one,) = found(text)

    assert not set(keys(one)) & _source(kind, **fields)


def test_accounts_meet_under_one_name() -> None:
    one = only("Post by @Lamp@Mastodon.example")

    source = source_keys(
        SourceKind.SOCIAL_POST, "Post", "", "", "", "", "", "Mastodon", account="lamp@mastodon.example"
    )
    assert set(keys(one)) & set(source)


def test_a_source_without_anything_to_go_by_has_no_keys() -> None:
    assert _source(SourceKind.IMAGE, title="A lamp") == set()
