"""Two people changed one text: what each of them did to it, and both together where they did not meet. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from articles.comparing.differences import Change, changes
from articles.spans import Span

StretchKind = Literal["same", "mine", "theirs", "both", "clash"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the text before, and what each of the two made of it.

    `same`: neither touched it. `mine`, `theirs`: one of them did. `both`: they did the same to it. `clash`: each did
    something else.
    """

    kind: StretchKind
    before: str
    mine: str
    theirs: str

    @property
    def together(self) -> str:
        """The part with what was done to it; of a clash, mine."""
        return self.theirs if self.kind == "theirs" else self.mine


@dataclass(frozen=True, slots=True)
class Merge:
    """Three texts as one. Joined, the stretches give each of the three again."""

    stretches: tuple[Stretch, ...]

    @property
    def clashes(self) -> bool:
        return any(one.kind == "clash" for one in self.stretches)

    @property
    def text(self) -> str | None:
        """The text with what both did to it; None where they clash, since then somebody has to choose."""
        return None if self.clashes else "".join(one.together for one in self.stretches)


def merge(before: str, mine: str, theirs: str) -> Merge:
    """Return what two people made of a text, in whole words.

    Changes that overlap or touch are a clash, unless they are the same: two words put in at one place may stand in
    either order, and nobody but a person knows in which.
    """
    my_changes, their_changes = changes(before, mine), changes(before, theirs)
    stretches: list[Stretch] = []
    done = 0
    for group in _groups(my_changes, their_changes):
        span = Span(min(one.old.start for _, one in group), max(one.old.end for _, one in group))
        if span.start > done:
            same = before[done : span.start]
            stretches.append(Stretch("same", same, same, same))
        my_words = _as_made(before, mine, span, [one for is_mine, one in group if is_mine])
        their_words = _as_made(before, theirs, span, [one for is_mine, one in group if not is_mine])
        stretches.append(
            Stretch(_kind(span.of(before), my_words, their_words), span.of(before), my_words, their_words)
        )
        done = span.end
    if done < len(before):
        stretches.append(Stretch("same", before[done:], before[done:], before[done:]))
    return Merge(tuple(stretches))


def _kind(before: str, mine: str, theirs: str) -> StretchKind:
    if mine == theirs:
        return "both"
    if theirs == before:
        return "mine"
    return "theirs" if mine == before else "clash"


def _groups(mine: Sequence[Change], theirs: Sequence[Change]) -> list[list[tuple[bool, Change]]]:
    """Return the changes in order, those that overlap or touch together, each with whether it is mine."""
    in_order = sorted(
        [(True, one) for one in mine] + [(False, one) for one in theirs],
        key=lambda pair: (pair[1].old.start, pair[1].old.end),
    )
    groups: list[list[tuple[bool, Change]]] = []
    end = -1
    for pair in in_order:
        span = pair[1].old
        if groups and span.start <= end:
            groups[-1].append(pair)
        else:
            groups.append([pair])
        end = max(end, span.end)
    return groups


def _as_made(before: str, after: str, span: Span, made: Sequence[Change]) -> str:
    """Return before[span] with these changes made to it; they lie within it."""
    words, done = [], span.start
    for change in made:
        words += [before[done : change.old.start], change.new.of(after)]
        done = change.old.end
    return "".join([*words, before[done : span.end]])
