"""The permission table, asked of the rules themselves; of the doors `test_doors` asks it."""

from __future__ import annotations

import pytest

from articles.models import Verdict, VerdictDraft
from articles.models.recorded import RecordQuerySet
from articles.refusals import NotAllowed, NotPublishable
from tests.permissions.table import ROLES, TABLE, clear_the_way


def lines(wanted=lambda line: True):
    """Ask a test of the lines of the table that it is about."""
    names = {"ids": lambda line: line.state.replace(" ", "_").replace(",", "")}
    return pytest.mark.parametrize("line", [line for line in TABLE if wanted(line)], **names)


def somebody_decides(line) -> bool:
    return any(line.rights(role) & {"p", "w"} for role in ROLES)


@lines()
def test_the_rules_say_what_the_table_says(line, people):
    row = line.make(people)
    words = {"s": "visible_to", "e": "editable_by"}
    if isinstance(row, VerdictDraft):
        words["p"] = "publishable_by"
    if isinstance(row, Verdict):
        words["w"] = "withdrawable_by"
    for role in ROLES:
        for user in (people[role], None) if role == "stranger" else (people[role],):
            rights = {
                letter
                for letter, word in words.items()
                if getattr(type(row).objects.all(), word)(user).filter(pk=row.pk).exists()
            }
            assert rights == line.rights(role), f"{role}: {line.state}"


@lines(somebody_decides)
def test_publishing_and_withdrawing_obey_it(line, people):
    row = line.make(people)
    if isinstance(row, VerdictDraft) and row.state == "submitted":
        clear_the_way(row)
        for role in ROLES[1:]:
            if "p" not in line.rights(role):
                with pytest.raises((NotAllowed, NotPublishable)):
                    row.publish(people[role])
        allowed = [role for role in ROLES if "p" in line.rights(role)]
        assert row.publish(people[allowed[0]]).approver == people[allowed[0]]
    if isinstance(row, Verdict) and any("w" in line.rights(role) for role in ROLES):
        with pytest.raises(NotAllowed):
            row.withdraw(people["reporter"], "No.")
        allowed = [role for role in ROLES if "w" in line.rights(role)]
        assert row.withdraw(people[allowed[0]], "It was wrong.").is_withdrawal


def test_every_noun_with_rules_is_in_the_table(people):
    from django.apps import apps

    tested = {type(line.make(people)) for line in TABLE}
    ruled = {
        model
        for model in apps.get_app_config("articles").get_models()
        if hasattr(getattr(model, "objects", None), "visible_to")
    }
    assert {model.__name__ for model in ruled - tested} == set()


def test_every_queryset_with_rules_says_both(db):
    from django.apps import apps

    for model in apps.get_app_config("articles").get_models():
        manager = getattr(model, "objects", None)
        if not issubclass(getattr(manager, "_queryset_class", object), RecordQuerySet):
            continue
        assert manager.visible_to(None) is not None and manager.editable_by(None).count() == 0, model.__name__
