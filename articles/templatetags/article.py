"""What the page of an article shows: its text with the claims on it, languages in words, what came and what went."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext

from articles.comparing.differences import Piece as Compared
from articles.models.language import language_name
from articles.views import standing
from articles.views.highlighting import Laid, Paragraph, Piece

register = template.Library()

# Underlines below this one would run into the next line: further claims share one more, and their numbers tell them
# apart.
LANES = 4
# Where more claims than this begin at one place, the numbers of the others are folded; and so are further notes.
MOST_NUMBERS = 6
MOST_NOTES = 8


@register.simple_tag
def highlighted(paragraph: Paragraph, number: int, language: str = "") -> SafeString:
    """Return a paragraph with the numbers of its claims, and their underlines below the words.

    Each claim is one element from its first word to its last, in the lane of its own; where two cross, the one that
    ends later is taken up again. Its number stands before its first word and links to the note beside the text; where
    it ends is said to who cannot see the underline. Where it begins among others, their numbers are repeated for
    the eye. `number` is that of the paragraph; `language` is that of the text, as a tag.
    """
    return mark_safe("".join(_Markup(number, language).of(paragraph.pieces)))


class _Markup:
    """Turns the pieces of a paragraph into elements that are properly nested."""

    def __init__(self, number: int, language: str) -> None:
        self.number = number
        self.ours = _ours(language)
        # What is open: marks, from the outside in; None stands for the line that all further claims share.
        self.open: list[Any] = []

    def of(self, pieces: Iterable[Piece]) -> Iterable[SafeString | str]:
        for piece in pieces:
            wanted: set[Any] = {laid.mark if laid.lane < LANES else None for laid in piece.laid}
            yield from self._close(wanted)
            yield from self._open(piece)
            words = format_html("{}", piece.text)
            yield format_html('<span class="structural">{}</span>', words) if piece.role else words
            closing = sorted({laid.mark.number for laid in piece.laid if laid.closes})
            if closing:
                # Not text: what is copied from the page, or searched for on it, is the text of record alone.
                yield format_html(
                    '<span class="spoken"{} data-spoken="{}"></span>', self.ours, _ending(closing)
                )
        yield from self._close(set())

    def _close(self, wanted: set[Any]) -> Iterable[SafeString]:
        keep = 0
        while keep < len(self.open) and self.open[keep] in wanted:
            keep += 1
        yield mark_safe("</mark>" * (len(self.open) - keep))
        del self.open[keep:]

    def _open(self, piece: Piece) -> Iterable[SafeString | str]:
        opening = [laid for laid in piece.laid if laid.opens]
        again = [laid for laid in piece.laid if not laid.opens]
        if opening and len(piece.laid) <= LANES:
            for laid in again:
                yield format_html('<span class="number again" aria-hidden="true">{}</span>', laid.mark.number)
        if piece.role_opens and piece.role is not None:
            yield format_html('<span class="role"{}>{}</span>', self.ours, piece.role.name)
        # What ends last lies outermost, so that as little as can be is taken up again.
        for laid in sorted(again, key=_nesting):
            yield from self._begin(laid)
        shown = len(opening) if len(opening) <= MOST_NUMBERS else MOST_NUMBERS - 1
        for place, laid in enumerate(sorted(opening, key=_nesting)):
            yield self._number(laid, folded=place >= shown)
            yield from self._begin(laid)
        if len(opening) > shown:
            more = len(opening) - shown
            words = ngettext("%(count)d more claim begins here", "%(count)d more claims begin here", more)
            yield format_html(
                '<a class="number more" href="#notes-{}" aria-label="+{}: {}"{}>+{}</a>',
                self.number, more, words % {"count": more}, self.ours, more,
            )  # fmt: skip
        if None not in self.open and any(laid.lane >= LANES for laid in piece.laid):
            self.open.append(None)
            yield mark_safe('<mark class="mark crowd">')

    def _begin(self, laid: Laid) -> Iterable[SafeString]:
        if laid.lane < LANES and laid.mark not in self.open:
            self.open.append(laid.mark)
            look = standing.of_claim(laid.mark.claim).look
            yield format_html('<mark class="mark lane-{} is-{}">', laid.lane, look)

    def _number(self, laid: Laid, folded: bool) -> SafeString:
        return _link(laid.mark.claim, laid.mark.number, laid.first, self.ours, " folded" if folded else "")


def _nesting(laid: Laid) -> tuple[int, int, int]:
    return laid.lane >= LANES, -laid.mark.end, laid.mark.number


def _ending(numbers: list[int]) -> str:
    words = ngettext("end of claim %(numbers)s", "end of claims %(numbers)s", len(numbers))
    return words % {"numbers": _listed(numbers)}


def _listed(numbers: list[int]) -> str:
    """Return rising numbers as people write them: 3, 5–9, 12."""
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def _ours(language: str) -> SafeString:
    """Return the attributes of what is ours among words in another language, which may run the other way."""
    own = get_language() or "en"
    told = "" if own == language else format_html(' lang="{}"', own)
    return format_html('{} dir="{}"', told, "rtl" if get_language_bidi() else "ltr")


@register.simple_tag
def number_of(claim: Any, number: int, is_first: bool, language: str = "") -> SafeString:
    """Return the number before the words of a claim, which leads to its note; it can be led to itself if `is_first`."""
    return _link(claim, number, is_first, _ours(language))


def _link(claim: Any, number: int, is_first: bool, ours: SafeString, more: str = "") -> SafeString:
    stands = standing.of_claim(claim)
    words = gettext("Claim %(number)s begins: %(standing)s")
    return format_html(
        '<a class="number{} is-{}" href="#note-{}"{} aria-label="{}"{}>{}</a>',
        more,
        stands.look,
        claim.pk,
        format_html(' id="claim-{}"', claim.pk) if is_first else "",
        words % {"number": number, "standing": stands.label},
        ours,
        number,
    )


@register.filter
def notes(paragraph: Paragraph) -> dict[str, Any]:
    """Return the notes beside a paragraph: `shown`, and `folded` where there are many."""
    opening = paragraph.opening
    most = len(opening) if len(opening) <= MOST_NOTES else MOST_NOTES - 2
    return {"all": opening, "shown": opening[:most], "folded": opening[most:]}


@register.filter
def shape(look: str) -> SafeString:
    """Return the shape of a look alone, where the word for it stands elsewhere."""
    return _shape(look)


@lru_cache(maxsize=32)
def _shape(look: str) -> SafeString:
    return mark_safe(get_template("articles/parts/_shape.html").render({"look": look}).strip())


register.filter("language_in_words", language_name)


@register.simple_tag
def changed(pieces: Iterable[Compared], language: str = "") -> SafeString:
    """Return what came and what went, word by word: marked for the eye, and said to who cannot see it."""
    ours = _ours(language)
    return mark_safe("".join(_change(piece, ours) for piece in pieces))


def _change(piece: Compared, ours: SafeString) -> SafeString:
    if piece.kind == "same":
        return format_html("{}", piece.text)
    name, before = ("del", gettext("removed:")) if piece.kind == "removed" else ("ins", gettext("added:"))
    # Said in front of and behind the words; not text, so that what is copied from the page is the text of record.
    said = '<span class="spoken"{} data-spoken="{}"></span>'
    return format_html(
        "<{0}>{1}{2}{3}</{0}>",
        mark_safe(name),
        format_html(said, ours, before),
        piece.text,
        format_html(said, ours, gettext("end of the change")),
    )
