"""What the templates of the pages need to show the record: words, dates, links, Markdown, highlights."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from articles import addresses
from articles import markdown as sanitised
from articles.dates import DateError, DateRange
from articles.formats.direction import closed
from articles.graph import Graph
from articles.models import Claim, LedgerHead, Newsroom, Rating
from articles.models.choices import LABELS
from articles.views import facets, standing
from articles.views.dates import day_in_words, in_words, moment_in_words
from articles.vocabulary import ClaimantKind

register = template.Library()

# The lists of the record, in the head of every page; and in its foot what says how the record is kept. Names of
# addresses, with what a link to them says; in the foot in groups that have names.
SECTIONS = {
    "claims": _("Claims"),
    "articles": _("Articles"),
    "sources": _("Sources"),
    "corrections": _("Corrections"),
    "methodology": _("Methodology"),
}
COLOPHON = (
    (
        _("To look around"),
        {
            "check": _("Check a text"),
            "topics": _("Topics"),
            "claimants": _("Who says it"),
            "fairness": _("Whose claims we check"),
        },
    ),
    (
        _("To check and to follow"),
        {
            "record": _("The record, and how to check it"),
            "feeds": _("Feeds"),
        },
    ),
    (
        _("This newsroom"),
        {
            "methodology": _("Who we are and how we work"),
            "submit": _("Send us a claim or an article"),
            "report": _("Report an error on any page"),
            "privacy": _("Privacy"),
        },
    ),
)


# On every page, so asked for in the fast way, with the newest entry of the ledger; and the newsroom is remembered while
# the token of `LedgerHead.house` is the same.
HOUSE = Graph(
    lambda user: Newsroom.objects.visible_to(user),
    lambda user, house: {"head": LedgerHead.objects.filter(pk=1)[:1]},
)
ASKED, HEAD = "the newsroom", "the head of the ledger"
_remembered: dict[str, Newsroom] = {}


@register.simple_tag(takes_context=True)
def newsroom(context: template.Context) -> Newsroom:
    """Return who runs this instance; one without a name before it was opened. One query, unless the page is made
    of a row that `with_state` loaded, and the newsroom is still the one of the page before."""
    token = context.get("state_house")
    known = _remembered.get(token) if token else context.render_context.get(ASKED)
    if known is None:
        known = HOUSE.find(1) or Newsroom(pk=1, name="")
        # The page that asked for it shows it; what is remembered of the newsroom says nothing of the ledger.
        context.render_context[HEAD] = known.__dict__.pop("shown", None)
        if token:
            _remembered.clear()
            _remembered[token] = known
        context.render_context[ASKED] = known
    return known


class _Address(template.Node):
    def __init__(self, name: str, variable: str = "") -> None:
        self.name = name
        self.variable = variable

    def render(self, context: template.Context) -> str:
        found = addresses.address(self.name)
        if not self.variable:
            return found
        context[self.variable] = found
        return ""


@register.tag
def address(parser: Any, token: Any) -> _Address:
    """Return the address of one of our own pages: `{% url %}` for a fixed name, without the search for it. `as` puts it
    into a variable instead."""
    _, name, *rest = token.split_contents()
    return _Address(name.strip("'\""), rest[1] if rest[:1] == ["as"] else "")


@register.simple_tag(takes_context=True)
def ledger_head(context: template.Context) -> LedgerHead | None:
    """Return the newest entry of the ledger. One query, unless the page brings it along as `newest_entry`, or
    the newsroom was asked for on the same page."""
    if "newest_entry" in context:
        return context["newest_entry"]
    known = context.render_context.get(HEAD)
    return known.head if known is not None else LedgerHead.objects.first()


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
    return _kept(_badge)(of.look, str(of.label))


@lru_cache(maxsize=256)
def _badge(look: str, label: str) -> SafeString:
    return _rendered("articles/parts/_rating.html", {"look": look, "label": label})


@register.simple_tag
def sections(current: str = "") -> SafeString:
    """Return the main lists of the site as items of its navigation; `current` is marked."""
    return _kept(_sections)(current, get_script_prefix(), get_language())


@register.simple_tag
def colophon() -> SafeString:
    """Return the lists in the foot of a page, each with its name: what is beside the main lists."""
    return _kept(_colophon)(get_script_prefix(), get_language())


@lru_cache(maxsize=128)
def _sections(current: str, prefix: str, language: str | None) -> SafeString:
    return _rendered("_sections.html", {"sections": _links(SECTIONS), "current": current})


@lru_cache(maxsize=16)
def _colophon(prefix: str, language: str | None) -> SafeString:
    groups = [(title, _links(named)) for title, named in COLOPHON]
    return _rendered("_colophon.html", {"groups": groups})


def _links(named: dict[str, Any]) -> list[tuple[str, Any, str]]:
    return [(name, words, addresses.address(name)) for name, words in named.items()]


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
    words = in_words(value)
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
        return format_html('<span class="date">{}</span>', gettext("unknown"))
    stamp = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', stamp, moment_in_words(value))


@register.filter
def day(value: datetime | date | str | None) -> SafeString:
    """Return the day of a moment (in UTC), or a day."""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if value is None:
        return format_html('<span class="date">{}</span>', gettext("unknown"))
    if isinstance(value, datetime):
        value = value.astimezone(UTC).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_in_words(value))


@register.filter
def told(count: int) -> str:
    """Return how many there are, no further than to a thousand."""
    return facets.told(count)


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
    """Return a plain text, cut to so many characters, that leaves the direction of what follows as it is."""
    return closed(words if len(words) <= most else f"{words[: most - 1].rstrip()}…")


@register.filter
def size_of(words: str) -> str:
    """Return how large words may be set: the longer they are, the smaller."""
    return "short" if len(words) <= 120 else "middling" if len(words) <= 320 else "long"


@register.simple_tag
def said_by(appearance: Any, notes: bool = False) -> SafeString:
    """Return who asserts it through whom, outermost first: "the post, citing the paper, citing “two people”"."""
    said = ""
    for one in appearance.attributions.all():
        words = _said(one, notes)
        said = gettext("%(chain)s, citing %(origin)s") % {"chain": said, "origin": words} if said else words
    return mark_safe(said or gettext("unknown"))


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
