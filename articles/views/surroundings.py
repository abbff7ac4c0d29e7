"""A quotation in its context: the sentence or two it stands in, cut out of the text by the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least, Substr

from articles.formats.text_fragment import link_to_words
from articles.vocabulary import Rights

# So many characters are read on each side, and so many of them shown at most.
REACH = 400
MOST = 300
# A sentence ends here, its closing marks included.
ENDS = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)\s*|[。！？][”’」』）]*")


def with_surroundings(appearances: Any) -> Any:
    """Load with appearances what stands before and after the words, where readers may read the whole article.

    As `text_before` and `text_after`, at most `REACH` code points each. A text may be as long as a book: the database
    cuts it.
    """
    text = F("article_version__text")
    readable = Q(article_version__article__rights=Rights.FULL)
    before = Substr(text, Greatest(F("start") + 1 - REACH, 1), Least(F("start"), REACH))
    after = Substr(text, F("end") + 1, REACH)
    return appearances.annotate(
        text_before=Case(When(readable & Q(start__gt=0), then=before), default=Value("")),
        text_after=Case(When(readable, then=after), default=Value("")),
    )


@dataclass(frozen=True)
class Place:
    """A quotation as a page shows it, and the address of its words on the page it comes from, where that is known."""

    before: str
    exact: str
    after: str
    original: str

    @property
    def has_context(self) -> bool:
        return bool(self.before.strip() or self.after.strip())


def place_of(appearance: Any) -> Place:
    """Return an appearance, loaded by `with_surroundings`, in its context."""
    before, after = appearance.text_before, appearance.text_after
    url = appearance.article_version.article.url
    return Place(
        sentences_before(before),
        appearance.exact,
        sentences_after(after, appearance.exact),
        link_to_words(url, appearance.exact, before, after) if url else "",
    )


def sentences_before(text: str) -> str:
    """Return the beginning of the sentence that goes on after `text`, and the sentence before where there is room."""
    line = text.rsplit("\n", 1)[-1]
    begins = [] if len(line) == len(text) >= REACH else [0]
    begins += [found.end() for found in ENDS.finditer(line)]
    # Of the last two: where its own sentence begins, and the one before that.
    for at in begins[-2:]:
        if len(line) - at <= MOST:
            return line[at:]
    cut = line[-MOST:]
    return f"… {cut.split(None, 1)[-1]}" if cut.strip() else ""


def sentences_after(text: str, exact: str) -> str:
    """Return the rest of the sentence that `text` goes on with, and one more where there is room."""
    line, _, rest = text.partition("\n")
    ends = [found.end() for found in ENDS.finditer(line)]
    if rest or len(text) < REACH:
        ends.append(len(line))
    wanted = 1 if ENDS.search(exact[-4:]) else 2
    for at in reversed(ends[:wanted]):
        if at <= MOST:
            return line[:at].rstrip()
    cut = line[:MOST]
    return f"{cut.rsplit(None, 1)[0]} …" if cut.strip() else ""
