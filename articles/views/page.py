"""What every page for readers has in common: who looks, how bad addresses are answered, one address per thing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from articles.views.parameters import BadParameter

View = Callable[..., HttpResponse]


def viewer(request: HttpRequest) -> Any:
    """Return who is looking: somebody of the desk, or None.

    Who never signed in has no session to look up. Asking for it anyway would cost a query and make the answer
    vary by cookie, so that no cache in front of us could share it.
    """
    return request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None


def page(view: View) -> View:
    """Make a view a page: GET and HEAD only, a sentence for a bad parameter, nothing of the desk in shared caches."""

    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        try:
            response = view(request, **captured)
        except BadParameter as trouble:
            response = show(request, "400.html", {"sentence": str(trouble)}, status=400)
        if viewer(request) is not None:
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return require_safe(answer)


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a template of a page."""
    return render(request, template, {"viewer": viewer(request), **context}, status=status)


def find(request: HttpRequest, model: Any, pk: int, *related: str) -> Any:
    """Return the row of this id that the viewer may see; 404 otherwise."""
    rows = model.objects.visible_to(viewer(request))
    return get_object_or_404(rows.select_related(*related) if related else rows, pk=pk)


def elsewhere(request: HttpRequest, row: Any) -> HttpResponse | None:
    """Return the redirect to the one address of this row, or None where the reader is already there.

    A merged row leads to its survivor, if the viewer may see that; since a merge can be taken back, only for now.
    """
    merged = getattr(row, "merged_into_id", None)
    target = find(request, type(row), merged) if merged else row
    address = target.get_absolute_url()
    if address == request.path:
        return None
    query = request.META.get("QUERY_STRING", "")
    address = f"{address}?{query}" if query else address
    return HttpResponseRedirect(address) if merged else HttpResponsePermanentRedirect(address)
