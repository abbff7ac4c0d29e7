"""What readers' programs follow, and the page that lists it in words.

A feed is asked for all day by programs that have it already. So one statement is asked first: which entry of the
ledger last changed something readers see? As long as it is the one that stood when the answer was made, the answer is
still so. Where it is another, the answer is made anew; if it comes out the same, so does its tag, and 304 is said.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.addresses import address
from articles.feeds import following, writing
from articles.feeds.entries import Entry, of_amendments, of_verdicts, storable
from articles.feeds.following import Feed
from articles.feeds.told import Told, tell, tell_amended
from articles.formats.direction import closed
from articles.graph import Graph
from articles.keeping import FRESH, has_it
from articles.models import Article, Change, Claim, Claimant, LedgerHead, Topic
from articles.views.page import answered, find_for, page, show
from articles.views.parameters import Parameters

# A date says nothing of what changed within its second, nor of an act that is still being written (RFC 9110, 8.8.2).
DATED_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Made:
    """An answer: what it is, its tag, and which public entry of the ledger was the newest when it was made."""

    state: str
    tag: str
    packed: bytes


def with_newest(rows: QuerySet) -> QuerySet:
    """Say of each row, by names that begin with `newest_`, what every answer to readers together depends on."""
    newest = Change.objects.visible_to(None).order_by("-seq")
    return rows.annotate(
        newest_hash=Subquery(newest.values("hash")[:1]),
        newest_at=Subquery(newest.values("at")[:1]),
        newest_house=Subquery(LedgerHead.objects.values("house")[:1]),
    )


def state_beside(row: Any) -> tuple[str, datetime]:
    """Return what every answer to readers together depends on, as `with_newest` said of a row, and when it last
    changed."""
    return f"{row.newest_hash}-{row.newest_house}", row.newest_at


_HEAD = Graph(lambda user: with_newest(LedgerHead.objects.order_by()))
# Rows that can be followed, and beside each the state of the record: one statement for both.
_FOLLOWED = {
    model: Graph(lambda user, model=model: with_newest(model.objects.visible_to(None)))  # type: ignore[misc]
    for model in (Claim, Claimant, Topic, Article)
}


def kept(
    request: HttpRequest,
    noun: str,
    content_type: str,
    make: Callable[[str], bytes],
    asked: object = "",
    beside: Any = None,
) -> HttpResponse:
    """Answer with what `make` returns for the beginning of every whole address, or 304 where the asker has it.

    `asked` is what the answer depends on besides the path: of a query, only what was read of it. `beside` is a row that
    `with_newest` loaded, if there is one; otherwise the state of the record is asked for, by one query.
    """
    base = f"{request.scheme}://{request.get_host()}"
    where = f"{base}{request.path}?{asked or ''}"
    place = f"{noun}-{hashlib.blake2b(where.encode(), digest_size=16).hexdigest()}"
    store = caches["answers"] if settings.ANSWERS_KEPT else None
    now, at = state_beside(_HEAD.find(1) if beside is None else beside)
    found: Made | None = store.get(place) if store is not None else None
    content = None
    if found is None or found.state != now:
        content = make(base)
        digest = hashlib.blake2b(where.encode() + b"\0" + content, digest_size=16).hexdigest()
        packed = zlib.compress(content, 1) if store is not None else b""
        found = Made(now, f'W/"{noun}-{digest}"', packed)
        if store is not None:
            store.set(place, found)
    dated = at if timezone.now() - at >= DATED_AFTER else None
    if _has(request, found.tag, dated):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(zlib.decompress(found.packed) if content is None else content)
        response.headers["Content-Type"] = content_type
    response.headers["ETag"] = found.tag
    response.headers["Cache-Control"] = FRESH
    if dated is not None:
        response.headers["Last-Modified"] = http_date(dated.timestamp())
    return response


def _has(request: HttpRequest, tag: str, dated: datetime | None) -> bool:
    """Does the asker have it? A tag is asked before a date, and a date must be the very one that was given."""
    if "HTTP_IF_NONE_MATCH" in request.META:
        return has_it(request, tag)
    given = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return dated is not None and given is not None and given == int(dated.timestamp())


@answered
def verdicts(request: HttpRequest, form: str) -> HttpResponse:
    """All verdicts and withdrawals, newest first."""
    return _feed(request, form, "feed_verdicts", address("claims"))


@answered
def corrections(request: HttpRequest, form: str) -> HttpResponse:
    """What stands in the list of corrections, newest first."""
    return _feed(request, form, "feed_corrections", address("corrections"))


@answered
def of_claim(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The verdicts on a claim."""
    return _feed_of(request, Claim, pk, form, "feed_claim")


@answered
def of_claimant(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The verdicts on what somebody asserts or passes on."""
    return _feed_of(request, Claimant, pk, form, "feed_claimant")


@answered
def of_topic(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The verdicts on claims about a topic."""
    return _feed_of(request, Topic, pk, form, "feed_topic")


@answered
def of_article(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The verdicts on claims that an article makes."""
    return _feed_of(request, Article, pk, form, "feed_article")


def _feed_of(request: HttpRequest, model: Any, pk: int, form: str, name: str) -> HttpResponse:
    found = _FOLLOWED[model].find(pk) if pk < 2**63 else None
    row = found if found is not None else find_for(None, model, pk)
    merged = getattr(row, "merged_into_id", None)
    if merged:
        # Only for now: a merge can be taken back.
        return HttpResponseRedirect(address(name, merged, form))
    return _feed(request, form, name, row.get_absolute_url(), row)


def _feed(request: HttpRequest, form: str, name: str, about: str, row: Any = None) -> HttpResponse:
    """Answer with one page of a feed in one form; `about` is the address of the page that shows the same to people."""
    if form not in writing.FORMS:
        raise Http404("A feed comes as atom or as json.")
    after = Parameters(request, {"after"}, strict=False).number("after")
    content_type, write = writing.FORMS[form]

    def make(base: str) -> bytes:
        return write(_page(base, name, form, about, row, after))

    return kept(request, "feed", content_type, make, after, row)


def _page(base: str, name: str, form: str, about: str, row: Any, after: int | None) -> Feed:
    """Return a page of a feed. Two queries, however many rows there are; of corrections three where the newest stretch
    of the ledger does not fill it."""
    if name == "feed_corrections":
        lines, last = following.amended(after)
        told = tell_amended(lines)
        entries = of_amendments(told, base)
        house_name = storable(told.house.name) or _("Fact desk")
        title = _("%(newsroom)s: corrections") % {"newsroom": house_name}
        words = _("What we corrected, updated, withdrew or changed after a verdict was published.")
    else:
        ids, last = following.page_of(row, after)
        told = tell(ids)
        entries = of_verdicts(told, base)
        house_name = storable(told.house.name) or _("Fact desk")
        title = _("%(newsroom)s: verdicts") % {"newsroom": house_name}
        words = _("Every verdict as it is published; one that follows another says so.")
        if row is not None:
            named = {"newsroom": house_name, "what": storable(closed(" ".join(str(row).split())))}
            title = _("%(newsroom)s: verdicts on “%(what)s”") % named
    captured = () if row is None else (row.pk,)
    return written(
        base, name, captured, form, about, told, title, words, entries,
        query=f"?after={after}" if after else "", older=f"?after={last}" if last else "",
    )  # fmt: skip


def written(
    base: str, name: str, captured: tuple[Any, ...], form: str, about: str, told: Told, title: str, words: str,
    entries: list[Entry], query: str = "", older: str = "", is_part: bool = True,
) -> Feed:  # fmt: skip
    """Return a page of a feed. `query` is the page's own; with `is_part` it is one of several pages of the same feed,
    without it a feed of its own. `older` is the query of the next page."""
    origin, house = told.origin, told.house
    own = base + address(name, *captured, form)
    other = base + address(name, *captured, "json" if form == "atom" else "atom")
    return Feed(
        # Both forms are one feed; an older page is a part of it.
        id=origin.name(name, *captured, *([query] if query and not is_part else [])),
        title=title,
        about=words,
        address=own + query,
        twin=other if is_part else other + query,
        page=base + about,
        updated=max((one.updated for one in entries), default=origin.at).astimezone(UTC),
        language=get_language() or settings.LANGUAGE_CODE,
        first=own if query and is_part else "",
        next=own + older if older else "",
        newsroom=storable(house.name) or _("Fact desk"),
        licence=storable(house.licence),
        licence_url=house.licence_url,
        logo=f"{base}{house.logo_address}" if house.logo_address else "",
        entries=entries,
    )


@page
def listing(request: HttpRequest) -> HttpResponse:
    """What can be followed, in words."""
    return show(request, "articles/feeds/feeds.html", {})
