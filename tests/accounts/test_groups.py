"""The groups have exactly the permissions that the table of rights says the roles use."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection

from articles.admin import desk
from articles.models import Role, User
from articles.models.granting import VERBS, install, permissions
from tests import factories
from tests.desk.test_doors import ADDED, ADDED_BY_ADMINISTRATORS
from tests.permissions.table import ROLES, TABLE
from tests.permissions.test_verbs import VERBS as SAID

pytestmark = pytest.mark.django_db

# Verbs of the record behind each permission that is more than a change.
BEHIND = {
    "publish_article": {"Article.open_to_readers", "Article.close_to_readers"},
    "dismiss_claim": {"Claim.dismiss"},
    "merge_claim": {"Claim.merge_into", "Claim.unmerge"},
    "merge_claimant": {"Claimant.merge_into", "Claimant.unmerge"},
    "publish_source": {"Source.open_to_readers"},
    "merge_source": {"Source.merge_into", "Source.unmerge"},
    "withdraw_verdict": {"Verdict.withdraw"},
    "publish_verdictdraft": {"VerdictDraft.publish"},
    "hand_back_verdictdraft": {"VerdictDraft.hand_back"},
    "administer_user": {"User.open_account", "User.set_role", "User.deactivate", "User.reactivate"},
}


# Of these everybody has their own, whatever the role; the table tells of the reporter's.
OWN = {"apikey", "assessment", "auditentry", "keptform", "mailrefusal", "note", "savedsearch"}


def group_of(role: str) -> set[str]:
    return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


@pytest.fixture
def rights(newsroom, reporter, editor, administrator, stranger):
    """Role → noun → letters of the table, over all states of the noun."""
    people = {
        "stranger": stranger, "reporter": reporter, "editor": editor, "administrator": administrator,
        "other": factories.UserFactory(),
    }  # fmt: skip
    found: dict[str, dict[str, set[str]]] = {role: {} for role in ROLES[1:]}
    for line in TABLE:
        noun = type(line.make(people))._meta.model_name
        for role in ROLES[1:]:
            found[role].setdefault(noun, set()).update(line.rights(role))
    return found


def test_seeing_and_changing_are_what_the_table_says(rights):
    for role, nouns in rights.items():
        has = group_of(role)
        for word, letter in (("view", "s"), ("change", "e")):
            wanted = {f"{word}_{noun}" for noun, letters in nouns.items() if letter in letters}
            wanted |= {f"{word}_{noun}" for noun in OWN if letter in rights["reporter"].get(noun, ())}
            assert {one for one in has if one.startswith(f"{word}_")} == wanted, role
        assert ("publish_verdictdraft" in has) == ("p" in nouns["verdictdraft"]), role
        assert ("withdraw_verdict" in has) == ("w" in nouns["verdict"]), role


def test_adding_is_what_the_forms_let():
    for role in ROLES[1:]:
        wanted = {
            name.lower() for name in ADDED | (ADDED_BY_ADMINISTRATORS if role == "administrator" else set())
        }
        registered = {one.removeprefix("add_") for one in group_of(role) if one.startswith("add_")}
        by_form = {model._meta.model_name for model, one in desk._registry.items() if one.add_fields}
        assert registered & by_form == wanted, role


def test_grave_verbs_are_what_their_lines_say():
    said = {verb.name: set(verb.allowed) for verb in SAID}
    assert {f"{verb}_{noun}" for noun, verbs in VERBS.items() for verb in verbs} == BEHIND.keys()
    for codename, verbs in BEHIND.items():
        for verb in verbs:
            assert {role for role in ROLES[1:] if codename in group_of(role)} == said[verb], codename


def test_what_drifts_is_put_right_by_the_next_migration():
    group = Group.objects.get(name="reporter")
    group.permissions.add(Permission.objects.get(codename="publish_verdictdraft"))
    Group.objects.get(name="editor").delete()
    Permission.objects.filter(codename="view_claim").delete()
    install(connection.alias)
    assert "publish_verdictdraft" not in group_of("reporter")
    assert {"publish_verdictdraft", "view_claim"} <= group_of("editor")
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


def test_nobody_deletes_anything():
    assert not any(one.startswith("delete_") for role in Role for one in group_of(role))
    assert all(one.partition("_")[0] != "delete" for one in permissions())


class TestAsked:
    def test_of_the_group(self, reporter, editor, django_assert_num_queries):
        person = User.objects.signing_in().get(pk=reporter.pk)
        with django_assert_num_queries(0):
            assert person.has_perm("articles.view_claim")
            assert not person.has_perm("articles.publish_verdictdraft")
            assert not person.has_perms(["articles.view_claim", "articles.publish_verdictdraft"])
        with django_assert_num_queries(1):
            assert editor.has_perm("articles.publish_verdictdraft") and editor.has_perm("articles.view_claim")

    def test_a_group_that_loses_one_has_it_no_more(self, reporter):
        Group.objects.get(name="reporter").permissions.remove(Permission.objects.get(codename="view_claim"))
        assert not User.objects.signing_in().get(pk=reporter.pk).has_perm("articles.view_claim")

    def test_keys_have_less(self, editor):
        for scopes, may in (
            (["drafts"], (True, False, False)),
            (["write"], (True, True, False)),
            (["publish"], (True, True, True)),
            (["import"], (False, False, False)),
            ([], (False, False, False)),
        ):
            key = editor.limited(scopes)
            asked = ("articles.view_claim", "articles.change_claim", "articles.publish_verdictdraft")
            assert tuple(map(key.has_perm, asked)) == may, scopes

    def test_closed_accounts_and_other_apps_have_none(self, administrator, editor):
        editor.deactivate(administrator)
        assert not editor.has_perm("articles.view_claim") and not editor.has_module_perms("articles")
        assert not administrator.has_perm("auth.change_group") and not administrator.has_module_perms("auth")
        assert administrator.has_perm("articles.administer_user")
        assert not administrator.limited(["publish"]).has_perm("articles.administer_user")

    def test_the_desk_asks(self, client, reporter):
        from tests.desk.conftest import add_to, list_of, page_of

        claim = factories.ClaimFactory()
        client.force_login(reporter)
        assert client.get(page_of(claim)).status_code == 200
        group = Group.objects.get(name="reporter")
        group.permissions.remove(*Permission.objects.filter(codename__endswith="_claim"))
        assert client.get(list_of(type(claim))).status_code == 403
        assert client.get(add_to(type(claim))).status_code == 403
        assert (
            client.post(page_of(claim), {"seen_revision": claim.revision, "statement": "x"}).status_code
            == 403
        )
