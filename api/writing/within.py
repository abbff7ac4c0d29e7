"""POST below the address of a row makes a part of it, such as a version of a source."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.response import Response

from api.writing.bodies import Body
from api.writing.once import once
from api.writing.states import require_seen
from api.writing.verbs import Writes


class AddsWithin(Writes):
    """For a view whose rows are parts of `parent`, of which `whose` is the word of the address for its id."""

    adding: type[Body]
    parent: Any
    whose: str

    def add_to(self, by: Any, parent: Any, given: dict[str, Any]) -> dict[str, Any]:
        """Make the part, and return what is answered, with its `api_url`."""
        raise NotImplementedError

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        def do() -> Response:
            parent = self.parent.objects.visible_to(request.user).filter(pk=kwargs[self.whose]).first()
            if parent is None:
                raise Http404
            # Compared where it is sent: the state of what gets one part more.
            require_seen(request, parent, needed=False)
            data = self.add_to(request.user, parent, self.read_body(self.adding))
            return made(data, data["api_url"])

        return once(request, do)


def made(data: dict[str, Any], address: str) -> Response:
    """Return the answer about a part that was made."""
    return Response(data, status=201, headers={"Location": address, "Cache-Control": "private, no-store"})
