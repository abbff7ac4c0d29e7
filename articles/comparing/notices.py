"""What an editor must not overlook where the words of a text changed. No Django in here.

A notice says that something came, went or changed, not that it matters; what is not called out may matter too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from articles.comparing.alignment import Match, align
from articles.comparing.differences import Change, changes
from articles.comparing.wording import Fact, NoticeKind, facts
from articles.spans import Span

# A passage of so many words that stands elsewhere word for word was moved; a shorter one may be "not".
_WORDS_MOVED = 6


@dataclass(frozen=True, slots=True)
class Notice:
    """One such change, in the words of the texts; `before` is empty where something was put in, `after` where it
    was taken out."""

    kind: NoticeKind
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """The notice as a sentence for people."""
        if self.kind is NoticeKind.QUOTATION_MARKS:
            what = "taken away from" if self.before else "put around"
            return f"Quotation marks were {what} “{self.before or self.after}”."
        if self.kind in (NoticeKind.NEGATION, NoticeKind.HEDGE):
            before, after = f"“{self.before}”", f"“{self.after}”"
        else:
            before, after = f"The {self.kind} {self.before}", f"The {self.kind} {self.after}"
        if self.before and self.after:
            after = after.removeprefix(f"The {self.kind} ")
            return f"{before} became {after}."
        return f"{before} was taken out." if self.before else f"{after} was put in."


def called_out(old: str, new: str) -> tuple[Notice, ...]:
    """Return what changed of the kinds named above, in the order of the text, each once.

    Equal texts give nothing; neither do other spellings of the same: "don't" for "do not", "2 million" for
    "2,000,000", straight quotation marks for curly ones; nor do passages that only stand elsewhere now.
    """
    changed = _without_moved(changes(old, new), old, new)
    old_facts, new_facts = facts(old), facts(new)
    changed = _widened(changed, old_facts, new_facts)
    found: dict[Notice, None] = {}
    for before, after in zip(
        _meeting(old_facts, [change.old for change in changed]),
        _meeting(new_facts, [change.new for change in changed]),
        strict=True,
    ):
        for kind in NoticeKind:
            found |= dict.fromkeys(
                _notices(
                    kind,
                    [fact for fact in before if fact.kind is kind],
                    [fact for fact in after if fact.kind is kind],
                )
            )
    return tuple(found)


def _notices(kind: NoticeKind, before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[Notice]:
    """Yield what came, went or changed between the facts of one kind in one change."""
    matches = align([fact.key for fact in before], [fact.key for fact in after])
    in_old = in_new = 0
    for match in [*matches, Match(len(before), len(after), 0)]:
        gone, come = before[in_old : match.in_old], after[in_new : match.in_new]
        in_old, in_new = match.in_old + match.size, match.in_new + match.size
        # Where the numbers differ nobody can tell which became which.
        if len(gone) == len(come) and kind is not NoticeKind.QUOTATION_MARKS:
            yield from (Notice(kind, one.words, other.words) for one, other in zip(gone, come, strict=True))
        else:
            yield from (Notice(kind, fact.words, "") for fact in gone)
            yield from (Notice(kind, "", fact.words) for fact in come)


def _without_moved(changed: Sequence[Change], old: str, new: str) -> list[Change]:
    """Return the changes but those that took a passage out or put it in while it stands elsewhere as it was."""
    taken = {change.old.of(old).strip() for change in changed if change.new.start == change.new.end}
    put = {change.new.of(new).strip() for change in changed if change.old.start == change.old.end}
    moved = {passage for passage in taken & put if len(passage.split()) >= _WORDS_MOVED}
    return [change for change in changed if (change.old.of(old) + change.new.of(new)).strip() not in moved]


def _widened(changed: Sequence[Change], old_facts: Sequence[Fact], new_facts: Sequence[Fact]) -> list[Change]:
    """Return the changes, each with the whole of the facts it touches: of "3.5 million" where "million" is new.

    Changes that touch the same fact become one.
    """
    met = zip(
        changed,
        _meeting(old_facts, [change.old for change in changed]),
        _meeting(new_facts, [change.new for change in changed]),
        strict=True,
    )
    found: list[Change] = []
    done = Change(Span(0, 0), Span(0, 0))
    for change, before, after in met:
        left = max(
            [change.old.start - fact.span.start for fact in before]
            + [change.new.start - fact.span.start for fact in after],
            default=0,
        )
        right = max(
            [fact.span.end - change.old.end for fact in before]
            + [fact.span.end - change.new.end for fact in after],
            default=0,
        )
        # What lies before and after a change is the same in both texts, up to the next change.
        room = min(change.old.start - done.old.end, change.new.start - done.new.end)
        left, right = max(left, 0), max(right, 0)
        wider = Change(
            Span(change.old.start - min(left, room), change.old.end + right),
            Span(change.new.start - min(left, room), change.new.end + right),
        )
        if found and wider.old.start < found[-1].old.end:
            earlier = found.pop()
            wider = Change(
                Span(earlier.old.start, wider.old.end),
                Span(earlier.new.start, wider.new.end),
            )
        found.append(wider)
        done = change
    return found


def _meeting(facts: Sequence[Fact], spans: Sequence[Span]) -> Iterator[list[Fact]]:
    """Yield, for each of the spans, the facts that share a character with it; both come in order."""
    first = 0
    for span in spans:
        while first < len(facts) and facts[first].span.end <= span.start:
            first += 1
        last = first
        while last < len(facts) and facts[last].span.start < span.end:
            last += 1
        yield [fact for fact in facts[first:last] if fact.span.meets(span)]
