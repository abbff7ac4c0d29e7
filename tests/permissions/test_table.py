"""The permission table, asked of the rules themselves and of every door."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from articles.admin import desk
from articles.models import Verdict, VerdictDraft
from articles.models.recorded import RecordQuerySet
from articles.refusals import NotAllowed, NotPublishable
from tests.factories import UserFactory
from tests.permissions.table import ROLES, TABLE


def lines(wanted=lambda line: True):
    """Ask a test of the lines of the table that it is about."""
    names = {"ids": lambda line: line.state.replace(" ", "_").replace(",", "")}
    return pytest.mark.parametrize("line", [line for line in TABLE if wanted(line)], **names)


def somebody_only_sees(line) -> bool:
    return any(line.rights(role) & {"s", "e"} == {"s"} for role in ROLES[1:])


def somebody_decides(line) -> bool:
    return any(line.rights(role) & {"p", "w"} for role in ROLES)


# Nouns with a readers' page, and nouns the API serves.
PAGES = ("article", "claim", "claimant", "source", "verdict")
API = {"article": "articles", "claim": "claims", "source": "sources", "verdict": "verdicts"}


@pytest.fixture
def people(newsroom, reporter, editor, administrator, stranger):
    return {
        "stranger": stranger,
        "reporter": reporter,
        "editor": editor,
        "administrator": administrator,
        "other": UserFactory(),
    }


def client_of(people, role) -> Client:
    client = Client()
    if role != "stranger":
        client.force_login(people[role])
    return client


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


@lines()
def test_the_doors_say_it_too(line, people):
    """What one may see is a page, 200; what one may not is not there, 404. The desk asks strangers who they are."""
    row = line.make(people)
    noun = row._meta.model_name
    for role in ROLES:
        client, sees = client_of(people, role), "s" in line.rights(role)
        if noun in PAGES and not getattr(row, "merged_into_id", None):
            assert client.get(row.get_absolute_url()).status_code == (200 if sees else 404), role
        if noun in API:
            answer = client.get(f"/api/v1/{API[noun]}/{row.pk}/")
            assert answer.status_code == (200 if sees else 404), role
        if type(row) in desk._registry:
            page = reverse(f"admin:articles_{noun}_change", args=[row.pk])
            expected = 302 if role == "stranger" else 200 if sees else 404
            assert client.get(page).status_code == expected, role


@lines(somebody_only_sees)
def test_who_may_not_edit_is_refused_at_the_desk(line, people):
    row = line.make(people)
    if type(row) not in desk._registry:
        return
    page = reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])
    for role in ROLES[1:]:
        rights = line.rights(role)
        if "s" not in rights or "e" in rights:
            continue
        assert client_of(people, role).post(page, {}).status_code == 403, role


@lines(somebody_decides)
def test_publishing_and_withdrawing_obey_it(line, people):
    row = line.make(people)
    if isinstance(row, VerdictDraft) and row.state == "submitted":
        for role in ROLES[1:]:
            if "p" not in line.rights(role):
                with pytest.raises((NotAllowed, NotPublishable)):
                    row.publish(people[role])
        allowed = [role for role in ROLES if "p" in line.rights(role)]
        assert row.publish(people[allowed[0]]).approver == people[allowed[0]]
    if isinstance(row, Verdict) and any("w" in line.rights(role) for role in ROLES):
        with pytest.raises(NotAllowed):
            row.withdraw(people["reporter"], "No.")
        assert row.withdraw(people["editor"], "It was wrong.").is_withdrawal


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


def test_addresses_of_the_table_exist():
    for noun in PAGES:
        with pytest.raises(NoReverseMatch):
            reverse(noun)  # each needs a number; a missing page would say so differently
