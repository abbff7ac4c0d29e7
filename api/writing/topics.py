"""Topics: named and described."""

from __future__ import annotations

from typing import Any

from api.writing.bodies import Body, Text
from api.writing.bulk import Bulk
from api.writing.finding import FindsOrAdds
from api.writing.parts import optional
from articles.models import Topic

DESCRIPTION = "What belongs to it."


class TopicGiven(Body):
    """A topic by its name. One that is on record already is answered as it is, its description too."""

    name = Text(max_length=100)
    description = optional(help_text=DESCRIPTION)


class TopicChanged(Body):
    """What is different now about a topic."""

    name = Text(max_length=100, required=False)
    description = optional(help_text=DESCRIPTION)


class WritesTopics(FindsOrAdds, Bulk):
    """What programs say of topics."""

    adding = TopicGiven
    changing = TopicChanged

    def find_or_add(self, by: Any, given: dict[str, Any]) -> tuple[Topic, bool]:
        """Return the topic of this name, and whether it is new."""
        return Topic.find_or_add(by, **given)
