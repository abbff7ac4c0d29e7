"""Who runs this instance."""

from __future__ import annotations

import pytest

from articles.models import Change, Newsroom, RatingScale
from articles.refusals import NotAllowed
from tests.record.refusing import everything, invalid, refuses

pytestmark = pytest.mark.django_db


def test_before_it_was_opened_the_rules_are_strict():
    assert Newsroom.current().name == "" and not Newsroom.current().allows_self_approval
    assert RatingScale.current() is None


def test_opened_with_the_standard_scale_in_one_act(administrator):
    newsroom = Newsroom.open("The Desk", administrator, licence="CC BY 4.0")
    assert (str(newsroom), newsroom.licence, Newsroom.current()) == ("The Desk", "CC BY 4.0", newsroom)
    change = Change.objects.latest("seq")
    assert (change.verb, change.object_type, change.rows) == ("open", "newsroom", 8)


def test_opening_again_changes_nothing(newsroom):
    before = everything()
    assert Newsroom.open("Another name") == newsroom
    assert everything() == before


def test_only_administrators_open_and_revise(newsroom, editor, stranger, administrator):
    for person in (editor, stranger):
        with refuses("not_allowed", kind=NotAllowed):
            newsroom.revise(person, name="x")
        assert not Newsroom.objects.editable_by(person).exists()
        assert Newsroom.objects.visible_to(person).exists()
    newsroom.revise(administrator, methodology="We **read**.", allows_self_approval=True)
    assert Newsroom.current().allows_self_approval
    with invalid("url"):
        newsroom.revise(administrator, url="javascript:alert(1)")


@pytest.mark.parametrize("role", ["reporter", "editor", "stranger"])
def test_nobody_else_opens_it(request, role):
    person = request.getfixturevalue(role)
    with refuses("not_allowed", kind=NotAllowed):
        Newsroom.open("x", person)
