"""Research steps: what was looked for, where, and what came of it."""

from __future__ import annotations

from typing import Any

from api.writing.bodies import Body, Day, RowOf, Text, Word
from api.writing.parts import optional
from api.writing.verbs import Adds, Changes, verb
from articles.models import Claim, Evidence, ResearchOutcome, ResearchStep, Scope

QUESTION = "What was looked for. Private people are described, not named."
PLACE = "Where: which archive, which database, a person in what office. No private names."


class StepChanged(Body):
    """What is different now about a research step."""

    question = Text(required=False, help_text=QUESTION)
    place = Text(max_length=500, required=False, help_text=PLACE)
    outcome = Word(ResearchOutcome, required=False)
    note = optional(help_text="What came of it. Readers see it once the step is opened to them.")
    done_on = Day(required=False, allow_null=True, help_text="Null where nobody noted the day.")
    evidence = RowOf(
        Evidence, required=False, allow_null=True, help_text="What it led to, on the same claim."
    )


class StepGiven(StepChanged):
    """One search: what for, where, and what came of it."""

    claim = RowOf(Claim)
    question = Text(help_text=QUESTION)
    place = Text(max_length=500, help_text=PLACE)
    outcome = Word(ResearchOutcome)


class WritesResearch(Adds, Changes):
    """What programs say of research steps."""

    adding = StepGiven
    changing = StepChanged

    def add(self, by: Any, given: dict[str, Any]) -> ResearchStep:
        """Put a search on record, at the desk only until an editor opens it."""
        return ResearchStep.add(by, **given)

    @verb(needs=Scope.PUBLISH)
    def open_to_readers(self, by: Any, step: ResearchStep, given: dict[str, Any]) -> None:
        """Show the step to readers of the claim."""
        step.open_to_readers(by)

    @verb(needs=Scope.PUBLISH)
    def close_to_readers(self, by: Any, step: ResearchStep, given: dict[str, Any]) -> None:
        """Take the step out of readers' sight again."""
        step.close_to_readers(by)
