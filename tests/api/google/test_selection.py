"""Partial answers: `fields`."""

from __future__ import annotations

import pytest

from api.google.selection import SHAPE, Unselectable, part, selected

REVIEW = {"publisher": {"name": "Desk", "site": "desk.example"}, "url": "u", "title": "t"}
ANSWER = {
    "claims": [{"text": "a", "claimReview": [REVIEW]}, {"text": "b", "claimant": "c"}],
    "nextPageToken": "n",
}


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ("*", ANSWER),
        ("nextPageToken", {"nextPageToken": "n"}),
        ("claims", {"claims": ANSWER["claims"]}),
        ("claims/text,nextPageToken", {"claims": [{"text": "a"}, {"text": "b"}], "nextPageToken": "n"}),
        ("claims(text,claimant)", {"claims": [{"text": "a"}, {"text": "b", "claimant": "c"}]}),
        ("claims/text,claims/claimant", {"claims": [{"text": "a"}, {"text": "b", "claimant": "c"}]}),
        (
            "claims(claimReview/publisher/site)",
            {"claims": [{"claimReview": [{"publisher": {"site": "desk.example"}}]}, {}]},
        ),
        ("claims/claimReview(url,title)", {"claims": [{"claimReview": [{"url": "u", "title": "t"}]}, {}]}),
        ("claims/claimReview/*,claims/text", {"claims": [{"text": "a", "claimReview": [REVIEW]}, {"text": "b"}]}),
    ],
)  # fmt: skip
def test_what_is_selected_stays(fields, answer):
    assert part(ANSWER, selected(fields)) == answer


@pytest.mark.parametrize(
    "fields",
    [",", "claims,", "claims/", "claims()", "claims(text", "claims)", "claims text", "text", "claims/text/x",
     "claims.text", "nextPageToken/*", "*/text", "é", "(" * 5000, "claims(" * 5000],
)  # fmt: skip
def test_what_cannot_be_selected_is_said(fields):
    with pytest.raises(Unselectable, match=r"\.$"):
        selected(fields)


def test_selecting_does_not_change_what_there_is_to_select():
    before = repr(SHAPE)
    selected("*,claims(claimReview/url,*)")
    assert repr(SHAPE) == before
