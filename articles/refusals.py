"""What a rule answers when it says no.

A refusal is an expected outcome and carries a sentence for the person in front of the door. The pages
show it, the admin puts it into a message, the API turns it into problem details with its `code`.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule of the record does not allow this. `code` is stable, the sentence is for people."""

    code = "refused"

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code


class NotAllowed(Refused):
    """This person may see the object but may not do that with it (403)."""

    code = "not_allowed"


class Stale(Refused):
    """Somebody else wrote first. `current` is the row as it stands now; nothing was overwritten."""

    code = "stale"

    def __init__(self, sentence: str, current: Any) -> None:
        super().__init__(sentence)
        self.current = current


class NotPublishable(Refused):
    """The publish gate found obstacles; each is an `articles.publishing.Obstacle`."""

    code = "not_publishable"

    def __init__(self, obstacles: list[Any]) -> None:
        super().__init__(" ".join(obstacle.sentence for obstacle in obstacles))
        self.obstacles = obstacles


class NoFiles(Refused):
    """Files lie in a bucket, and it does not answer or says no."""

    code = "no_files"
