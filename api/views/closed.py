"""What only the desk lists, and rows whose answers are tagged by what they say."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.response import Response

from api.permissions import MissingScope
from api.views.reading import DetailedViewSet
from api.writing.states import tag_of
from articles.keeping import has_it
from articles.models import Scope
from articles.models.recorded import at_desk


class TaggedByContent(DetailedViewSet):
    """A noun whose rows show others that no entry of the ledger ties to them: the answer itself makes the tag."""

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        if request.user.is_authenticated:
            return super().retrieve(request, *args, **kwargs)
        data = self.data_of(self.kwargs["pk"])
        current = f"W/{tag_of(self.queryset.model, self.kwargs['pk'], data)}"
        if has_it(request._request, current):
            return Response(status=304, headers={"ETag": current})
        return Response(data, headers={"ETag": current})


class ClosedViewSet(TaggedByContent):
    """A noun of the desk. Others are told why its list is closed to them; of its rows they are told nothing (404)."""

    desk_only = True

    def may_list(self, user: Any) -> bool:
        return at_desk(user)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action != "list" or self.may_list(request.user):
            return
        if not request.user.is_authenticated:
            raise NotAuthenticated(
                "Only the desk sees this list. Send “Authorization: Bearer fct_…”, a key with the scope drafts.",
                "not_authenticated",
            )
        raise MissingScope(Scope.DRAFTS, request.user)
