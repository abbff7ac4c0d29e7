"""What a CDN in front may hold, for how long, and under which keys.

The record says already what a page depends on: an act leaves its number on each row whose page it changed
(`public_seq`), however far from what it wrote. So an answer need not name all that it shows. One about a row that is
stamped so (`articles.keeping`) names that row; every other answer names `record`, which each act purges, since many of
them say where the record stands; and all of them name `all`, for what stands on every page.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from articles.cdn.shapes import BROWSERS_ASK, SHAPES

RECORD, ALL = "record", "all"
# Programs read on from where the feed ended for them; the figures of fairness are minutes old already; complaints,
# which the methodology counts, are no acts.
ASKED_EACH_TIME = re.compile(r"/api/v1/changes/|(/[a-z]{2,3}(-[a-z]+)?)?/(fairness[./]|methodology/)")
# What an answer says that is one reader's own, or that never changes.
ITS_OWN = ("private", "no-store", "immutable")


class TellsTheCdn:
    """Names the keys of what everybody gets alike, and says of all else that nobody may share it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.CDN:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.shape = SHAPES[settings.CDN]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not _is_alike(request, response):
            # A CDN that is told nothing may hold it by a rule of its own.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        elif ASKED_EACH_TIME.match(request.path_info):
            response.headers.setdefault("Cache-Control", BROWSERS_ASK)
        else:
            keys = (getattr(response, "depends_on", None) or RECORD, ALL)
            response.headers[self.shape.keys_in] = self.shape.between.join(keys)
            if settings.CDN_SECONDS:
                self._may_hold(response)
        return response

    def _may_hold(self, response: HttpResponseBase) -> None:
        for name, value in self.shape.lifetime(settings.CDN_SECONDS).items():
            response.headers[name] = value
        # A second lock beside what the CDN is to pass on: who is signed in, or has to see more, is not asking this.
        patch_vary_headers(response, ["Cookie", "Ledger-At-Least"])
        # What one asker has left is nobody else's.
        for name in ("RateLimit", "RateLimit-Policy"):
            response.headers.pop(name, None)


def _is_alike(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Does everybody who asks this get the same, until the record changes?"""
    asked, told = request.META, response.headers.get("Cache-Control", "")
    if request.method not in ("GET", "HEAD") or response.status_code not in (200, 304):
        return False
    if asked.get("HTTP_AUTHORIZATION") or settings.SESSION_COOKIE_NAME in asked.get("HTTP_COOKIE", ""):
        return False
    if response.cookies or any(one in told for one in ITS_OWN):
        return False
    if request.path_info.startswith("/api/"):
        # All of these vary by cookie. Whoever sends one is not told that pages of other sites may read the answer.
        return "public" in told and not asked.get("HTTP_COOKIE")
    if "cookie" in response.headers.get("Vary", "").lower():
        return False
    return "public" in told or (not told and getattr(response, "is_page", False))
