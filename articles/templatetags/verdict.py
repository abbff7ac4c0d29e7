"""What the pages of claims and verdicts need beyond the other pages: structured data, differences, explanations."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from urllib.parse import quote

import orjson
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import addresses
from articles.comparing.differences import Piece
from articles.formats.citation import citation
from articles.formats.claim_review import claim_review
from articles.models.rating import in_language
from articles.views.dates import day_in_words
from articles.views.exhibits import Exhibits
from articles.vocabulary import CopyQuality, PassageState, Posture

register = template.Library()

# What a court, or somebody before it, had said by then, for readers who are no lawyers.
POSTURES = {
    Posture.ALLEGED: _("Alleged: somebody says so in a court paper. No court has found it."),
    Posture.CHARGED: _("Charged: prosecutors have accused somebody. No court has decided."),
    Posture.STIPULATED: _(
        "Stipulated: both sides agreed to it, so that the court did not have to decide it."
    ),
    Posture.FOUND: _("Found: a court has ruled that it is so."),
    Posture.VERDICT: _("Verdict: a jury or court has decided. A judgment on it may still follow."),
    Posture.JUDGMENT: _("Judgment: a court has decided the case, or this part of it."),
    Posture.ORDERED: _("Ordered: a court has ordered this. An order need not say who is right."),
    Posture.SETTLED: _(
        "Settled: the parties ended the dispute between them. No court decided who was right."
    ),
    Posture.DISMISSED: _(
        "Dismissed: the court ended it, which need not mean that the words were true or untrue."
    ),
    Posture.REVERSED: _("Reversed: a higher court has set this decision aside."),
}
QUALITIES = {
    CopyQuality.PRIMARY: _("The document itself"),
    CopyQuality.ORIGINAL_PUBLISHER: _("From its original publisher"),
    CopyQuality.MIRROR: _("A copy from somewhere else"),
    CopyQuality.REWORDED: _("As somebody else worded it"),
}
STATES = {
    PassageState.VERIFIED: _("Found word for word in the text we hold"),
    PassageState.TRANSCRIBED: _("Transcribed; the text itself is not on file here"),
    PassageState.NONE: _("No passage quoted"),
}
# What a script element ends with, or a careless reader of JSON trips over.
ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.filter
def posture_explained(posture: str) -> str:
    """Return in one sentence what a legal posture means; nothing where there is none."""
    return str(POSTURES.get(posture, ""))  # type: ignore[call-overload]


@register.filter
def quality_explained(quality: str) -> str:
    """Return how good a copy is, in words."""
    return str(QUALITIES.get(quality, ""))  # type: ignore[call-overload]


@register.filter
def state_explained(state: str) -> str:
    """Return whether a passage was found in the text we hold, in words."""
    return str(STATES.get(state, ""))  # type: ignore[call-overload]


@register.filter
def in_reading_language(texts: dict[str, str] | None) -> str:
    """Return the text of several, by language, that the reader understands; nothing where there is none."""
    return in_language(texts) if texts else ""


@register.simple_tag
def origins(exhibits: Exhibits) -> str:
    """Return how many sources there are, how many of them are independent, and what that means.

    Under a verdict these are those it cites: of whatever else is shown, a second sentence says that it is not counted.
    """
    beside = len(exhibits) - exhibits.cited
    if not exhibits.cited or not beside:
        return _counted(exhibits)
    return f"{_counted(exhibits)} " + ngettext(
        "%(n)d piece of evidence below is not cited by the verdict, and not counted here.",
        "%(n)d pieces of evidence below are not cited by the verdict, and not counted here.",
        beside,
    ) % {"n": beside}


def _counted(exhibits: Exhibits) -> str:
    sources, independent = exhibits.sources, exhibits.independent_origins
    facts = {
        "sources": ngettext("%(n)d source", "%(n)d sources", sources) % {"n": sources},
        "origins": ngettext("%(n)d independent origin", "%(n)d independent origins", independent)
        % {"n": independent},
    }
    if independent < sources:
        return (
            translated(
                "%(sources)s, %(origins)s: what draws on another report counts as one with it, "
                "however often it is repeated."
            )
            % facts
        )
    if independent > 1:
        return (
            translated("%(sources)s, %(origins)s: none of them draws on another, as far as the record shows.")
            % facts
        )
    return translated("%(sources)s, %(origins)s.") % facts


@register.simple_tag
def address_of(name: str, *captured: Any) -> str:
    """Return the address that this name has for these numbers: `{% address %}` for a row."""
    return addresses.address(name, *captured)


@register.filter
def differing(pieces: tuple[Piece, ...]) -> SafeString:
    """Return a text with what was removed and added marked, also for those who hear it."""
    removed, added = translated("removed:"), translated("added:")
    shown = []
    for piece in pieces:
        if piece.kind == "same":
            shown.append(format_html("{}", piece.text))
            continue
        name, word = ("del", removed) if piece.kind == "removed" else ("ins", added)
        shown.append(
            format_html(
                '<{0}><span class="offscreen">{1} </span>{2}</{0}>', mark_safe(name), word, piece.text
            )
        )
    return format_html_join("", "{}", ((one,) for one in shown))


@register.simple_tag(takes_context=True)
def structured(context: template.Context) -> SafeString:
    """Return the verdict that a page shows as ClaimReview, for programs; nothing where there is none to show."""
    verdict = context["reviewed"]
    if verdict is None:
        return mark_safe("")
    claim = context["claim"]
    ranks = (getattr(verdict, "worst_rank", None), getattr(verdict, "best_rank", None))
    facts = claim_review(
        context["base"],
        verdict,
        context.get("survivor") or claim,
        context["house"],
        context["appearances"],
        ranks,
    )
    return as_script(facts) if facts else mark_safe("")


def as_script(facts: dict[str, Any]) -> SafeString:
    """Return structured data as an element that no text within it can end or break out of."""
    written = orjson.dumps(facts).decode().translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{written}</script>')


@register.simple_tag(takes_context=True)
def cited(context: template.Context, verdict: Any, entry_hash: str = "") -> str:
    """Return the line to cite a verdict by."""
    return citation(
        context["base"],
        verdict,
        context["house"].name,
        day_in_words(verdict.published_at.astimezone(UTC).date()),
        entry_hash or "",
    )


@register.simple_tag
def mail_about(title: str, address: str) -> str:
    """Return the address that opens a letter with a title and a link in it."""
    return f"mailto:?subject={quote(title[:200])}&body={quote(address)}"
