"""What the templates of the pages need to show the record: words, dates, links, Markdown, highlights."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles import addresses
from articles import markdown as sanitised
from articles.dates import DateError, DateRange
from articles.graph import Graph
from articles.models import Claim, LedgerHead, Newsroom, Rating
from articles.models.choices import LABELS
from articles.views import standing
from articles.views.highlighting import Piece
from articles.vocabulary import ClaimantKind

register = template.Library()

SECTIONS = ("claims", "articles", "sources", "corrections", "about")
# Underlines below this one would run into the next line.
LANES = 4
WORD = re.compile(r"\w")


# On every page, so asked for in the fast way; and remembered while the token of `LedgerHead.house` is the same.
HOUSE = Graph(lambda user: Newsroom.objects.visible_to(user), lambda user, house: {})
_remembered: dict[str, Newsroom] = {}


@register.simple_tag(takes_context=True)
def newsroom(context: template.Context) -> Newsroom:
    """Return who runs this instance; one without a name before it was opened. One query, unless the page is made
    of a row that `with_state` loaded, and the newsroom is still the one of the page before."""
    token = context.get("state_house")
    known = _remembered.get(token) if token else None
    if known is None:
        known = HOUSE.find(1) or Newsroom(pk=1, name="")
        if token:
            _remembered.clear()
            _remembered[token] = known
    return known


class _Address(template.Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> str:
        return addresses.address(self.name)


@register.tag
def address(parser: Any, token: Any) -> _Address:
    """Return the address of one of our own pages: `{% url %}` for a fixed name, without the search for it."""
    _, name = token.split_contents()
    return _Address(name.strip("'\""))


@register.simple_tag
def ledger_head() -> LedgerHead | None:
    """Return the newest entry of the ledger. One query."""
    return LedgerHead.objects.first()


@register.filter
def label(word: str) -> str:
    """Return a word of the vocabulary as readers read it."""
    return str(LABELS.get(word) or word.replace("_", " "))


@register.filter
def standing_of(of: Claim | Rating) -> standing.Standing:
    """Return look and label of a claim, or of a rating."""
    return standing.of_rating(of) if isinstance(of, Rating) else standing.of_claim(of)


@register.filter
def badge(of: standing.Standing) -> SafeString:
    """Return a standing as readers see it: a shape, a colour and its label."""
    return _kept(_badge)(of.look, of.label)


@lru_cache(maxsize=256)
def _badge(look: str, label: str) -> SafeString:
    return _rendered("articles/_rating.html", {"look": look, "label": label})


@register.simple_tag
def sections(current: str = "") -> SafeString:
    """Return the main lists of the site as items of its navigation; `current` is marked."""
    return _kept(_sections)(current, get_script_prefix())


@lru_cache(maxsize=64)
def _sections(current: str, prefix: str) -> SafeString:
    listed = [(name, name.capitalize(), addresses.address(name)) for name in SECTIONS]
    return _rendered("_sections.html", {"sections": listed, "current": current})


def _rendered(name: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(get_template(name).render(context).strip())


def _kept(made: Any) -> Any:
    """What is the same on a thousand pages is rendered once; whoever works on a template wants to see it anew."""
    return made.__wrapped__ if settings.DEBUG else made


@register.filter
def when(value: DateRange | str) -> SafeString:
    """Return a date of the world in words, with how we know it; "unknown" where nobody does."""
    if isinstance(value, str):
        value = _parsed(value)
    words = value.words()
    edtf = value.edtf()
    shown = format_html('<time datetime="{}">{}</time>', edtf, words) if edtf and "/" not in edtf else words
    if not value.basis:
        return format_html('<span class="date">{}</span>', shown)
    return format_html('<span class="date">{}</span> <span class="basis">({})</span>', shown, value.basis)


@register.filter
def date_only(value: DateRange | str) -> SafeString:
    """Return a date of the world in words, without how we know it: for rows of a list."""
    return when(DateRange(value.earliest, value.latest) if isinstance(value, DateRange) else value)


def _parsed(edtf: str) -> DateRange:
    try:
        return DateRange.parse(edtf)
    except DateError:
        return DateRange(None, None)


@register.filter
def moment(value: datetime | str | None) -> SafeString:
    """Return a moment of our own clock, to the minute, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is None:
        return mark_safe('<span class="date">unknown</span>')
    value = value.astimezone(UTC)
    words = f"{DateRange(value.date(), value.date()).words()}, {value:%H:%M} UTC"
    return format_html('<time datetime="{}">{}</time>', value.strftime("%Y-%m-%dT%H:%M:%SZ"), words)


@register.filter
def day(value: datetime | date | str | None) -> SafeString:
    """Return the day of a moment (in UTC), or a day."""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if value is None:
        return mark_safe('<span class="date">unknown</span>')
    if isinstance(value, datetime):
        value = value.astimezone(UTC).date()
    # A verdict may hold since a year that dates of the world do not reach back to.
    words = DateRange(value, value).words() if value.year >= 1000 else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def weblink(address: str) -> str:
    """Return an address that a browser may follow, or nothing: never one with another scheme."""
    return address if address.lower().startswith(("https://", "http://")) else ""


@register.filter
def host(address: str) -> str:
    """Return the host of a web address, as it is written."""
    return address.split("/")[2] if address.count("/") >= 2 else address


@register.filter
def markdown(text: str) -> SafeString:
    """Return sanitised HTML of what editors wrote."""
    return mark_safe(sanitised.to_html(text))


@register.filter
def reasoning(text: str, cited: int) -> SafeString:
    """Return sanitised HTML of a reasoning, its citations [1] to [cited] being links to the evidence."""
    return mark_safe(sanitised.to_html(text, citations=cited))


@register.filter
def within(words: str, most: int) -> str:
    """Return a plain text, cut to so many characters; `truncatechars` also looks for letters that combine."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


@register.filter
def size_of(words: str) -> str:
    """Return how large words may be set: the longer they are, the smaller."""
    return "short" if len(words) <= 120 else "middling" if len(words) <= 320 else "long"


@register.simple_tag
def said_by(appearance: Any, notes: bool = False) -> SafeString:
    """Return who asserts it through whom, outermost first: "the post, citing the paper, citing “two people”"."""
    said = ", citing ".join(_said(one, notes) for one in appearance.attributions.all())
    return mark_safe(said or "unknown")


def _said(one: Any, notes: bool) -> str:
    if one.claimant is None:
        words: str = escape(one.described_as)
    else:
        name = escape(one.claimant.name)
        shown = f"“{name}”" if one.claimant.kind == ClaimantKind.GROUP else name
        words = f'<a href="{escape(one.claimant.get_absolute_url())}">{shown}</a>'
    return f"{words} ({escape(one.note)})" if notes and one.note else words


@register.simple_tag
def place(appearance: Any) -> str:
    """Return the address of the exact words on the page of their article; loaded by `with_articles`."""
    version, claim = appearance.article_version, appearance.claim
    query = "" if version.is_current else f"?version={version.number}"
    return f"{version.article.get_absolute_url()}{query}#claim-{claim.merged_into_id or claim.pk}"


@register.simple_tag
def highlighted(piece: Piece) -> SafeString:
    """Return a piece of text with the numbers of the claims on it before it and their underlines below.

    Where a claim begins, its number links to the note beside the text. Where it only goes on among others, the number
    is there for the eye alone; where it goes on by itself, its underline says so. The underlines are nested
    elements, each in the lane of its claim.
    """
    numbers: SafeString | str = ""
    if any(laid.opens for laid in piece.laid) or (len(piece.laid) > 1 and WORD.search(piece.text)):
        numbers = format_html_join("", "{}", ((_number(laid),) for laid in piece.laid))
    shown = format_html("{}", piece.text)
    for laid in sorted(piece.laid, key=lambda laid: -laid.lane):
        lane = min(laid.lane, LANES - 1)
        look = standing.of_claim(laid.mark.claim).look
        shown = format_html('<span class="mark lane-{} is-{}">{}</span>', lane, look, shown)
    if piece.role is not None:
        shown = format_html('<span class="structural">{}</span>', shown)
        if piece.role_opens:
            shown = format_html('<span class="role">{}</span>{}', piece.role.name, shown)
    return format_html("{}{}", numbers, shown)


def _number(laid: Any) -> SafeString:
    mark = laid.mark
    if not laid.opens:
        return format_html('<span class="number again" aria-hidden="true">{}</span>', mark.number)
    stands = standing.of_claim(mark.claim)
    return format_html(
        '<a class="number is-{}" href="#note-{}"{} aria-label="Claim {}: {}">{}</a>',
        stands.look,
        mark.claim.pk,
        format_html(' id="claim-{}"', mark.claim.pk) if laid.first else "",
        mark.number,
        stands.label,
        mark.number,
    )
