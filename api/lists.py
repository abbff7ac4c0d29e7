"""Lists as everybody gets them: nobody signed in, no key, a question that was asked before.

The long way (`api.views.reading`) builds QuerySets for each request: that is dear, and the same each time. Here the
view of a list is asked once per question for its QuerySets, its shape and its cursors; one compiled statement then
says which rows a page has and how many are left out, another brings those rows that are not kept. What readers see of
a row stays as long as its entry in the ledger does (`articles.keeping`), so that rows are kept as they are written,
whatever lists they stand in. Refusals, and whatever else is not plain, are left to the long way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.encoding import iri_to_uri

from api import counting, parameters
from api.errors import InvalidParameters
from api.limits import spend_early
from api.pagination import LONGEST_CURSOR, Keyset
from api.renderers import takes_plain_json
from api.shaping import Shaper, shaper
from articles.addresses import same_prefix
from articles.graph import KEY, Graph, Page
from articles.keeping import FRESH, release, with_state

# No address holds what stands for an id while a statement is compiled.
KEY_SPELLED = str(abs(KEY))
# How many questions of a list are kept compiled; who asks for ever new ones has them compiled.
MOST_QUESTIONS = 300
# A longer row, one with its parts opened up, is made anew each time: so many of them would take a process's memory.
LONGEST_KEPT = 4_000
# Nothing longer is looked at, and nothing that holds a control character, which is refused further in.
LONGEST = LONGEST_CURSOR + 2000
PLAIN = re.compile(r"(?!.*%[017])[!-~]*", re.ASCII)
# Of a list of ids it is said which are not there, what `q` finds changes with the words of all rows, and the others
# are dear by themselves.
LONG_WAY = frozenset({"ids", "q", "match", "count", "as_of", "held_on"})

# As the router binds a list: what an answer says of the methods that its address knows follows from it.
BOUND = {"get": "list", "head": "list", "post": "create"}

# What was asked but the cursor, as it stands in the address.
Asked = tuple[tuple[str, str], ...]
# The key and the id of the row that a page comes after.
Place = tuple[Any, int]
# Id, key, and where rows are kept: what each depends on.
Rows = list[list[Any]]


@dataclass(frozen=True)
class Question:
    """What a list is asked, made ready; the same for every page of it."""

    keyset: Keyset
    seq: str
    hidings: Sequence[counting.Hiding]
    hidden_rows: Sequence[Any]
    graph: Graph
    shape: Shaper
    # Tells the shapes of a row apart.
    shown: str
    allow: str

    def page(self, place: Place | None, keeps: bool) -> Page:
        """Compile the page after a place, or the first one; with `keeps`, with what each row depends on."""
        rows = self.keyset.ordered() if place is None else self.keyset.after(*place)
        columns = ["pk", self.keyset.order.column]
        if keeps:
            rows = with_state(rows, self.seq)
            columns += ["state_entry", "state_house"]
        counted = [] if place else [counting.bounded(one, counting.MOST_HIDDEN) for one in self.hidden_rows]
        return Page(rows.values_list(*columns)[: self.keyset.size + 1], counted)


class ListForReaders:
    """The list of one view, at its address; one of the kinds of `articles.keeping.AnswersForReaders`."""

    takes_questions = True

    def __init__(self, view_class: Any, basename: str, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        self._view_class, self._basename = view_class, basename
        self._question = lru_cache(MOST_QUESTIONS)(self._made_ready)
        self._page = lru_cache(MOST_QUESTIONS)(self._compiled)

    def forget(self) -> None:
        """Forget what was made ready."""
        self._question.cache_clear()
        self._page.cache_clear()

    def answer_to(self, request: HttpRequest, found: re.Match[str]) -> HttpResponse | None:
        """Return the answer, or None where the long way is to give it."""
        query = request.META.get("QUERY_STRING", "")
        if not takes_plain_json(request.META.get("HTTP_ACCEPT", "")) or not _is_plain(query):
            return None
        given = {name: values[0] for name, values in request.GET.lists() if len(values) == 1}
        if len(given) != len(request.GET):
            return None
        # Before anything is made of it, which costs something.
        if not spend_early(request):
            return None
        cursor = given.pop("cursor", None)
        asked = tuple(given.items())
        # Refuses names that are not ours.
        base = f"{request.scheme}://{request.get_host()}"
        try:
            question = self._question(asked)
            if question is None:
                return None
            place = None if cursor is None else question.keyset.place(cursor)
        except InvalidParameters:
            # Not kept: what is refused today, a rating that is not there yet, may be right tomorrow.
            return None
        keeps = bool(settings.ANSWERS_KEPT)
        rows, numbers = self._found(question, asked, place, keeps)
        link = None
        if len(rows) > question.keyset.size:
            rows.pop()
            link = _link(request, base, question.keyset.cursor_after(*rows[-1][:2]))
        hidden = None if place else counting.hidden_as_told(question.hidings, numbers)
        written = (
            self._kept(question, rows, base) if keeps else _made(question, [row[0] for row in rows], base)
        )
        envelope = question.keyset.envelope([], link, counting.Extent(None, hidden))
        start, end = orjson.dumps(envelope).split(b"[]", 1)
        return _response(start + b"[" + b",".join(written) + b"]" + end, link, question.allow)

    def _found(self, question: Question, asked: Asked, place: Place | None, keeps: bool) -> tuple[Rows, Any]:
        """Return the rows of a page, one more where another page follows, and how many are hidden."""
        if place is None:
            return self._page(asked, True, keeps).ask()
        if question.keyset.order.column == "pk":
            return self._page(asked, False, keeps).ask(place[1])
        # It begins at a value of a column: a statement of its own.
        return question.page(place, keeps).ask()

    def _compiled(self, asked: Asked, is_first: bool, keeps: bool) -> Page:
        question = self._question(asked)
        assert question is not None
        return question.page(None if is_first else (None, KEY), keeps)

    def _made_ready(self, asked: Asked) -> Question | None:
        """Return what the view makes of a question; None for one that goes the long way. Raises InvalidParameters."""
        view = self._view_class()
        view.action, view.basename, view.kwargs, view.format_kwarg = "list", self._basename, {}, None
        view.request = SimpleNamespace(user=AnonymousUser(), auth=None)
        for method, action in BOUND.items():
            if hasattr(view, action):
                setattr(view, method, getattr(view, action))
        known = view.parameters()
        query = QueryDict(mutable=True)
        query.update(dict(asked))
        view.asked = parameters.read(query, known)
        outdated = [one for one in known if one.deprecated and one.name in view.asked]
        if LONG_WAY & view.asked.keys() or view.deprecated or outdated:
            return None
        keyset = Keyset()
        keyset.take_in(view.filter_queryset(view.get_queryset()), view.request, view)
        chosen, hidden = view.chosen(), view.hidden_rows()
        return Question(
            keyset=keyset, seq=view.changed_by, hidings=[one for one, _ in hidden],
            hidden_rows=[rows for _, rows in hidden], graph=view.graphs.showing(view.wanted()),
            shape=shaper(view.usual_class if chosen is None else view.whole_class, chosen), shown=repr(chosen),
            allow=", ".join(view.allowed_methods),
        )  # fmt: skip

    def _kept(self, question: Question, rows: Rows, base: str) -> list[bytes]:
        """Return rows as they are written; those that were written before from where they are kept."""
        told = f"{release()} {base} {self._basename} {question.shown}"
        place = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
        store = caches["rows"]
        names = {row[0]: f"{place}-{row[0]}" for row in rows}
        kept = store.get_many(names.values())
        written = {}
        for pk, _, *state in rows:
            held = kept.get(names[pk])
            if held is not None and held[0] == state:
                written[pk] = held[1]
        missing = [pk for pk in names if pk not in written]
        for row, made in zip(*_made_with_rows(question, missing, base), strict=True):
            # Of the same moment as the row; what was found before may be a little older.
            if len(made) <= LONGEST_KEPT:
                store.set(names[row.pk], ([row.state_entry, row.state_house], made))
            written[row.pk] = made
        return [written[pk] for pk in names if pk in written]


def _made(question: Question, ids: Sequence[int], base: str) -> list[bytes]:
    return _made_with_rows(question, ids, base)[1]


def _made_with_rows(question: Question, ids: Sequence[int], base: str) -> tuple[list[Any], list[bytes]]:
    """Return the rows of these ids, and each as it is written. One that went meanwhile is left out."""
    rows = question.graph.find_many(ids)
    with same_prefix():
        return rows, [orjson.dumps(question.shape(row, base)) for row in rows]


def _is_plain(query: str) -> bool:
    return len(query) <= LONGEST and PLAIN.fullmatch(query) is not None and KEY_SPELLED not in query


def _link(request: HttpRequest, base: str, cursor: str) -> str:
    """Return the address of the next page."""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{base}{iri_to_uri(request.path)}?{query.urlencode()}"


def _response(content: bytes, link: str | None, allow: str) -> HttpResponse:
    headers = {"Allow": allow, "Cache-Control": FRESH, "Content-Length": str(len(content))}
    if link:
        headers["Link"] = f'<{link}>; rel="next"'
    return HttpResponse(content, content_type="application/json; charset=utf-8", headers=headers)
