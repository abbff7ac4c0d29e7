"""The verbs of the models as addresses. Here is only how a program says them; what they mean, the models say.

A room mixes in what its noun can do: `Adds` (POST to the list), `Changes` (PATCH to a row), `TakesBack` (DELETE),
`Bulk` (many rows at once), and each `@verb` is a POST of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from api.parsers import MergePatch, StrictJSON
from api.rooms import shown
from api.writing.bodies import Body
from api.writing.once import once
from api.writing.states import PreconditionFailed, held, require_seen, tag_of
from articles.models import Scope
from articles.refusals import Stale


class Nothing(Body):
    """A verb that needs no word more: {} or no body at all."""


class Writes:
    """What all that write share. Goes before a class of `api.views.reading` among the bases."""

    http_method_names: Any = ("get", "head", "options", "post", "patch", "delete")
    parser_classes: Any = (StrictJSON, MergePatch)
    # The scope a key needs here, besides what its owner may; a verb may ask for more.
    needs: Scope = Scope.WRITE
    # The revision that the request says it has seen, for verbs that check it once more as they write.
    seen: int | None = None

    # Bodies.

    def read_body(self, body: type[Body], *, partial: bool = False) -> dict[str, Any]:
        """Return what the request holds. Raises ValidationError with the place of everything that is wrong."""
        request: Any = self.request  # type: ignore[attr-defined]
        data = request.data
        if not data and not isinstance(data, list):
            data = {}
        given = body(data=data, partial=partial, context={"request": request})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    # Rows.

    def row_to_write(self) -> Any:
        """Return the row of this address; 404 where whoever asks may not see it."""
        request: Any = self.request  # type: ignore[attr-defined]
        pk = self.kwargs["pk"]  # type: ignore[attr-defined]
        row = self.queryset.model.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        return row

    def told(self, row: Any, status: int = 200) -> Response:
        """Answer with a row as its own address does, with its tag."""
        request: Any = self.request  # type: ignore[attr-defined]
        data, address = shown(row, request)
        headers = {"ETag": tag_of(type(row), row.pk, data), "Cache-Control": "private, no-store"}
        if status == 201:
            headers["Location"] = address
        return Response(data, status=status, headers=headers)

    def handle_exception(self, trouble: Exception) -> Response:
        """Put the row as it stands beside a refusal that says that it has changed."""
        response: Response = super().handle_exception(trouble)  # type: ignore[misc]
        row = {PreconditionFailed: "row", Stale: "current"}.get(type(trouble))
        current = getattr(trouble, row) if row else None
        if current is not None:
            request: Any = self.request  # type: ignore[attr-defined]
            try:
                data, _address = shown(current, request)
            except Http404:
                return response
            response.data["current"] = data
            response["ETag"] = tag_of(type(current), current.pk, data)
        return response


class Adds(Writes):
    """POST to the list makes a row of `add(by, given)`."""

    adding: type[Body]

    def add(self, by: Any, given: dict[str, Any]) -> Any:
        raise NotImplementedError

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        def do() -> Response:
            return self.told(_fresh(self.add(request.user, self.read_body(self.adding))), 201)

        return once(request, do)


class Changes(Writes):
    """PATCH to a row changes what the body names: null empties, what it does not name stays. Needs `If-Match`."""

    changing: type[Body]

    def change(self, by: Any, row: Any, expected: int | None, given: dict[str, Any]) -> Any:
        row.revise(by, expected=expected, **given)

    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        def do() -> Response:
            with held(request):
                row = self.row_to_write()
                expected = require_seen(request, row, needed=True)
                given = self.read_body(self.changing, partial=True)
                if not given:
                    raise ValidationError("The body names nothing to change.", "nothing_to_change")
                self.change(request.user, row, expected, given)
                row = _fresh(row)
            return self.told(row)

        return once(request, do)


class TakesBack(Writes):
    """DELETE of a row that nothing published rests on. Readers of the change feed get a tombstone."""

    def destroy(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        def do() -> Response:
            with held(request):
                row = self.row_to_write()
                require_seen(request, row, needed=hasattr(row, "revision"))
                row.take_back(request.user)
            return Response(status=204)

        return once(request, do)


def verb(
    body: type[Body] = Nothing,
    *,
    needs: Scope = Scope.WRITE,
    makes: bool = False,
    answers: type[Any] | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Make a method `(self, by, row, given)` a POST to `<row>/<its-name>/`.

    What it returns is answered in full: the row itself by default, or another one. `makes`: it is a new one (201).
    `answers` is the noun whose row is answered where it is not the room's own. `If-Match` is compared where
    it is sent; the verbs look at the state they need themselves.
    """

    def of(method: Callable[..., Any]) -> Any:
        @wraps(method)
        def run(self: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
            def do() -> Response:
                with held(request):
                    row = self.row_to_write()
                    self.seen = require_seen(request, row, needed=False)
                    made = method(self, request.user, row, self.read_body(body))
                if isinstance(made, Response):
                    return made
                return self.told(_fresh(row if made is None else made), 201 if makes else 200)

            return once(request, do)

        run.said = {"body": body, "makes": makes, "answers": answers}  # type: ignore[attr-defined]
        name = method.__name__.replace("_", "-")
        act = action(detail=True, methods=["post"], url_path=name, url_name=name, needs=needs)(run)
        # After `action`, which puts words of its own in the place of those that describe the body.
        return extend_schema(request=None if body is Nothing else body)(act)

    return of


def _fresh(row: Any) -> Any:
    """Return the row as the database has it now: a verb may have written more of it than it was given."""
    return type(row)._base_manager.get(pk=row.pk)
