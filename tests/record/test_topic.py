"""Topics: one of each name."""

from __future__ import annotations

import pytest

from articles.models import Topic
from tests.factories import TopicFactory
from tests.record.refusing import everything, invalid, last_seq

pytestmark = pytest.mark.django_db


def test_a_new_one_is_one_act(reporter):
    seq = last_seq()
    topic, is_new = Topic.find_or_add(reporter, "Bridges", "All of them.")
    topic.refresh_from_db()
    assert is_new and (topic.name, topic.description) == ("Bridges", "All of them.")
    assert last_seq() == seq + 1


def test_one_that_is_there_stays_as_it_is(reporter):
    topic = TopicFactory(name="Bridges")
    before = everything()
    assert Topic.find_or_add(reporter, "Bridges", "Others.") == (topic, False)
    assert Topic.named("Bridges", reporter) == topic
    assert everything() == before


def test_one_that_somebody_made_just_before_the_act_is_found(reporter, monkeypatch):
    """The name is asked for once more under the lock: the first answer may be an old one."""
    import articles.models.topic as module

    act = module.act

    def later(*given):
        monkeypatch.undo()
        TopicFactory(name="Bridges")
        return act(*given)

    monkeypatch.setattr(module, "act", later)
    assert Topic.find_or_add(reporter, "Bridges") == (Topic.objects.get(), False)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b"])
def test_names_that_are_none(reporter, name):
    with invalid("name"):
        Topic.find_or_add(reporter, name)
