"""What is answered where an answer could not be made."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults

# What PostgreSQL calls a statement that was given up, and a lock that was not had in time.
GIVEN_UP = frozenset({"57014", "55P03"})
# When to try again. Seconds.
LATER = "30"


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 where the database took too long, and else 500; each with a page that needs no database."""
    if not took_too_long(sys.exc_info()[1]):
        return defaults.server_error(request)
    response: Any = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = LATER
    response["Cache-Control"] = "no-store"
    # A replica on which it took too long is not at fault: the primary would not be faster.
    response.took_too_long = True
    return response


def took_too_long(trouble: BaseException | None) -> bool:
    """Was a statement given up because of its time, or because others held for too long what it needed: a row, the
    one lock of SQLite, all connections of the pool?"""
    while trouble is not None:
        if getattr(trouble, "sqlstate", None) in GIVEN_UP or type(trouble).__name__ == "PoolTimeout":
            return True
        # Its extended codes hold the plain one in their low byte.
        if (getattr(trouble, "sqlite_errorcode", None) or 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return True
        trouble = trouble.__cause__
    return False
