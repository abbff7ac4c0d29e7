"""What every page for readers has in common: who looks, how bad addresses are answered, one address per thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from articles.addresses import address
from articles.graph import Graph
from articles.keeping import Kept, Made
from articles.models import Change, ChangeRow
from articles.models.ledger import Readers
from articles.refusals import NoFiles
from articles.views.parameters import BadParameter
from articles.views.trouble import LATER

View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Follow:
    """The feed of what a page lists: the name of its address, the query behind it, what the feed is called."""

    name: str
    query: str
    title: Any

    @property
    def atom(self) -> str:
        return address(self.name, "atom") + self.query

    @property
    def json(self) -> str:
        return address(self.name, "json") + self.query


class Gone(Exception):
    """Readers saw this once. `noun` is what was here, `entry` the act of the ledger that took it from their sight."""

    def __init__(self, noun: str, entry: Change) -> None:
        super().__init__(noun)
        self.noun = noun
        self.entry = entry


def viewer(request: HttpRequest) -> Any:
    """Return who is looking: somebody of the desk, or None.

    Who never signed in has no session to look up. Asking for it anyway would cost a query and make the answer
    vary by cookie, so that no cache in front of us could share it.
    """
    return request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None


def answered(view: View) -> View:
    """Make a view answer GET and HEAD only, with a page that helps for what cannot be read, is gone, or not done."""

    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        if request.method not in SAFE:
            response = show(request, "405.html", {"method": request.method}, status=405)
            response.headers["Allow"] = ", ".join(SAFE)
            return response
        try:
            return view(request, **captured)
        except BadParameter as trouble:
            return show(request, "400.html", {"sentence": str(trouble)}, status=400)
        except Gone as gone:
            return show(request, "410.html", {"noun": gone.noun, "entry": gone.entry}, status=410)
        except NoFiles:
            return HttpResponse(
                f"{_('This file cannot be fetched at the moment. Try again in a while.')}\n",
                status=503,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": LATER, "Cache-Control": "no-store"},
            )

    return answer


def page(view: View) -> View:
    """Make a view a page: answered, and nothing of the desk in shared caches."""
    answer_with = answered(view)

    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        response = answer_with(request, **captured)
        if viewer(request) is not None:
            patch_cache_control(response, private=True, no_cache=True)
        elif response.status_code == 200:
            # For a CDN (`articles.cdn.answers`): everybody gets it alike, unless it says otherwise.
            response.is_page = True  # type: ignore[attr-defined]
        return response

    return answer


def kept(
    model: Any, path: str, rows: Callable[[int], Any], shown: Callable[[HttpRequest, Any], HttpResponse]
) -> Kept:
    """Return the pages of one noun as everybody gets them, kept until the next act: they show counts, families and
    other rows that no stamp of the one row tells of, and where the record stands.

    `path` is where the addresses of its rows begin. `rows` finds a row as readers see it, loaded by
    `with_state(…, None)`, and `shown` makes its page.
    """

    def make(request: HttpRequest, pk: int, base: str) -> Made | None:
        # Read before the page is made: if somebody publishes in between, its tag is too old and never too new.
        row = rows(pk)
        if row is None or getattr(row, "merged_into_id", None) or row.get_absolute_url() != request.path:
            return None
        return Made(row, shown(request, row).content)

    return Kept(
        noun=f"{model._meta.model_name}-page",
        pattern=re.compile(f"{re.escape(path)}(?P<pk>[1-9][0-9]{{0,17}})/(?!changes/)[^/]+/"),
        rows=lambda: model.objects.visible_to(None),
        seq=None,
        make=make,
        content_type="text/html; charset=utf-8",
    )


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a template of a page."""
    return render(request, template, {"viewer": viewer(request), **context}, status=status)


def find(request: HttpRequest, model: Any, pk: int, *related: str) -> Any:
    """Return the row of this id that the viewer may see; 410 where readers saw it once, 404 otherwise."""
    return find_for(viewer(request), model, pk, *related)


def find_for(user: Any, model: Any, pk: int, *related: str) -> Any:
    """Return the row of this id that this user may see; 410 where readers saw it once, 404 otherwise."""
    rows = model.objects.visible_to(user)
    found = (rows.select_related(*related) if related else rows).filter(pk=pk).first()
    if found is not None:
        return found
    entry = took_away(model, pk)
    if entry is None:
        # Whether it is hidden or never was is the same question to the database, and the same answer.
        raise Http404(f"There is no {model._meta.verbose_name} of this number.")
    raise Gone(model._meta.model_name, entry)


def find_in(graph: Graph, request: HttpRequest, model: Any, pk: int) -> Any:
    """Return the row of this id that the viewer may see, with what a page shows of it; 410 where readers saw it once,
    404 otherwise. As `Graph.find_for`."""
    found = graph.find_for(pk, viewer(request)) if pk < 2**63 else None
    return found if found is not None else find(request, model, pk)


def took_away(model: Any, pk: int) -> Change | None:
    """Return the act that last took this row, hidden today, from readers' sight; None where they never saw it. One
    query."""
    if pk > 2**63 - 1:
        return None
    rows = ChangeRow.objects.about(model, [pk]).filter(readers=Readers.GONE).select_related("change")
    last = rows.order_by("-change").only("change__seq", "change__at").first()
    return last.change if last is not None else None


def elsewhere(request: HttpRequest, row: Any) -> HttpResponse | None:
    """Return the redirect to the one address of this row, or None where the reader is already there.

    A merged row leads to its survivor, if the viewer may see that; since a merge can be taken back, only for now.
    """
    merged = getattr(row, "merged_into_id", None)
    target = find(request, type(row), merged) if merged else row
    place = target.get_absolute_url()
    if place == request.path:
        return None
    query = request.META.get("QUERY_STRING", "")
    place = f"{place}?{query}" if query else place
    return HttpResponseRedirect(place) if merged else HttpResponsePermanentRedirect(place)
