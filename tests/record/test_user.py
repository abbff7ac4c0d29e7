"""The people of the desk."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from articles.models import Claim, User
from articles.refusals import NotAllowed
from tests.factories import PASSWORD, ClaimFactory, UserFactory
from tests.record.refusing import invalid, refuses

pytestmark = pytest.mark.django_db


def test_what_each_role_may(reporter, editor, administrator, stranger):
    assert [one.may_publish for one in (reporter, editor, administrator)] == [False, True, True]
    assert [one.may_administer for one in (reporter, editor, administrator)] == [False, False, True]
    assert all(one.is_desk and one.is_staff for one in (reporter, editor, administrator))


def test_superuser_is_an_administrator():
    assert User.objects.create_superuser("root", "x" * 12, display_name="Root").role == "administrator"


def test_account_without_a_password_lets_nobody_in():
    user = User.objects.create_user("quiet", display_name="Quiet")
    assert not user.has_usable_password() and not user.check_password("")


@pytest.mark.parametrize(
    "facts",
    [{"username": ""}, {"username": "a b"}, {"username": "x\x00"}, {"role": "owner"}, {"display_name": ""}],
)
def test_bad_account_is_refused(facts):
    with pytest.raises(ValidationError) as refusal:
        UserFactory(**facts)
    assert next(iter(facts)) in refusal.value.message_dict


def test_user_name_twice_is_refused(reporter):
    with invalid("username", "already exists"):
        UserFactory(username=reporter.username)


class TestDeactivate:
    def test_takes_the_desk_away(self, administrator, editor):
        claim = ClaimFactory(by=editor)
        editor.deactivate(administrator)
        editor = User.objects.get(pk=editor.pk)
        assert not (editor.is_active or editor.is_desk or editor.may_publish or editor.has_perm("x"))
        assert Claim.objects.get().created_by == editor
        assert set(Claim.objects.visible_to(editor)) == {claim}, "as any reader"
        assert not Claim.objects.editable_by(editor).exists()

    def test_writes_no_more(self, administrator, editor):
        editor.deactivate(administrator)
        with refuses("not_allowed", "Only the desk writes", NotAllowed):
            ClaimFactory(by=editor)

    def test_back_again(self, administrator, editor):
        editor.deactivate(administrator)
        editor.reactivate(administrator)
        assert User.objects.get(pk=editor.pk).may_publish

    def test_refused(self, administrator, editor, reporter):
        with refuses("self", "ask another administrator"):
            administrator.deactivate(administrator)
        for person in (editor, reporter):
            with refuses("not_allowed", "Only an administrator deactivates", NotAllowed):
                administrator.deactivate(person)

    def test_never_deleted(self, reporter):
        with refuses("keep", "deactivated, never deleted"):
            reporter.delete()


class TestAccounts:
    def test_opened_and_described(self, administrator):
        user = User.open_account(administrator, "new", PASSWORD, display_name="New", role="editor")
        assert user.check_password(PASSWORD) and user.may_publish
        user.describe(administrator, display_name="Newer", email="n@example.org")
        assert str(User.objects.get(pk=user.pk)) == "Newer"
        with pytest.raises(TypeError):
            user.describe(administrator, role="administrator")
        user.set_role(administrator, "reporter")
        assert not User.objects.get(pk=user.pk).may_publish
        user.reset_password(administrator, "another pass phrase")
        assert User.objects.get(pk=user.pk).check_password("another pass phrase")

    def test_refused(self, administrator, editor, reporter, stranger):
        for person in (editor, reporter, stranger):
            for verb in (
                lambda by: User.open_account(by, "new", PASSWORD, display_name="New"),
                lambda by: reporter.set_role(by, "administrator"),
                lambda by: reporter.reset_password(by, "x" * 12),
                lambda by: reporter.reactivate(by),
            ):
                with refuses("not_allowed", "Only an administrator", NotAllowed):
                    verb(person)
        for person in (editor, stranger):
            with refuses("not_allowed", "Only an administrator", NotAllowed):
                reporter.describe(person, display_name="x")
        with refuses("self"):
            administrator.set_role(administrator, "reporter")
        with invalid("role"):
            reporter.set_role(administrator, "owner")

    def test_everybody_describes_themselves(self, reporter):
        reporter.describe(reporter, display_name="Rita R.", email="rita@desk.example")
        assert User.objects.get(pk=reporter.pk).email == "rita@desk.example"
        with refuses("not_allowed", "Only an administrator", NotAllowed):
            reporter.describe(reporter.limited(["write"]), display_name="x")

    def test_seen_by_colleagues_and_managed_by_administrators(self, administrator, editor, stranger):
        assert User.objects.visible_to(editor).count() == 2 and not User.objects.visible_to(stranger).exists()
        assert (
            not User.objects.editable_by(editor).exists() and User.objects.editable_by(administrator).exists()
        )


def test_password_is_not_in_the_record(reporter):
    """The ledger names people by id; what they sign in with is none of its business."""
    from articles.models import ChangeRow

    ClaimFactory(by=reporter)
    assert not ChangeRow.objects.filter(payload__contains="password").exists()
    assert not ChangeRow.objects.filter(payload__contains=reporter.display_name).exists()
