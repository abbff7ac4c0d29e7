"""What all views that read have in common: parameters checked first, rows from `visible_to`, answers with a tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from rest_framework import mixins, serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api import filters, parameters
from api.pagination import Keyset, orders, paging_parameters
from api.parameters import Parameter
from articles.keeping import FRESH, has_it, tag, with_state


class Reading:
    """What all views have in common: reading alone, parameters checked first, and how long an answer keeps."""

    http_method_names: Sequence[str] = ("get", "head", "options")

    def parameters(self) -> Sequence[Parameter]:
        """Return what the address may hold for what is being done."""
        return ()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if request.method not in SAFE_METHODS:
            # Before anybody is asked who they are: no key would change the answer.
            raise MethodNotAllowed(request.method)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        self.asked = (
            {} if request.method == "OPTIONS" else parameters.read(request.query_params, self.parameters())
        )

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        anonymous = getattr(request, "user", None) is None or not request.user.is_authenticated
        if response.status_code < 400:
            response.setdefault("Cache-Control", FRESH if anonymous else "private, no-store")
        return response


class RecordViewSet(Reading, mixins.ListModelMixin, GenericViewSet):
    """A list of the rows that the asker may see."""

    # Shows nothing where a view forgets to say what; see `get_queryset`.
    queryset: Any = None
    filter_backends = [filters.NarrowedByParameters]
    pagination_class = Keyset
    lookup_value_regex = "[1-9][0-9]{0,17}"
    serializer_class: type[serializers.BaseSerializer]
    filters: Sequence[Parameter] = ()
    orderings = orders()

    def parameters(self) -> Sequence[Parameter]:
        return (*self.filters, *paging_parameters(self.orderings)) if self.action == "list" else ()

    def get_queryset(self) -> Any:
        return self.loaded(self.queryset.model.objects.visible_to(self.request.user))

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

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer with the row in full; to everybody with a tag, so that who has it already is told so in one query."""
        if request.user.is_authenticated:
            return Response(self.get_serializer(self.get_object()).data)
        seen = self.queryset.model.objects.visible_to(request.user).filter(pk=self.kwargs["pk"])
        # Read before the row: if somebody publishes in between, the tag is too old and never too new.
        state = with_state(seen, self.changed_by).values_list("state_entry", "state_house").first()
        if state is None:
            raise Http404
        current = tag(request._request, self.queryset.model._meta.model_name, self.kwargs["pk"], *state)
        if has_it(request._request, current):
            return Response(status=304, headers={"ETag": current})
        return Response(self.get_serializer(self.get_object()).data, headers={"ETag": current})
