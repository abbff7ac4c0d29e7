"""A row in full as everybody gets it: nobody signed in, no key, no question in the address.

By one statement and without a serializer, and kept until the record changes (`articles.keeping`).
"""

from __future__ import annotations

import re
from typing import Any

import orjson
from django.http import HttpRequest

from api import fields
from api.renderers import takes_plain_json
from api.shaping import shaper
from articles.graph import Graphs
from articles.keeping import Kept, Made


def detail_for_readers(view: Any, graphs: Graphs, path: str, unasked: frozenset[str] = frozenset()) -> Kept:
    """Return the answers of a view to those who ask for one row; `path` is the address of its list.

    `unasked` are fields that only a question in the address fills.
    """
    model = view.queryset.model
    graph = graphs.showing([name for name in fields.offered(view.detail_class) if name not in unasked])

    def make(request: HttpRequest, pk: int, base: str) -> Made | None:
        row = graph.find(pk)
        return None if row is None else Made(row, orjson.dumps(shaper(view.detail_class)(row, base)))

    return Kept(
        noun=model._meta.model_name,
        pattern=re.compile(f"{re.escape(path)}(?P<pk>[1-9][0-9]{{0,17}})/"),
        rows=lambda: model.objects.visible_to(None),
        seq=view.changed_by,
        make=make,
        content_type="application/json; charset=utf-8",
        accepts=takes_plain_json,
    )
