"""Who asserts something."""

from __future__ import annotations

import pytest

from articles.models import Change, Claimant
from articles.refusals import NotAllowed
from tests.factories import AppearanceFactory, ArticleFactory, ClaimantFactory, ClaimFactory
from tests.hostile import URLS, each
from tests.record.refusing import invalid, refuses

pytestmark = pytest.mark.django_db


class TestAdd:
    def test_on_record(self, reporter):
        claimant = Claimant.add(reporter, name="The Post", kind="organisation", url="https://example.org/")
        assert str(claimant) == "The Post" and claimant.slug == "the-post"
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_type, change.object_id) == ("add", "claimant", claimant.pk)
        assert change.public is False, "readers see whoever a claim they can see is attributed to"

    def test_refused(self, reporter):
        with invalid("name", "cannot be blank"):
            Claimant.add(reporter, name=" ", kind="person")
        with invalid("kind"):
            Claimant.add(reporter, name="x", kind="some")

    @pytest.mark.parametrize("url", each(URLS))
    def test_hostile_address_is_refused(self, reporter, url):
        with invalid("url"):
            Claimant.add(reporter, name="x", kind="person", url=url)

    def test_name_of_signs_has_a_slug(self):
        assert Claimant(name="？！").slug == "claimant"


class TestRevise:
    def test_description_at_the_time(self, reporter):
        claimant = ClaimantFactory()
        claimant.revise(reporter, description="Mayor in 2024.")
        claimant.refresh_from_db()
        assert (claimant.description, claimant.revision) == ("Mayor in 2024.", 2)

    def test_refused(self, reporter, stranger):
        claimant = ClaimantFactory(merged_into=ClaimantFactory())
        with refuses("not_allowed", kind=NotAllowed):
            claimant.revise(reporter, description="x")
        with refuses("not_allowed", kind=NotAllowed):
            claimant.merged_into.revise(stranger, description="x")


def test_readers_see_who_says_what_they_can_see(stranger, reporter, editor):
    shown, hidden, silent = ClaimantFactory(), ClaimantFactory(), ClaimantFactory()
    version = ArticleFactory(public=True).current_version
    AppearanceFactory(article_version=version, attributions=[{"claimant": shown}])
    dismissed = ClaimFactory()
    AppearanceFactory(article_version=version, claim=dismissed, attributions=[{"claimant": hidden}])
    dismissed.dismiss(editor, "Nobody said this.")
    assert list(Claimant.objects.visible_to(stranger)) == [shown]
    assert set(Claimant.objects.visible_to(reporter)) == {shown, hidden, silent}
    assert not Claimant.objects.editable_by(stranger).exists()
    assert Claimant.objects.editable_by(reporter).count() == 3


def test_who_was_merged_leads_readers_to_who_they_are(client, stranger, editor):
    """A survivor of whom nothing is said by its own name: readers meet it by what the merged one said."""
    named, survivor = ClaimantFactory(), ClaimantFactory()
    version = ArticleFactory(public=True).current_version
    AppearanceFactory(article_version=version, attributions=[{"claimant": named}])
    named.merge_into(survivor, editor)
    rows = Change.objects.latest("seq").change_rows
    assert rows.get(object_id=survivor.pk).readers == "shown"
    assert set(Claimant.objects.visible_to(stranger)) == {named, survivor}
    assert client.get(named.get_absolute_url(), follow=True).status_code == 200
    AppearanceFactory(article_version=version, attributions=[{"claimant": survivor}]).claim.dismiss(
        editor, "x"
    )
    assert survivor in Claimant.objects.visible_to(stranger)
    for claim in [one.appearance.claim for one in named.attributions.all()]:
        claim.dismiss(editor, "Nobody said this.")
    rows = Change.objects.latest("seq").change_rows
    assert rows.get(object_type="claimant", object_id=survivor.pk).readers == "gone"
    assert not Claimant.objects.visible_to(stranger).exists()
