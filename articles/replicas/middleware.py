"""Which requests a replica may answer, and what becomes of those that it fails.

`Ledger-At-Least: N` asks for an answer that has entry N of the ledger at least; whoever sends it is told by
`Ledger-Position` how far the record was when it was answered. A program that sends back the last position it was told
never sees the record go backwards, whichever database answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import FileResponse, HttpRequest, HttpResponse

from articles.models import LedgerHead
from articles.replicas.choosing import Replicas
from articles.replicas.routing import standing_on

POSITION = re.compile(r"[0-9]{1,18}")
# Below /desk/ people sign in; below /submissions/ they see what they sent a moment ago.
OF_THE_PRIMARY = re.compile(r"(?:/[a-z]{2,3}(?:-[a-z]+)*)?/(?:desk|submissions)/.*", re.DOTALL)
# `after` says what its reader has: a database without that entry would call theirs another ledger.
FEED = "/api/v1/changes/"
# It leads elsewhere, or has nothing there: perhaps because what it knows is old. Two databases that each take their own
# spelling of an address for the newest would send a browser to and fro.
DOUBTED = frozenset({301, 302, 303, 307, 308, 404, 409, 410})
# When to ask again for an entry that is not there. Seconds.
SOON = "1"


class ReadsFromReplicas:
    """The door behind which a request stands on one database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.replicas = Replicas(list(settings.REPLICAS), settings.REPLICA_LAG_MOST)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("HTTP_LEDGER_AT_LEAST")
        if asked is not None and not POSITION.fullmatch(asked):
            return _refusal(
                400, f"Ledger-At-Least is “{asked[:40]}”: send the number of an entry, such as 1200."
            )
        position = int(asked or 0)
        if self.replicas and _from_anybody(request):
            wanted = max(position, _read_up_to(request))
            alias = self.replicas.choose(wanted)
            if alias is not None:
                response = self._answer_of(alias, request, asked is not None)
                if response is not None:
                    return response
                # Who asked once is counted once.
                request.was_counted = hasattr(request, "standing")  # type: ignore[attr-defined]
        if position and request.method in ("GET", "HEAD") and position > (head := _head()):
            refusal = _refusal(
                412,
                f"Ledger-At-Least asks for entry {position}, and the ledger ends with entry {head}: it is another one, "
                "or an older state of it. Ask again in a moment, or without the header.",
            )
            refusal["Retry-After"] = SOON
            return refusal
        return self._told(self.get_response(request), asked is not None)

    def _answer_of(self, alias: str, request: HttpRequest, tells: bool) -> HttpResponse | None:
        """Return what this replica answers; None where the primary is to be asked."""
        with standing_on(alias) as connection:
            connection.errors_occurred = False
            response = self.get_response(request)
            try:
                response = self._told(response, tells)
            except Error:
                pass  # noted by the connection, as every error is
            failed = connection.errors_occurred and (tells or response.status_code >= 500)
            if failed and not getattr(response, "took_too_long", False):
                if connection.connection is None or not connection.is_usable():
                    connection.close()
                    self.replicas.doubt(alias)
                return None
        if response.streaming and not isinstance(response, FileResponse):
            # Nothing of it is read yet. What takes minutes would hold up the replica, or be cut off by it.
            return None
        if response.status_code in DOUBTED:
            request.was_counted = hasattr(request, "standing")  # type: ignore[attr-defined]
            again = self._told(self.get_response(request), tells)
            return again if again.status_code < 500 else response
        return response

    def _told(self, response: HttpResponse, tells: bool) -> HttpResponse:
        """Say how far the record is that answered; read last, so that nothing in the answer is newer."""
        if tells:
            response["Ledger-Position"] = str(_head())
        return response


def _from_anybody(request: HttpRequest) -> bool:
    """Is nothing changed, and nothing said of who asks?"""
    given: Any = request.META
    return (
        request.method in ("GET", "HEAD")
        and not given.get("HTTP_AUTHORIZATION")
        and settings.SESSION_COOKIE_NAME not in given.get("HTTP_COOKIE", "")
        and not OF_THE_PRIMARY.fullmatch(request.path_info)
    )


def _read_up_to(request: HttpRequest) -> int:
    """Return the entry up to which somebody has read the change feed, as the address says it."""
    after = request.GET.get("after", "") if request.path_info == FEED else ""
    return int(after) if POSITION.fullmatch(after) else 0


def _head() -> int:
    return LedgerHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0


def _refusal(status: int, sentence: str) -> HttpResponse:
    refusal = HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
    refusal["Cache-Control"] = "no-store"
    return refusal
