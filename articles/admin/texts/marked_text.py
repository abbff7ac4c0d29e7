"""A text with all that lies on it, for people who work on it: suggestions, claims, quotations to decide on.

As readers see its paragraphs, cut by `highlighting`; but nothing that is not the text of record is text here, so that
a script can count code points from the beginning of a paragraph to the edge of a selection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.models import AnchorProposal, Appearance, ArticleVersion, Block, Claim, Suggestion
from articles.views import highlighting, standing
from articles.vocabulary import ClaimStatus

# Underlines below this one would run into the next line.
LANES = 4
# How a line is drawn, and what it is called; the words tell them apart where the lines do not.
SUGGESTED, OPEN, CHECKING, RATED, ASIDE, MOVED = "suggested", "open", "checking", "rated", "aside", "moved"


@dataclass
class Item:
    """Something that lies on text[start:end]. `key` names it on the page, `number` within its paragraph."""

    key: str
    start: int
    end: int
    look: str
    label: str
    row: Any
    claim: Claim | None = None
    number: int = 0
    # The suggestion that the claim came of, where its acceptance may be taken back.
    accepted: Suggestion | None = None
    # What can be done with it, where it was opened.
    offers: list[dict[str, Any]] = field(default_factory=list)
    place: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        return type(self.row).__name__.lower()


@dataclass(frozen=True)
class Stretch:
    """One paragraph: the offset of its first character, the blank before it, its words as HTML, what begins in it."""

    number: int
    start: int
    gap: str
    words: SafeString
    items: Sequence[Item]

    @property
    def key(self) -> str:
        return f"p{self.number}"


def suggested(user: Any, version: ArticleVersion) -> list[Item]:
    """Return what waits in this text; none of a text that a newer one followed."""
    rows = Suggestion.objects.visible_to(user).open().filter(article_version=version).order_by("start", "pk")
    items = []
    for row in rows:
        row.article_version = version
        items.append(Item(f"s{row.pk}", row.start, row.end, SUGGESTED, _("suggestion"), row))
    return items


def claimed(user: Any, version: ArticleVersion) -> list[Item]:
    """Return the claims in this text; one that was merged as the one it was merged into."""
    rows = list(
        Appearance.objects.visible_to(user)
        .filter(article_version=version)
        .select_related("claim")
        .prefetch_related("attributions__claimant")
        .order_by("start", "-end", "pk")
    )
    ids = {one.claim.merged_into_id or one.claim_id for one in rows}
    claims = Claim.objects.visible_to(user).with_current_verdict().in_bulk(list(ids))
    accepted = {
        one.claim_id: one
        for one in Suggestion.objects.visible_to(user).filter(article_version=version).exclude(claim=None)
    }
    items = []
    for row in rows:
        claim = claims.get(row.claim.merged_into_id or row.claim_id)
        if claim is None:
            continue
        stands = standing.of_claim(claim)
        look = RATED if stands.is_rating else _look(claim)
        item = Item(f"a{row.pk}", row.start, row.end, look, str(stands.label), row, claim)
        item.accepted = accepted.get(claim.pk) if look == OPEN else None
        items.append(item)
    return items


def _look(claim: Claim) -> str:
    return {ClaimStatus.OPEN: OPEN, ClaimStatus.CHECKING: CHECKING}.get(ClaimStatus(claim.status), ASIDE)


def moved(user: Any, version: ArticleVersion) -> list[Item]:
    """Return the quotations of the version before of which nobody decided yet where they stand in this one.

    Of those that were not found start and end are 0.
    """
    rows = AnchorProposal.objects.visible_to(user).open().filter(article_version=version)
    items = []
    for row in rows.select_related("appearance__claim"):
        row.article_version = version
        start, end = row.candidates[0][:2] if row.candidates else (0, 0)
        items.append(Item(f"q{row.pk}", start, end, MOVED, row.get_kind_display(), row, row.appearance.claim))
    return items


def stretches(user: Any, version: ArticleVersion, items: Iterable[Item]) -> list[Stretch]:
    """Return the text in paragraphs, each with the items that begin in it, in the order of the text."""
    marks = [
        highlighting.Mark(one.start, one.end, number, one)
        for number, one in enumerate(sorted(items, key=lambda one: (one.start, -one.end)), start=1)
    ]
    blocks = Block.objects.visible_to(user).structural().filter(article_version=version)
    roles = [highlighting.Role(one.start, one.end, one.get_role_display()) for one in blocks]
    found, at = [], 0
    for number, paragraph in enumerate(highlighting.read(version.text, marks, roles).paragraphs, start=1):
        at += len(paragraph.gap)
        begun = [mark.claim for mark in paragraph.opening]
        for place, item in enumerate(begun, start=1):
            item.number = place
            item.place = f"p{number}"
        found.append(Stretch(number, at, paragraph.gap, _words(paragraph.pieces), begun))
        at += sum(len(piece.text) for piece in paragraph.pieces)
    return found


def _words(pieces: Iterable[highlighting.Piece]) -> SafeString:
    """Return a paragraph whose text is the text of record, character by character."""
    return mark_safe("".join(part for piece in pieces for part in _piece(piece)))


def _piece(piece: highlighting.Piece) -> Iterable[str]:
    for laid in piece.laid:
        if laid.opens:
            item = laid.mark.claim
            told = escape(_("%(number)s, %(label)s, begins") % {"number": item.number, "label": item.label})
            yield (
                f'<a class="n is-{item.look}" href="#{item.key}" data-n="{item.number}" aria-label="{told}"></a>'
            )
    lines = sorted(piece.laid, key=lambda laid: laid.lane)
    shown = lines[:LANES]
    for laid in shown:
        item = laid.mark.claim
        yield f'<span class="m l{min(laid.lane, LANES)} is-{item.look}" data-on="{item.key}">'
    words = escape(piece.text)
    yield f'<span class="structural">{words}</span>' if piece.role else words
    yield "</span>" * len(shown)
