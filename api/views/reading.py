"""What all views that read have in common: parameters checked first, rows from `visible_to`, answers with a tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from rest_framework import mixins, serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api import fields, filters, parameters
from api.counting import Hiding
from api.deprecation import Deprecated, tell_deprecated
from api.pagination import Keyset, orders, paging_parameters
from api.parameters import Parameter
from api.searching import PARAMETERS as SEARCHING
from api.searching import Found
from api.shaping import shaper
from api.writing.states import tag_of
from articles.addresses import same_prefix
from articles.graph import Graphs
from articles.keeping import FRESH, has_it, tag, with_state


class Reading:
    """What all views have in common: reading alone, parameters checked first, and how long an answer keeps."""

    http_method_names: Sequence[str] = ("get", "head", "options")
    # What will not be there for ever: this address as a whole, and those parameters of it that were used.
    deprecated: Deprecated | None = None
    outdated: Sequence[Deprecated] = ()

    def parameters(self) -> Sequence[Parameter]:
        """Return what the address may hold for what is being done."""
        return ()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if not self.does(request.method):
            # Before anybody is asked who they are: no key would change the answer.
            raise MethodNotAllowed(request.method)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        known = () if request.method == "OPTIONS" else self.parameters()
        self.asked = {} if request.method == "OPTIONS" else parameters.read(request.query_params, known)
        self.outdated = [one.deprecated for one in known if one.deprecated and one.name in self.asked]

    def check_permissions(self, request: Any) -> None:
        # Counted first: what is refused has cost a look at the key.
        super().check_throttles(request)  # type: ignore[misc]
        super().check_permissions(request)  # type: ignore[misc]

    def check_throttles(self, request: Any) -> None:
        """Counted already, before anybody was asked what they may."""

    def does(self, method: str) -> bool:
        """Is there anything here that this method means?"""
        known = getattr(self, "action_map", None) or {name: name for name in self.http_method_names}
        return method == "OPTIONS" or method.lower() in known

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        anonymous = getattr(request, "user", None) is None or not request.user.is_authenticated
        if response.status_code < 400:
            response.setdefault("Cache-Control", FRESH if anonymous else "private, no-store")
        tell_deprecated(self, response)
        return response


class RecordViewSet(Reading, mixins.ListModelMixin, GenericViewSet):
    """A list of the rows that the asker may see.

    Where `graphs` says how rows are loaded, one statement finds the ids of a page and another brings its rows with
    all that is shown of them; elsewhere `loaded` says it.
    """

    # Shows nothing where a view forgets to say what; see `get_queryset`.
    queryset: Any = None
    filter_backends = [filters.NarrowedByParameters]
    pagination_class = Keyset
    lookup_value_regex = "[1-9][0-9]{0,17}"
    serializer_class: type[serializers.BaseSerializer]
    filters: Sequence[Parameter] = ()
    orderings = orders()
    # Which documents of the search `q` looks through, such as "claim"; empty: the list has no `q`.
    searched = ""
    # What the list leaves out by default.
    hides: Sequence[Hiding] = ()
    # What `q` found, the list before that, and before anything was hidden; see `api.filters.NarrowedByParameters`.
    found: Found | None = None
    narrowed: Any = None
    unhidden: Any = None
    graphs: Graphs | None = None
    # Fields of the full shape that a list shows too where they are asked for.
    expandable: Sequence[str] = ()
    # Whether rows are shaped without the serializer; needs one that asks nothing of the request.
    shaped = False

    def parameters(self) -> Sequence[Parameter]:
        if self.action == "list":
            paging = paging_parameters(self.orderings, searched=bool(self.searched))
            return (*self.narrowing(), *paging, *self.choosing())
        return self.choosing() if self.action == "retrieve" else ()

    def narrowing(self) -> Sequence[Parameter]:
        """Return the parameters that decide which rows the list has."""
        usual = [filters.IDS]
        if any(field.name == "public_seq" for field in self.queryset.model._meta.concrete_fields):
            usual.append(filters.CHANGED_AFTER)
        if self.hides:
            usual.append(filters.including(self.hides))
        return (*self.filters, *(SEARCHING if self.searched else ()), *usual)

    def narrowed_together(self, rows: Any) -> Any:
        """Narrow the list by those of its parameters that are applied together."""
        return rows

    def hiding(self) -> Sequence[Hiding]:
        """Return what the list leaves out, for what was asked."""
        return [] if self.found is not None else [one for one in self.hides if one.applies(self.asked)]

    def hidden_rows(self) -> Sequence[tuple[Hiding, Any]]:
        """Return with each part that is left out the rows of it that the filters match."""
        return [(one, one.only(self.unhidden)) for one in self.hiding()]

    def choosing(self) -> Sequence[Parameter]:
        """Return the parameters that say which fields are shown."""
        full, usual = fields.offered(self.whole_class), fields.offered(self.usual_class)
        known = {**usual, **{name: full[name] for name in self.expandable}}
        chooses = fields.fields_parameter(known)
        return (chooses, fields.expand_parameter(self.expandable)) if self.expandable else (chooses,)

    @property
    def usual_class(self) -> Any:
        """The shape that the action shows by itself."""
        return self.get_serializer_class()

    @property
    def whole_class(self) -> Any:
        """The fullest shape of a row."""
        return getattr(self, "detail_class", self.serializer_class)

    def get_queryset(self) -> Any:
        rows = self.queryset.model.objects.visible_to(self.request.user)
        return rows if self.graphs else self.loaded(rows)

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        paginator: Any = self.paginator
        if self.graphs:
            page = self.in_full(paginator.ids_of_page(rows, request, self))
        else:
            page = paginator.paginate_queryset(rows, request, self)
        response: Response = paginator.get_paginated_response(self.written(page))
        return response

    def in_full(self, ids: Sequence[int]) -> Sequence[Any]:
        """Return the rows of these ids that the asker may see, in their order, with all that is shown of them."""
        assert self.graphs is not None
        return self.graphs.showing(self.wanted()).find_many(ids, self.request.user)

    def chosen(self) -> fields.Chosen | None:
        """Return which fields are shown; None for those that the action shows by itself."""
        chosen, more = self.asked.get("fields"), self.asked.get("expand", ())
        if chosen is None and not more:
            return None
        return fields.selection(chosen, fields.offered(self.usual_class), more)

    def wanted(self) -> Sequence[str]:
        """Return the names of the fields that are shown."""
        chosen = self.chosen()
        usual = fields.offered(self.usual_class)
        return list(usual) if chosen is None else [name for name, _ in chosen]

    def written(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return rows that were loaded as they are answered."""
        chosen = self.chosen()
        if not self.graphs and not self.shaped:
            data: Sequence[Any] = fields.pruned(self.get_serializer(rows, many=True).data, chosen)
            return data
        shape = shaper(self.usual_class if chosen is None else self.whole_class, chosen)
        base = self.request.build_absolute_uri("/")[:-1]
        with same_prefix():
            return [shape(row, base) for row in rows]

    def loaded(self, rows: Any) -> Any:
        """Load what the shape shows, in a number of queries that does not grow with the rows."""
        return rows


class DetailedViewSet(RecordViewSet):
    """A list, and each row of it in full."""

    detail_class: type[serializers.BaseSerializer]
    # Where the row keeps the ledger entry that last changed what readers see of it.
    changed_by = "public_seq"

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return self.serializer_class if self.action == "list" else self.detail_class

    def get_object(self) -> Any:
        if self.graphs is None:
            return super().get_object()
        found = self.graphs.showing(self.wanted()).find(int(self.kwargs["pk"]), self.request.user)
        if found is None:
            raise Http404
        self.check_object_permissions(self.request, found)
        return found

    def data_of(self, pk: Any) -> dict[str, Any]:
        """Return the row of this id in full, as whoever asks sees it. Raises Http404."""
        self.kwargs["pk"] = pk
        data: dict[str, Any] = self.written([self.get_object()])[0]
        return data

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer with the row in full; to everybody with a tag, so that who has it already is told so in one query."""
        if request.user.is_authenticated:
            row = self.get_object()
            data = self.written([row])[0]
            # The revision belongs to the tag, whether or not it was chosen to be shown.
            known = {"revision": row.revision, **data} if hasattr(row, "revision") else data
            current = tag_of(self.queryset.model, row.pk, data if "revision" in data else known)
            if has_it(request._request, current):
                return Response(status=304, headers={"ETag": current})
            return Response(data, headers={"ETag": current})
        current = ""
        if self.graphs is None or "HTTP_IF_NONE_MATCH" in request.META:
            # Read before the row: if somebody publishes in between, the tag is too old and never too new.
            current = self._tag(*self._state())
            if has_it(request._request, current):
                return Response(status=304, headers={"ETag": current})
        row = self.get_object()
        if self.graphs is not None:
            # Of the same moment as the row.
            current = self._tag(row.state_entry, row.state_house)
        return Response(self.written([row])[0], headers={"ETag": current})

    def _state(self) -> tuple[str | None, str | None]:
        """Return what an answer about the row depends on. Raises Http404."""
        seen = self.queryset.model.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"])
        state = with_state(seen, self.changed_by).values_list("state_entry", "state_house").first()
        if state is None:
            raise Http404
        return state

    def _tag(self, entry: str | None, house: str | None) -> str:
        return tag(
            self.request._request, self.queryset.model._meta.model_name or "", self.kwargs["pk"], entry, house
        )
