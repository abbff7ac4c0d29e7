"""What a reader's browser sends from the forms, and reads from the answers."""

from __future__ import annotations

import re
import time
from typing import Any

from django.test import Client

from articles.submitting import Stamp
from tests.pages.reading import Page

CLAIM = {"what": "claim", "text": "The pool in the park holds 300 litres."}
ERROR = {"text": "The pool holds 400 litres."}


def stamped(seconds_ago: float = 60, **sent: Any) -> dict[str, Any]:
    """Return what a browser sends from a form that was opened so long ago."""
    return {"stamp": Stamp.new(time.time() - seconds_ago).signed(), "website": "", **sent}


def post(client: Client, path: str = "/submit/", **sent: Any) -> Any:
    return client.post(path, stamped() | sent)


def token_in(answer: Any) -> str:
    assert answer.status_code == 302, Page(answer.content.decode()).words
    return re.fullmatch(r"/submissions/([\w-]{43})/received/", answer["Location"])[1]


def page_of(answer: Any) -> Page:
    page = Page(answer.content.decode())
    assert not page.broken
    return page


def typed(page: Page) -> dict[str, str]:
    """Return what stands in the fields of the form."""
    (form,) = page.all("form", class_="sending")
    found = {one.attributes["name"]: one.text.removeprefix("\n") for one in form.all("textarea")}
    for one in form.all("input"):
        kind = one.attributes.get("type")
        if kind not in ("radio", "checkbox") or "checked" in one.attributes:
            found[one.attributes["name"]] = one.attributes.get("value", "on" if kind == "checkbox" else "")
    return found
