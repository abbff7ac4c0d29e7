"""The people and the house: accounts, newsroom, ratings, topics; and what all factories share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import factory

from articles.models import (
    Newsroom,
    Rating,
    RatingScale,
    Role,
    Topic,
    User,
)

#: The passwords of all accounts made here.
PASSWORD = "a pass phrase for tests"
SENTENCE = "The bridge across the river cost four million dollars."
TEXT = (
    "A bridge and its bill\n\n"
    "Officials opened the bridge on Friday. According to two people briefed on the plan, "
    f"{SENTENCE[0].lower()}{SENTENCE[1:]} Others doubt the figure.\n"
)


def somebody(role: str) -> User:
    """Return the account that does what a test does not say who does: one per role."""
    found = User.objects.filter(username=f"some_{role}").first()
    return found or UserFactory(username=f"some_{role}", display_name=f"Some {role.title()}", role=role)


def some_reporter() -> User:
    return somebody(Role.REPORTER)


def some_editor() -> User:
    return somebody(Role.EDITOR)


def some_administrator() -> User:
    return somebody(Role.ADMINISTRATOR)


def newsroom() -> Newsroom:
    """Return the newsroom, opened with the standard scale where it was not."""
    return Newsroom.objects.first() or Newsroom.open("The Example Desk")


def rating_called(slug: str | Rating | None) -> Rating | None:
    """Return the rating of this name on the current scale; the newsroom is opened where it was not."""
    if slug is None or isinstance(slug, Rating):
        return slug
    newsroom()
    return RatingScale.current().ratings.get(slug=slug)


def moment_of(value: str | date | datetime | None) -> datetime | None:
    """Return a moment from `2024-01-10`, `2024-01-10T12:00`, a date (noon, UTC) or a datetime."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value if "T" in value else f"{value}T12:00")
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return value and datetime(value.year, value.month, value.day, 12, tzinfo=UTC)


def day_of(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


class VerbFactory(factory.django.DjangoModelFactory):
    """A factory whose rows enter by a verb: `enter` gets what the test gave and the defaults."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        return cls.enter(**kwargs)

    @classmethod
    def enter(cls, **given: Any) -> Any:
        raise NotImplementedError


# People


class UserFactory(VerbFactory):
    class Meta:
        model = User

    username = factory.Sequence("person{}".format)
    display_name = factory.Sequence("Person {}".format)
    role = Role.REPORTER
    password = PASSWORD

    @classmethod
    def enter(cls, is_active: bool = True, **given: Any) -> User:
        user = User.objects.create_user(**given)
        if not is_active:
            user.deactivate(some_administrator())
        return user


class NewsroomFactory(VerbFactory):
    class Meta:
        model = Newsroom

    name = "The Example Desk"
    by = None

    @classmethod
    def enter(cls, **given: Any) -> Newsroom:
        return Newsroom.open(**given)


class RatingScaleFactory(VerbFactory):
    """A further version of the scale; `ratings` are dicts, by default those of the standard scale again."""

    class Meta:
        model = RatingScale

    by = None
    name = factory.Sequence("Scale {}".format)
    ratings = None

    @classmethod
    def enter(cls, by: Any, name: str, ratings: Iterable[dict] | None) -> RatingScale:
        if ratings is None:
            return RatingScale.adopt_standard(by)
        return RatingScale.adopt(by, name, ratings)


class RatingFactory(VerbFactory):
    """A rating of the current scale, by its slug; `retired` retires it."""

    class Meta:
        model = Rating

    slug = "supported"
    retired = False

    @classmethod
    def enter(cls, slug: str, retired: bool) -> Rating:
        found = rating_called(slug)
        if retired:
            found.retire(None)
        return found


class TopicFactory(VerbFactory):
    class Meta:
        model = Topic

    name = factory.Sequence("Topic {}".format)

    @classmethod
    def enter(cls, name: str) -> Topic:
        return Topic.named(name)
