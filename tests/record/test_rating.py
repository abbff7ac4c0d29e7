"""Scales and their ratings."""

from __future__ import annotations

import pytest

from articles.models import Change, Rating, RatingScale
from articles.models.rating import STANDARD_SCALE, in_language
from articles.refusals import NotAllowed
from tests.factories import RatingFactory, RatingScaleFactory, VerdictFactory, moment_of
from tests.record.refusing import invalid, refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("newsroom")]

ROW = {"slug": "so", "machine_class": "true", "labels": {"en": "So"}, "definitions": {"en": "It is so."}}


def test_standard_scale():
    scale = RatingScale.current()
    assert str(scale) == "What the record shows (version 1)"
    assert [rating.slug for rating in scale.ratings.all()] == [row[0] for row in STANDARD_SCALE]
    assert [str(rating) for rating in scale.ratings.all()][:2] == ["Supported", "Mostly supported"]
    assert all(rating.definition.endswith(".") for rating in scale.ratings.all())


class TestAdopt:
    def test_next_version(self, administrator):
        old = VerdictFactory()
        scale = RatingScale.adopt(
            administrator,
            "Two words",
            [{**ROW, "rank": 2}],
        )
        assert (scale.number, RatingScale.current()) == (2, scale)
        assert [rating.position for rating in scale.ratings.all()] == [1]
        old.refresh_from_db()
        assert old.rating.scale.number == 1
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_type, change.rows, change.public) == (
            "adopt",
            "ratingscale",
            2,
            True,
        )

    def test_in_use_are_those_of_the_newest_scale(self):
        retired = RatingFactory(slug="partly_supported", retired=True)
        assert Rating.objects.in_use().count() == 5 and retired not in Rating.objects.in_use()
        scale = RatingScaleFactory()
        assert set(Rating.objects.in_use()) == set(scale.ratings.all())

    def test_refused(self, reporter, editor, stranger, administrator):
        for person in (reporter, editor, stranger):
            with refuses("not_allowed", "Only an administrator adopts", NotAllowed):
                RatingScale.adopt(person, "x", [])
        with invalid("machine_class"):
            RatingScale.adopt(administrator, "x", [{**ROW, "machine_class": "some"}])
        with invalid("slug"):
            RatingScale.adopt(administrator, "x", [{**ROW, "slug": "a b"}])
        with invalid("__all__", "already has a rating of that name"):
            RatingScale.adopt(administrator, "x", [ROW, ROW])
        with invalid("name"):
            RatingScale.adopt(administrator, " ", [])

    def test_every_rating_is_defined(self, administrator):
        with invalid("definitions"):
            RatingScale.adopt(administrator, "x", [{**ROW, "definitions": {}}])

    @pytest.mark.parametrize("labels", [[], "Supported", {"en": ""}, {"en": 5}, {"en": ["x"]}])
    def test_labels_are_texts_by_language(self, administrator, labels):
        with invalid("labels", "one text per language"):
            RatingScale.adopt(administrator, "x", [{**ROW, "labels": labels}])


class TestRetire:
    def test_named_successor(self, administrator):
        rating, successor = Rating.objects.get(slug="partly_supported"), Rating.objects.get(slug="supported")
        rating.retire(administrator, successor, at=moment_of("2024-01-10"))
        rating.refresh_from_db()
        assert (rating.retired_at, rating.replaced_by) == (moment_of("2024-01-10"), successor)

    def test_refused(self, administrator, editor):
        rating = RatingFactory(retired=True)
        with refuses("retired", "“Supported” is retired already"):
            rating.retire(administrator)
        with refuses("not_allowed", kind=NotAllowed):
            Rating.objects.get(slug="contradicted").retire(editor)


class TestRevise:
    def test_labels(self, administrator):
        rating = RatingFactory()
        rating.revise(administrator, labels={"en": "Borne out", "de": "Belegt"})
        assert str(Rating.objects.get(pk=rating.pk)) == "Borne out"

    def test_refused(self, editor, administrator):
        rating = RatingFactory()
        with refuses("not_allowed", kind=NotAllowed):
            rating.revise(editor, labels={"en": "x"})
        with pytest.raises(TypeError):
            rating.revise(administrator, machine_class="false")


def test_visible_to_all_and_editable_by_administrators(stranger, editor, administrator):
    for model in (Rating, RatingScale):
        assert model.objects.visible_to(stranger).exists()
        assert (
            not model.objects.editable_by(editor).exists()
            and not model.objects.editable_by(stranger).exists()
        )
        assert model.objects.editable_by(administrator).exists()


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"en": "So", "de": "Ja", "de-at": "Jo"}, "de-at", "Jo"),
        ({"en": "So", "de": "Ja"}, "de-ch", "Ja"),
        ({"en": "So", "de": "Ja"}, "fr", "So"),
        ({"de": "Ja"}, "fr", "Ja"),
        ({"en": "", "de": "Ja"}, "en", "Ja"),
        ({}, "en", ""),
    ],
)
def test_in_language(texts, language, expected):
    assert in_language(texts, language) == expected
