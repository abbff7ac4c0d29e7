from __future__ import annotations

import pytest

from articles.importing.attribution.claimants import describe
from articles.vocabulary import ClaimantKind

PERSON, ORGANISATION = ClaimantKind.PERSON, ClaimantKind.ORGANISATION
ACCOUNT, GROUP = ClaimantKind.ACCOUNT, ClaimantKind.GROUP


@pytest.mark.parametrize(
    ("words", "kind", "unnamed"),
    [
        ("Ada Lomax", PERSON, False),
        ("Ada Lomax, a baker", PERSON, False),
        ("Dr. Ines Okafor", PERSON, False),
        ("the mayor", PERSON, False),
        ("a senior official who asked not to be named", PERSON, True),
        ("a person close to the museum", PERSON, True),
        ("an aide", PERSON, True),
        ("The Harbour Gazette", ORGANISATION, False),
        ("Lomax University", ORGANISATION, False),
        ("ABC", ORGANISATION, False),
        ("the company", ORGANISATION, False),
        ("@lakewatch", ACCOUNT, False),
        ("an anonymous account", ACCOUNT, True),
        ("two people briefed on the plan", GROUP, True),
        ("several current and former Harbour, Mill and Lake officials", GROUP, True),
        ("some in the harbour office", GROUP, True),
        ("those who asked", GROUP, True),
        ("Officials", GROUP, True),
        ("residents of the valley", GROUP, True),
        ("Y’all", GROUP, True),
        ("she", None, False),
        ("who", None, False),
        ("the report", None, False),
        ("", None, False),
        ("…", None, False),
    ],
)
def test_the_words_for_a_source_show_what_it_is(words: str, kind: ClaimantKind | None, unnamed: bool) -> None:
    assert describe(words) == (kind, unnamed)
