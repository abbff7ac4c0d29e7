"""Are near-copies of news articles found, and different articles told apart?

The copies are made from the articles of the attribution set, in the ways in which copies differ; the different
articles are all pairs of them. Some of those are near-copies in fact, which the figures name.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from articles.importing.copies import likeness, marks
from tests.bench.importing.figures import Figure

_PART = "near-copies"
#: As many texts as the importer compares with a new one.
_COMPARED = 5
_HOW = "made from the set, no weights learnt"
_HEADER = (
    "Skip to main content\nSubscribe\n\nThis story was brought to you by a partner of the Example Wire Service. "
    "Read more stories like this one in our evening edition.\n\n"
)
_FOOTER = (
    "\n\nFollow the Example Herald for more. Sign up for our newsletter to get the news of the day in your inbox "
    "every morning. All rights reserved by the Example Wire Service; this material may not be published again."
)
_PARAGRAPH = (
    "Editors added this paragraph after publication to explain how the story was reported, who was asked for an "
    "answer, when the answers came in, and what was changed since the first edition went to print."
)
_STRAIGHT = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "\u00a0": " ", "…": "..."}
)


def measure(data: Path) -> Iterator[Figure]:
    """Measure on the articles of the attribution set; a minute at most."""
    texts = [
        path.read_bytes().decode() for path in sorted((data / "attribution").glob("polnear_*/text/*.txt"))
    ]
    if not texts:
        return
    started = time.perf_counter()
    index = _index(texts)
    taken = time.perf_counter() - started
    size = sum(map(len, texts))
    yield Figure(
        _PART, "milliseconds for the marks of 5,000 characters", round(5_000_000 * taken / size, 2), "<= 3"
    )
    yield from _copies(texts, index)
    yield from _different(texts, index)
    yield from _quoting(texts)


def _copies(texts: Sequence[str], index: Mapping[int, Sequence[int]]) -> Iterator[Figure]:
    """Of copies made in each way: how many find their article among the five likeliest, and are called copies."""
    chance = random.Random(20)
    for name, make in WAYS.items():
        found = called = 0
        for number, text in enumerate(texts):
            copy = make(text, texts, chance)
            likeliest = _likeliest(copy, index)
            found += number in likeliest
            called += number in likeliest and likeness(text, copy).is_near_copy
        # Together these may change more than half of a short article.
        goal = ">= 0.9" if make is _at_once else ">= 0.95"
        yield Figure(_PART, f"{name}: found", round(found / len(texts), 4), "", _HOW)
        yield Figure(_PART, f"{name}: called a near-copy", round(called / len(texts), 4), goal, _HOW)


def _different(texts: Sequence[str], index: Mapping[int, Sequence[int]]) -> Iterator[Figure]:
    """Of all pairs of articles: those called near-copies, and how far the others are from that."""
    together: Counter[tuple[int, int]] = Counter()
    for numbers in index.values():
        together.update((one, other) for at, other in enumerate(numbers) for one in numbers[:at])
    shares = sorted(
        (likeness(texts[one], texts[other]) for one, other in together), key=lambda found: -found.shared
    )
    near = [found for found in shares if found.is_near_copy]
    yield Figure(
        _PART,
        "pairs of articles called near-copies",
        f"{len(near)} of {len(texts) * (len(texts) - 1) // 2:,}",
        "",
        _HOW,
    )
    yield Figure(
        _PART, "the least share among those", round(near[-1].shared, 3) if near else "none", "", _HOW
    )
    others = shares[len(near) :]
    yield Figure(
        _PART,
        "the largest share among all others",
        round(others[0].shared, 3) if others else "none",
        "",
        _HOW,
    )


def _quoting(texts: Sequence[str]) -> Iterator[Figure]:
    """Of articles that are no copies though much of them stands in both: how many are called near-copies."""
    chance = random.Random(21)
    wrong: Counter[str] = Counter()
    asked = 0
    half = len(texts) // 2
    # Neighbours in the list may be copies in fact: they are sorted by newsroom and day.
    for first, second in zip(texts[:half], texts[half:], strict=False):
        third = chance.choice(texts)
        agency = third[: min(len(first), len(second))]
        short = third[: (len(first) + len(second)) // 3]
        asked += 1
        wrong["the same agency paragraphs"] += likeness(
            f"{first}\n{agency}", f"{agency}\n{second}"
        ).is_near_copy
        wrong["a short article quoted whole"] += likeness(short, f"{first}\n{short}\n{second}").is_near_copy
    for name, count in wrong.items():
        yield Figure(_PART, f"{name}: called a near-copy", f"{count}/{asked}", "0", _HOW)


def _index(texts: Sequence[str]) -> dict[int, list[int]]:
    index: defaultdict[int, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for mark in marks(text):
            index[mark].append(number)
    return dict(index)


def _likeliest(text: str, index: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the texts that share the most marks with this one, as the database gives them."""
    shared = Counter(number for mark in marks(text) for number in index.get(mark, ()))
    return sorted(shared, key=lambda number: (-shared[number], number))[:_COMPARED]


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in re.split(r"\n\s*\n|\n", text) if paragraph.strip()]


def _dropped(text: str, texts: Sequence[str], chance: random.Random) -> str:
    """Leave out one to three paragraphs, a quarter of them at most."""
    paragraphs = _paragraphs(text)
    for _ in range(min(chance.randint(1, 3), len(paragraphs) // 4)):
        del paragraphs[chance.randrange(len(paragraphs))]
    return "\n\n".join(paragraphs)


def _added(text: str, texts: Sequence[str], chance: random.Random) -> str:
    paragraphs = _paragraphs(text)
    paragraphs.insert(chance.randrange(len(paragraphs) + 1), _PARAGRAPH)
    return "\n\n".join(paragraphs)


def _edited(text: str, texts: Sequence[str], chance: random.Random) -> str:
    """Change one word in twenty: left out, written twice, or one of another article."""
    words = re.split(r"(\s+)", text)
    others = chance.choice(texts).split()
    for at in range(0, len(words), 2):
        if chance.random() < 0.05:
            words[at] = chance.choice(["", f"{words[at]} {words[at]}", chance.choice(others)])
    return "".join(words)


def _wrapped(text: str, texts: Sequence[str], chance: random.Random) -> str:
    """Break lines after 60 to 80 characters."""
    width = chance.randint(60, 80)
    return re.sub(rf"(.{{1,{width}}})(?:\s+|$)", r"\1\n", " ".join(text.split()))


def _at_once(text: str, texts: Sequence[str], chance: random.Random) -> str:
    """A syndicated, lightly edited copy in straight quotation marks with a paragraph more and others less."""
    for way in (_dropped, _added, _edited):
        text = way(text, texts, chance)
    return (_HEADER + text + _FOOTER).translate(_STRAIGHT)


#: How a copy is made of an article, given all articles and chance.
WAYS: Mapping[str, Callable[[str, Sequence[str], random.Random], str]] = {
    "straight quotation marks": lambda text, texts, chance: text.translate(_STRAIGHT),
    "all in one line": lambda text, texts, chance: " ".join(text.split()),
    "hard-wrapped lines": _wrapped,
    "another header and footer": lambda text, texts, chance: _HEADER + text + _FOOTER,
    "one to three paragraphs less": _dropped,
    "a paragraph more": _added,
    "one word in twenty changed": _edited,
    "most of these at once": _at_once,
}
