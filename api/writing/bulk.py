"""Many rows at once: all or none, one entry of the ledger, and of each row what was wrong with it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response

from api.errors import MOST_ERRORS, error, errors_of
from api.rooms import room_of
from api.writing.bodies import Body, Whole
from api.writing.once import once
from api.writing.states import state_of
from api.writing.verbs import Adds, Changes
from articles.addresses import address
from articles.models.ledger import act
from articles.refusals import Refused

MOST = 500


class BulkRefused(APIException):
    """Nothing was written; `errors` names what was wrong, each by row and field."""

    status_code = 422
    default_code = "bulk_refused"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        first: dict[str, dict[str, Any]] = {}
        for one in errors:
            first.setdefault("/".join(one["pointer"].split("/")[:3]), one)
        refused = "1 row was" if len(first) == 1 else f"{len(first)} rows were"
        super().__init__(f"Nothing was written: {refused} refused, see errors.")
        # Where not all can be told, one of each row is.
        self.errors = errors if len(errors) <= MOST_ERRORS else list(first.values())


class BulkRow(serializers.Serializer):
    """One row that was written."""

    id = serializers.IntegerField()
    revision = serializers.IntegerField(help_text="To name when it is changed next.")
    state = serializers.CharField(help_text='What to send as If-Match, in quotation marks: "claim-12-r5".')
    api_url = serializers.URLField()


class BulkWritten(serializers.Serializer):
    """The rows in the order they were given."""

    created = BulkRow(many=True)
    updated = BulkRow(many=True)


class Bulk(Adds, Changes):
    """POST to `<list>/bulk/` makes and changes up to 500 rows, all of them or none.

    The body is `{"create": [row, ...], "update": [{"id": 12, "revision": 5, ...}, ...]}`. Each row is what the single
    addresses take; of a change `revision` is the state that was seen.
    """

    @extend_schema(responses=BulkWritten)
    @action(detail=False, methods=["post"], url_path="bulk", url_name="bulk")
    def bulk(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Make and change many rows at once. All of it is written, or nothing."""
        return once(request, lambda: self._all_or_none(request))

    def _all_or_none(self, request: Any) -> Response:
        create, update = _lists(request.data)
        errors: list[dict[str, Any]] = []
        created, updated = [], []
        with act(request.user, "bulk", None):
            for place, data in enumerate(create):
                with _noting(errors, f"/create/{place}"):
                    created.append(self.add(request.user, self._given(self.adding, data, request)))
            for place, data in enumerate(update):
                with _noting(errors, f"/update/{place}"):
                    updated.append(self._changed(data, request))
            if errors:
                raise BulkRefused(errors)
        basename, _viewset = room_of(self.queryset.model)  # type: ignore[attr-defined]
        body = {
            "created": [_told(row, basename, request) for row in created],
            "updated": [_told(row, basename, request) for row in updated],
        }
        return Response(body, headers={"Cache-Control": "private, no-store"})

    def _changed(self, data: Any, request: Any) -> Any:
        if not isinstance(data, dict):
            # Said as of any other body that is none.
            self._given(_Which, data, request)
        data = dict(data)
        which = _Which(data={key: data.pop(key) for key in ("id", "revision") if key in data})
        which.is_valid(raise_exception=True)
        pk, revision = which.validated_data["id"], which.validated_data["revision"]
        row = self.queryset.model.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        given = self._given(self.changing, data, request, partial=True)
        if not given:
            raise ValidationError("This names nothing to change.", "nothing_to_change")
        self.change(request.user, row, revision, given)
        return row

    @staticmethod
    def _given(body: type[Body], data: Any, request: Any, *, partial: bool = False) -> dict[str, Any]:
        given = body(data=data, partial=partial, context={"request": request})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class _Which(Body):
    id = Whole(min_value=1, max_value=10**18 - 1)
    revision = Whole(min_value=0)


class _noting:
    """Runs one row on its own savepoint, and notes what was wrong with it instead of ending everything."""

    def __init__(self, errors: list[dict[str, Any]], place: str) -> None:
        self.errors, self.place = errors, place
        self.savepoint = transaction.atomic()

    def __enter__(self) -> None:
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, trouble: Any, trace: Any) -> bool:
        self.savepoint.__exit__(kind, trouble, trace)
        if trouble is None or not isinstance(trouble, (Refused, ModelValidationError, APIException, Http404)):
            return False
        for one in errors_of(trouble):
            inner = (one["pointer"] or "#").removeprefix("#")
            self.errors.append(error(one["code"], one["detail"], pointer=f"#{self.place}{inner}"))
        return True


def _lists(data: Any) -> tuple[list[Any], list[Any]]:
    if not isinstance(data, dict) or set(data) - {"create", "update"} or not data:
        raise ValidationError(
            'The body is {"create": [rows], "update": [rows]}; one of the two may be left out.'
        )
    lists = data.get("create", []), data.get("update", [])
    for name, rows in zip(("create", "update"), lists, strict=True):
        if not isinstance(rows, list):
            raise ValidationError({name: [ErrorDetail("This must be a list of rows.", "not_a_list")]})
    if not 1 <= len(lists[0]) + len(lists[1]) <= MOST:
        raise ValidationError(
            f"A request holds 1 to {MOST} rows; this one holds {len(lists[0]) + len(lists[1])}."
        )
    return lists


def _told(row: Any, basename: str, request: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "revision": getattr(row, "revision", 0),
        "state": state_of(row),
        "api_url": request.build_absolute_uri(address(f"{basename}-detail", row.pk)),
    }
