"""What every list of the desk keeps to, so that it costs at a million rows what it costs at a thousand.

Nothing is counted to its end or leafed through to its end, and nothing is sorted or searched that no index serves:
what a list does not do it says in a sentence, with what to do instead.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AllValuesFieldListFilter, DateFieldListFilter
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext as _

from articles.admin.conflicts import is_id
from articles.models.counting import TOLD
from articles.search import best

# Pages that can be leafed through; what lies further back is found by filter or search.
MOST_PAGES = 100
# Of columns without an index of words, so many of the newest rows are looked through.
LOOKED_THROUGH = 1_000
# What a column says in so many of the newest rows is offered as a filter.
OFFERED_FROM = 250
# Hits of the index of words; more of them nobody reads.
HITS = 100
# A longer search is cut: SQLite refuses patterns beyond 50,000 characters, and nobody types them.
LONGEST_SEARCH = 200
# Whatever value a filter is asked for.
ANY = None
# The nouns that the index of words knows.
IN_THE_INDEX = frozenset({"claim", "article", "source", "claimant"})


class Bounded(Paginator):
    """Pages of a list whose rows are counted as far as the page after this one, or as people are told: "1,000+"."""

    # The page that is looked at.
    at = 1
    # How far rows are counted where each of them costs something; None: as far as people are told.
    counted: int | None = None

    @property
    def told(self) -> int:
        return min(TOLD, self.counted or TOLD)

    @cached_property
    def ids(self) -> list[Any]:
        """The ids of the rows, in order, as far as they are counted: of a page's rows nothing else need be found."""
        rows: Any = self.object_list
        bare = rows.select_related(None).prefetch_related(None).values_list("pk", flat=True)
        return list(bare[: max(self.told, self.at * self.per_page) + 1])

    @cached_property
    def count(self) -> int:
        return len(self.ids) if isinstance(self.object_list, models.QuerySet) else len(self.object_list)

    @cached_property
    def num_pages(self) -> int:
        return min(super().num_pages, MOST_PAGES)

    @property
    def shown_count(self) -> str:
        """How many rows there are, as people read it."""
        return f"{self.told:,}+" if self.count > self.told else f"{self.count:,}"

    @property
    def ends_early(self) -> bool:
        """Are there rows beyond the last page that is shown?"""
        return self.at >= MOST_PAGES and self.count > MOST_PAGES * self.per_page


def capped(rows: models.QuerySet, most: int) -> int:
    """Return how many rows there are, at most `most`: none is looked at beyond."""
    return rows.order_by().select_related(None).prefetch_related(None).values("pk")[:most].count()


def page_asked(request: HttpRequest) -> int:
    """Return the page that a list, or a search behind a field, is asked for; 1 where it says no number."""
    asked = request.GET.get(PAGE_VAR) or request.GET.get("page") or ""
    return max(1, int(asked)) if is_id(asked) else 1


def too_far(request: HttpRequest) -> HttpResponse | None:
    """Return to the first page, with a sentence, whoever asks a list for a page beyond those it shows."""
    if page_asked(request) <= MOST_PAGES:
        return None
    messages.error(
        request,
        _("Lists show their first %(number)s pages. Filter or search for what lies further back.")
        % {"number": MOST_PAGES},
    )
    wanted = request.GET.copy()
    wanted.pop(PAGE_VAR, None)
    return HttpResponseRedirect(f"{request.path}?{wanted.urlencode()}")


class BoundedList(ChangeList):
    """A list that sorts by a column without an index only what is few, and what a filter leaves as its index has it."""

    paginator: Bounded
    model_admin: Any

    def filtered_order(self) -> tuple[str, ...]:
        """Return how a list is sorted because of its filters; empty where they leave it as it is."""
        asked = {name: values[-1] for name, values in self.filter_params.items() if values}
        for spec in self.filter_specs:
            if isinstance(spec, DateFieldListFilter) and not asked.keys().isdisjoint(
                spec.expected_parameters()
            ):
                # By the day, the latest first: that is what the person asks for, and what the index has.
                return (f"-{spec.field_path}", "-pk") if is_served(self.model, spec.field_path) else ()
        for (name, value), order in self.model_admin.filtered_orders.items():
            if name in asked and value in (asked[name], ANY):
                return (*order, "-pk")
        return ()

    def _get_default_ordering(self) -> Any:
        return self.filtered_order() or super()._get_default_ordering()  # type: ignore[misc]

    def get_ordering(self, request: HttpRequest, queryset: models.QuerySet) -> list[Any]:
        by_filter = () if self.params.get(ORDER_VAR) else self.filtered_order()
        return list(by_filter) or super().get_ordering(request, queryset)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet:
        found = in_part(super().get_queryset(request, exclude_parameters), self.filter_params)
        column = self.unserved()
        if column and capped(found, TOLD + 1) > TOLD:
            del self.params[ORDER_VAR]
            self.filter_params.pop(ORDER_VAR, None)
            found = found.order_by(*self.get_ordering(request, found))
            messages.warning(
                request,
                _("More than %(number)s rows are not sorted by “%(column)s”: filter or search first.")
                % {"number": f"{TOLD:,}", "column": column.strip("_")},
            )
        return found

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page by their ids first, and load what is shown of those few alone.

        With the other tables in one query SQLite walks over one of them and sorts, instead of using the list's index.
        """
        super().get_results(request)
        ids = self.paginator.ids
        if self.multi_page and not (self.show_all and self.can_show_all):
            first = (self.page_num - 1) * self.list_per_page
            ids = ids[first : first + self.list_per_page]
        loaded = {row.pk: row for row in self.queryset.filter(pk__in=ids).order_by()}
        self.result_list = [loaded[pk] for pk in ids if pk in loaded]

    def unserved(self) -> str:
        """Return the column to sort by that no index serves; empty where there is none."""
        for part in str(self.params.get(ORDER_VAR, "")).split("."):
            number = part.removeprefix("-")
            if is_id(number) and int(number) < len(self.list_display):
                column = self.list_display[int(number)]
                by = self.get_ordering_field(column)
                if by and not is_served(self.model, by):
                    return str(column)
        return ""


def in_part(rows: models.QuerySet, asked: dict[str, list[str]]) -> models.QuerySet:
    """Return the same rows, told to leave out what the index of a rare value leaves out: SQLite uses such an index only
    where the query says its condition in so many words."""
    for index in rows.model._meta.indexes:
        condition = index.condition
        if condition is None or not condition.negated or len(condition.children) != 1:
            continue
        name, common = condition.children[0]
        values = asked.get(f"{name}__exact", [])
        if index.fields[:1] == [name] and values and str(common) not in values:
            rows = rows.filter(condition)
    return rows


def is_served(model: type[models.Model], by: Any) -> bool:
    """Does an index of the model begin with this column?"""
    try:
        field = model._meta.get_field(str(by).removeprefix("-"))
    except FieldDoesNotExist:
        return False
    if getattr(field, "unique", False) or getattr(field, "db_index", False):
        return True
    indexes = (index.fields_orders[:1] for index in model._meta.indexes if index.condition is None)
    return any(name == field.name for first in indexes for name, _direction in first)


class RecentValues(AllValuesFieldListFilter):
    """Offers what a column says in the newest rows, instead of reading all of them."""

    def __init__(
        self, field: Any, request: Any, params: Any, model: Any, model_admin: Any, field_path: Any
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        newest = model_admin.get_queryset(request).order_by("-pk").values_list(field_path, flat=True)
        asked = [value for value in (self.lookup_val or ()) if isinstance(value, str)]
        self.lookup_choices: Any = sorted(
            {one for one in newest[:OFFERED_FROM] if one is not None} | set(asked)
        )


def filters(model: type[models.Model], list_filter: Any) -> list[Any]:
    """Return the filters of a list, those by a column without a closed list of values bounded."""
    found: list[Any] = []
    for one in list_filter:
        field = model._meta.get_field(one) if isinstance(one, str) and LOOKUP_SEP not in one else None
        is_open = isinstance(field, models.CharField) and not field.choices
        found.append((one, RecentValues) if is_open else one)
    return found


def looked_for(request: HttpRequest, rows: models.QuerySet, fields: Any, term: str) -> models.QuerySet:
    """Return the rows that a search means: by the index of words, where their noun or one they belong to is in it;
    by the letters in their own columns, the newest of them."""
    term = term.strip()[:LONGEST_SEARCH]
    if not term:
        return rows
    model, sorted_by_hand = rows.model, bool(request.GET.get(ORDER_VAR))
    if model._meta.model_name in IN_THE_INDEX:
        ids = best(begun(term), model._meta.model_name, user=request.user, limit=HITS)
        ids = list(dict.fromkeys([*([int(term)] if is_id(term) else []), *ids]))
        rows = rows.filter(pk__in=ids)
        if sorted_by_hand or not ids:
            return rows
        places = [models.When(pk=pk, then=models.Value(place)) for place, pk in enumerate(ids)]
        return rows.order_by(models.Case(*places, default=models.Value(len(ids))))
    wanted: set[Any] = set()
    nouns: dict[str, list[int]] = {}
    letters = []
    unordered = rows.select_related(None).prefetch_related(None)
    for field in map(str, fields):
        path, _sep, _last = field.rpartition(LOOKUP_SEP)
        noun = noun_at(model, path)
        if field.startswith("="):
            exact = field.removeprefix("=")
            if is_id(term) or not is_number(model, exact):
                wanted |= set(unordered.filter(**{exact: term}).values_list("pk", flat=True)[:HITS])
        elif noun in IN_THE_INDEX:
            if noun not in nouns:
                nouns[noun] = best(begun(term), noun, user=request.user, limit=HITS)
            belonging = unordered.filter(**{f"{path}__in": nouns[noun]}).order_by("-pk")
            wanted |= set(belonging.values_list("pk", flat=True)[:TOLD])
        else:
            letters.append(field)
    if letters and not (wanted and is_id(term)):
        # A number that is there is what was meant.
        wanted |= by_letters(request, unordered, letters, term)
    return rows.filter(pk__in=wanted)


def begun(term: str) -> str:
    """Return the search with its last word taken as the beginning of one: people look while they type."""
    last = term.split()[-1]
    return f"{term}*" if last.isalnum() and len(last) > 2 and '"' not in term else term


def is_number(model: type[models.Model], path: str) -> bool:
    """Does a path lead to a column of numbers?"""
    *steps, last = path.split(LOOKUP_SEP)
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return isinstance(model._meta.get_field(last), models.IntegerField)


def noun_at(model: type[models.Model], path: str) -> str:
    """Return the name of the model that a path of relations leads to; empty where it is no such path."""
    for step in filter(None, path.removeprefix("=").split(LOOKUP_SEP)):
        related = model._meta.get_field(step).related_model
        if not isinstance(related, type):
            return ""
        model = related
    return str(model._meta.model_name) if path else ""


def by_letters(request: HttpRequest, rows: models.QuerySet, fields: list[str], term: str) -> set[Any]:
    """Return the ids of those of the newest rows that have each of the words in one of these columns."""
    newest = list(rows.order_by("-pk").values_list("pk", flat=True)[: LOOKED_THROUGH + 1])
    if not newest:
        return set()
    if len(newest) > LOOKED_THROUGH:
        messages.info(
            request,
            _("Words were looked for in the newest %(number)s of these rows. Filter to look further back.")
            % {"number": f"{LOOKED_THROUGH:,}"},
        )
    # By their numbers: of a range, SQLite may begin with the table that the words are in.
    rows = rows.filter(pk__in=newest[:LOOKED_THROUGH])
    for bit in smart_split(term):
        if bit[0] in "\"'" and bit[0] == bit[-1]:
            bit = unescape_string_literal(bit)
        rows = rows.filter(
            models.Q.create([(f"{name}__icontains", bit) for name in fields], connector=models.Q.OR)
        )
    return set(rows.order_by().values_list("pk", flat=True))
