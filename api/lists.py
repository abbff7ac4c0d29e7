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
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.encoding import iri_to_uri

from api import counting, parameters, searching
from api.bare import Shape
from api.cells import AS_ANSWERED
from api.errors import InvalidParameters
from api.limits import spend_early
from api.pagination import LONGEST_CURSOR, Keyset
from api.renderers import takes_plain_json
from api.shaping import Shaper, shaper
from articles.addresses import same_prefix
from articles.graph import KEY, AmongKeys, Gathered, Graph, Page, Prepared
from articles.graph.prepared import MOST_OPEN, opened
from articles.graph.standing import StandIns, stand_ins_of
from articles.keeping import FRESH, release, with_state
from articles.search.index import engine
from articles.search.listing import BestPage

# No address holds what stands for an id, or for a value, while a statement is compiled.
SPELLED = [str(abs(one)) for one in (KEY, *map(opened, range(MOST_OPEN)))]
# How many questions of a list are kept compiled; who asks for ever new ones has them compiled.
MOST_QUESTIONS = 300
# Beginnings of addresses, of which a site has one or two.
MOST_BASES = 4
# A longer row, one with its parts opened up, is made anew each time: so many of them would take a process's memory.
LONGEST_KEPT = 4_000
# Nothing longer is looked at, and nothing that holds a control character, which is refused further in.
LONGEST = LONGEST_CURSOR + 2000
PLAIN = re.compile(r"(?!.*%[017])[!-~]*", re.ASCII)
# Of a list of ids it is said which are not there, and the others are dear by themselves.
LONG_WAY = frozenset({"ids", "match", "count", "as_of", "held_on"})
# What words go with here: nothing that narrows the list further, so that it has all that they find.
WITH_WORDS = frozenset({"q", "match", "page_size", "fields", "expand"})

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
    # The same as a column shape, for addresses that begin with what it is given.
    columns: Callable[[str], Shape]
    # Tells the shapes of a row apart.
    shown: str
    allow: str

    def rows(self, keeps: bool) -> Graph | StandIns:
        """Return what finds rows, with `keeps` with what each depends on."""
        return stand_ins_of(self.graph, keeps) or self.graph

    def written(self, rows: Sequence[Any], base: str) -> list[bytes]:
        """Return what `rows` found, each as it is written."""
        with same_prefix():
            if stand_ins_of(self.graph, False) is None:
                return [orjson.dumps(self.shape(row, base)) for row in rows]
            return [orjson.dumps(row, option=AS_ANSWERED) for row in self.columns(base).dicts(rows)]

    def page(self, place: Place | None, keeps: bool) -> Page:
        """Compile the page after a place, or the first one; with `keeps`, with what each row depends on."""
        rows = self.keyset.ordered() if place is None else self.keyset.after(*place)
        columns = ["pk", self.keyset.order.column]
        if keeps:
            rows = with_state(rows, self.seq)
            columns += ["state_entry", "state_house"]
        counted = [] if place else [counting.bounded(one, counting.MOST_HIDDEN) for one in self.hidden_rows]
        return Page(rows.values_list(*columns)[: self.keyset.size + 1], counted)

    @property
    def states(self) -> QuerySet:
        """What those of some rows depend on that the list has."""
        rows = with_state(self.keyset.rows.filter(AmongKeys(F("pk"))).order_by(), self.seq)
        return rows.values_list("pk", "state_entry", "state_house")

    @cached_property
    def among(self) -> Prepared:
        """The statement that asks for these."""
        return Prepared.of(self.states)


@dataclass(frozen=True)
class Listed:
    """One page: its rows in their order, where the next one begins, and what is said around them."""

    question: Question
    keyset: Keyset
    rows: Rows
    following: str | None
    hidden: Any
    # The rows themselves, where they came along.
    loaded: list[Any] | None = None


class ListForReaders:
    """The list of one view, at its address; one of the kinds of `articles.keeping.AnswersForReaders`."""

    takes_questions = True

    def __init__(self, view_class: Any, basename: str, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        self._view_class, self._basename = view_class, basename
        self._question = lru_cache(MOST_QUESTIONS)(self._made_ready)
        self._page = lru_cache(MOST_QUESTIONS)(self._compiled)
        self._best = lru_cache(MOST_QUESTIONS)(self._best_compiled)

    def forget(self) -> None:
        """Forget what was made ready."""
        self._question.cache_clear()
        self._page.cache_clear()
        self._best.cache_clear()

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
        whole, cursor = dict(given), given.pop("cursor", None)
        # Refuses names that are not ours.
        base = f"{request.scheme}://{request.get_host()}"
        keeps = bool(settings.ANSWERS_KEPT)
        try:
            listed = (
                self._with_words(given, cursor, keeps)
                if "q" in given
                else self._in_order(tuple(given.items()), cursor, keeps)
            )
        except InvalidParameters:
            # Not kept: what is refused today, a rating that is not there yet, may be right tomorrow.
            return None
        if listed is None:
            return None
        question, rows = listed.question, listed.rows
        link = listed.following and _link(request, base, whole, listed.following)
        if keeps:
            written = self._kept(question, rows, base)
        elif listed.loaded is not None:
            written = question.written(listed.loaded, base)
        else:
            written = question.written(question.rows(False).find_many([row[0] for row in rows]), base)
        envelope = listed.keyset.envelope([], link, counting.Extent(None, listed.hidden))
        start, end = orjson.dumps(envelope).split(b"[]", 1)
        return _response(start + b"[" + b",".join(written) + b"]" + end, link, question.allow)

    def _in_order(self, asked: Asked, cursor: str | None, keeps: bool) -> Listed | None:
        """Return the page of a list in its order. Raises InvalidParameters."""
        question = self._question(asked)
        if question is None:
            return None
        keyset = question.keyset
        place = None if cursor is None else keyset.place(cursor)
        rows, numbers = self._found(question, asked, place, keeps)
        following = None
        if len(rows) > keyset.size:
            rows.pop()
            following = keyset.cursor_after(*rows[-1][:2])
        hidden = None if place else counting.hidden_as_told(question.hidings, numbers)
        return Listed(question, keyset, rows, following, hidden)

    def _with_words(self, given: dict[str, str], cursor: str | None, keeps: bool) -> Listed | None:
        """Return the page of what words find, best first. Raises InvalidParameters.

        The index has a document for readers of exactly those rows that a list without filters shows them.
        """
        if not given.keys() <= WITH_WORDS:
            return None
        asked = tuple((name, value) for name, value in given.items() if name not in searching.NAMES)
        question = self._question(asked, True)
        if question is None:
            return None
        words = parameters.read(_query(given, searching.NAMES), searching.PARAMETERS)
        read = searching.Words.read(words)
        assert read is not None
        applied = {one.name: words[one.name] for one in searching.PARAMETERS if one.name in words}
        kind = self._view_class.searched
        ranked = engine().ranked(read.query, read.match, [kind], False) if read.query.groups else None
        if ranked is None:
            found = searching.look_for(kind, words, None)
            assert found is not None
            return self._of_found(question, question.keyset.for_words(found, applied), cursor)
        found = searching.Found([])
        keyset = question.keyset.for_words(found, applied)
        seen = [] if cursor is None else keyset.seen(cursor)
        most = searching.LOOKED_THROUGH + 1
        best = self._best(asked, ranked.sql, read.match, keeps, most).ask(ranked.values, seen)
        ids = best.ids[: searching.may_follow(seen)]
        wanted = ids[: keyset.size]
        rows = {row[0] if keeps else row.pk: row for row in best.rows}
        if not rows.keys() >= set(wanted):
            # The record shows less than the index: the long way says what there is.
            return None
        found.notes += read.told(best.found)
        if cursor is None:
            keyset.note_depth(min(best.found, searching.LOOKED_THROUGH))
        following = keyset.cursor_after_seen([*seen, *wanted]) if len(ids) > len(wanted) else None
        hidden: Any = {} if cursor is None else None
        shown = [rows[pk] for pk in wanted]
        if not keeps:
            return Listed(question, keyset, [], following, hidden, loaded=shown)
        return Listed(question, keyset, [[pk, None, *state] for pk, *state in shown], following, hidden)

    def _of_found(self, question: Question, keyset: Keyset, cursor: str | None) -> Listed | None:
        """Return the page of what was found."""
        assert keyset.found is not None
        seen = [] if cursor is None else keyset.seen(cursor)
        left = searching.left_to_list(keyset.found.ids, seen)
        wanted = left[: keyset.size]
        states = {pk: [pk, None, *state] for pk, *state in question.among.rows(wanted)} if wanted else {}
        if len(states) < len(wanted):
            # One went meanwhile.
            return None
        if cursor is None:
            keyset.note_depth(len(keyset.found.ids))
        following = keyset.cursor_after_seen([*seen, *wanted]) if len(left) > len(wanted) else None
        return Listed(
            question, keyset, [states[pk] for pk in wanted], following, {} if cursor is None else None
        )

    def _found(self, question: Question, asked: Asked, place: Place | None, keeps: bool) -> tuple[Rows, Any]:
        """Return the rows of a page, one more where another page follows, and how many are hidden."""
        if place is None:
            return self._page(asked, True, keeps).ask()
        if question.keyset.order.column == "pk":
            return self._page(asked, False, keeps).ask(place[1])
        # It begins at a value of a column: a statement of its own.
        return question.page(place, keeps).ask()

    def _best_compiled(self, asked: Asked, ranked: str, match: str, keeps: bool, most: int) -> BestPage:
        question = self._question(asked, True)
        assert question is not None
        rows = Gathered.of(question.states) if keeps else question.rows(False).gathered()
        return BestPage(ranked, match, rows, question.keyset.size, most)

    def _compiled(self, asked: Asked, is_first: bool, keeps: bool) -> Page:
        question = self._question(asked)
        assert question is not None
        return question.page(None if is_first else (None, KEY), keeps)

    def _made_ready(self, asked: Asked, has_words: bool = False) -> Question | None:
        """Return what the view makes of a question; None for one that goes the long way. Raises InvalidParameters.

        `has_words`: it also has `q`, which narrows the list each time to something else.
        """
        view = self._view_class()
        view.action, view.basename, view.kwargs, view.format_kwarg = "list", self._basename, {}, None
        view.request = SimpleNamespace(user=AnonymousUser(), auth=None)
        for method, action in BOUND.items():
            if hasattr(view, action):
                setattr(view, method, getattr(view, action))
        known = view.parameters()
        view.asked = parameters.read(_query(dict(asked)), known)
        outdated = [one for one in known if one.deprecated and one.name in view.asked]
        if LONG_WAY & view.asked.keys() or view.deprecated or outdated:
            return None
        if has_words:
            if not view.searched:
                return None
            # What they find is looked for at each request; hidden is nothing of it.
            view.searched, view.found = "", searching.Found([])
        keyset = Keyset()
        keyset.take_in(view.filter_queryset(view.get_queryset()), view.request, view)
        chosen, hidden = view.chosen(), view.hidden_rows()
        serializer = view.usual_class if chosen is None else view.whole_class
        return Question(
            keyset=keyset, seq=view.changed_by, hidings=[one for one, _ in hidden],
            hidden_rows=[rows for _, rows in hidden], graph=view.graphs.showing(view.wanted()),
            shape=shaper(serializer, chosen), shown=repr(chosen),
            columns=lru_cache(MOST_BASES)(lambda base: Shape(serializer(), chosen, base)),
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
        found = question.rows(True).find_many(missing)
        for row, made in zip(found, question.written(found, base), strict=True):
            # Of the same moment as the row; what was found before may be a little older.
            if len(made) <= LONGEST_KEPT:
                store.set(names[row.pk], ([row.state_entry, row.state_house], made))
            written[row.pk] = made
        return [written[pk] for pk in names if pk in written]


def _is_plain(query: str) -> bool:
    if len(query) > LONGEST or PLAIN.fullmatch(query) is None:
        return False
    return not any(one in query for one in SPELLED)


def _query(given: Mapping[str, str], names: Collection[str] | None = None) -> QueryDict:
    """Return what was given as a view reads it; with `names`, those alone."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in given.items() if names is None or name in names})
    return query


def _link(request: HttpRequest, base: str, given: Mapping[str, str], cursor: str) -> str:
    """Return the address of the next page."""
    return f"{base}{iri_to_uri(request.path)}?{urlencode({**given, 'cursor': cursor})}"


def _response(content: bytes, link: str | None, allow: str) -> HttpResponse:
    headers = {"Allow": allow, "Cache-Control": FRESH, "Content-Length": str(len(content))}
    if link:
        headers["Link"] = f'<{link}>; rel="next"'
    return HttpResponse(content, content_type="application/json; charset=utf-8", headers=headers)
