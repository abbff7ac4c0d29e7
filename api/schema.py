"""How the API describes itself: OpenAPI 3.1, made from the same statements that read parameters and shape rows.

Here is what one operation says; `api.describing` makes one document of all.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, get_doc
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS
from rest_framework.serializers import CharField, FileField, ListField

from api.describing import (
    AT_LEAST,
    ENTRY_NUMBER,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    PATH_PARTS,
    PROBLEM,
    REQUEST_NAME,
    bulk_body,
    is_strict,
    refusals,
)
from api.titles import title
from articles.models import Scope

WORDS = {
    "list": "list", "create": "create", "retrieve": "retrieve", "partial_update": "update", "destroy": "delete",
}  # fmt: skip
CHANGING = "What the body names changes, null empties, and what it does not name stays (RFC 7396)."
ANSWERS = {
    "list": "A page of the list.",
    "retrieve": "The row in full.",
    "partial_update": "The row as it is now.",
    "bulk": "All of it was written.",
}


class KeyScheme(OpenApiAuthenticationExtension):
    """How a key is sent."""

    target_class = "api.authentication.KeyHolder"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "fct_…",
            "description": "A key of the desk. Reading what is public needs none. Where an operation names scopes, the "
            f"key must have them; there are: {', '.join(Scope.values)}.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The desk's own pages."""

    target_class = "api.authentication.DeskSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the desk; writing takes its token as X-CSRFToken too.",
        }


class Schema(AutoSchema):
    """Adds what every operation has: its words, its parameters, who may, what it answers, and the refusals."""

    # What it is called.

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "contents"]

    def get_operation_id(self) -> str:
        noun = self.get_tags()[0].replace("-", "_")
        action = self._action()
        return f"{noun}_{WORDS.get(action, action)}" if action else noun

    def get_summary(self) -> str:
        form, plural = getattr(self.view, "form", None), self.get_tags()[0].replace("-", " ")
        if form:
            return f"Export {plural} as {form.upper()}"
        model = self._model()
        noun = str(model._meta.verbose_name) if model else plural
        return title(self.get_operation_id(), self._action(), noun, plural)

    def get_description(self) -> str:  # type: ignore[override]
        view: Any = self.view
        action = self._action()
        if action == "retrieve":
            return get_doc(view.detail_class)
        if action == "partial_update":
            return f"{get_doc(view.changing)} {CHANGING}"
        if action == "create":
            adding = getattr(view, "find_or_add", None) or getattr(view, "add", None)
            return (get_doc(adding) if adding else "") or get_doc(type(view))
        if action == "destroy":
            return (
                "Refused where something published rests on it. Readers of the change feed get a tombstone."
            )
        own = getattr(view, action or self.method.lower(), None)
        said = get_doc(type(view)) if action == "list" else get_doc(own) or get_doc(type(view))
        return said.replace("\n", " ")

    def is_deprecated(self) -> bool:
        return getattr(self.view, "deprecated", None) is not None or super().is_deprecated()

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name.removesuffix('Row')}Page"

    def _action(self) -> str:
        return getattr(self.view, "action", None) or ""

    def _writes(self) -> bool:
        """Is something written? A POST that only asks, because an address would be too long, needs no scope."""
        return self.method not in SAFE_METHODS and hasattr(self.view, "needs")

    def _is_about_a_row(self) -> bool:
        return "{" in self.path

    def _model(self) -> Any:
        queryset = getattr(self.view, "queryset", None)
        return queryset.model if queryset is not None else None

    # What is sent.

    def get_override_parameters(self) -> list[Any]:
        view: Any = self.view
        found = [
            OpenApiParameter(
                one.name,
                dict(one.schema),
                description=one.description,
                style="form" if one.many else None,
                explode=False if one.many else None,
                deprecated=one.deprecated is not None,
                required=one.required,
            )
            for one in view.parameters()
        ]
        at_least = OpenApiParameter(
            "Ledger-At-Least", dict(ENTRY_NUMBER), OpenApiParameter.HEADER, description=AT_LEAST
        )
        return [*found, at_least, *(self._headers() if self._writes() else [])]

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                **PATH_PARTS[name],
            }
            for name in variables
        ]

    def _headers(self) -> list[OpenApiParameter]:
        headers = []
        if self._is_about_a_row():
            needed = self._needs_state()
            headers.append(
                OpenApiParameter(
                    "If-Match", str, OpenApiParameter.HEADER, description=IF_MATCH, required=needed
                )
            )
        if self.method == "POST":
            headers.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    dict(REQUEST_NAME),
                    OpenApiParameter.HEADER,
                    description=IDEMPOTENCY_KEY,
                )
            )
        return headers

    def _needs_state(self) -> bool:
        """Is it refused without `If-Match`?"""
        return self._action() in ("partial_update", "destroy") and hasattr(self._model(), "revision")

    def get_request_serializer(self) -> Any:
        view: Any = self.view
        action = self._action()
        said = getattr(getattr(view, action, None), "said", None) if action else None
        if said is not None:
            return said["body"] if said["body"]().fields else None
        if action == "bulk":
            return bulk_body(view)
        if action == "create" and hasattr(view, "adding"):
            return view.adding
        if action == "partial_update" and hasattr(view, "changing"):
            return view.changing
        return super().get_request_serializer() if self.method not in SAFE_METHODS else None

    def map_parsers(self) -> list[Any]:
        # A merge patch is a change of a row; elsewhere it is read, but why should anybody send one.
        kinds: list[Any] = super().map_parsers()
        return [one for one in kinds if self.method == "PATCH" or one != "application/merge-patch+json"]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if is_strict(serializer):
            schema["additionalProperties"] = False
            for name, field in serializer.fields.items():
                if "default" in schema["properties"][name]:
                    # In words: generators take what has a default for what must be sent.
                    one = schema["properties"][name]
                    usual = json.dumps(one.pop("default"))
                    one["description"] = f"{one.get('description', '')} Default: {usual}.".strip()
                if isinstance(field, FileField):
                    # What is sent is the file; the generator thinks of where it would lie afterwards.
                    told = {"type": "string", "format": "binary", "description": field.help_text}
                    schema["properties"][name] = told
                is_list = isinstance(field, ListField)
                text = field.child if is_list else field
                if isinstance(text, CharField) and not text.allow_blank:
                    told = schema["properties"][name]
                    (told["items"] if is_list else told).setdefault("minLength", 1)
            if getattr(serializer, "partial", False):
                schema["minProperties"] = 1
        return schema

    # What is answered.

    def get_response_serializers(self) -> Any:
        view: Any = self.view
        action = self._action()
        said = getattr(getattr(view, action, None), "said", None) if action else None
        if said is not None:
            return {201 if said["makes"] else 200: self._detail_of(said["answers"])}
        if action == "create" and hasattr(view, "adding"):
            statuses = (200, 201) if hasattr(view, "find_or_add") else (201,)
            return dict.fromkeys(statuses, view.detail_class)
        if action == "partial_update":
            return {200: view.detail_class}
        if action == "destroy":
            return {204: None}
        return super().get_response_serializers()

    def _detail_of(self, model: Any) -> Any:
        from api.rooms import room_of

        view: Any = self.view
        return view.detail_class if model is None else room_of(model)[1].detail_class

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        problem = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=PROBLEM
        )
        self.registry.register_on_missing(problem)
        if not self._writes() and self._has_tag():
            bodies["304"] = {"description": "What you have is the newest."}
        for status, body in bodies.items():
            body["description"] = body.get("description") or self._told(status)
            headers = self._answer_headers(status)
            body["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
        for status, name in self._refusals().items():
            bodies.setdefault(status, {"$ref": f"#/components/responses/{name}"})
        return dict(sorted(bodies.items()))

    def _told(self, status: str) -> str:
        if status == "204":
            return "It is gone."
        if status == "201":
            return "What was made."
        if status == "200" and self._action() == "create":
            return "It was on record already, and is as it was."
        return ANSWERS.get(self._action(), "As asked for." if not self._writes() else "What became of it.")

    def _has_tag(self) -> bool:
        """Does the answer to GET carry an ETag?"""
        return self._action() in ("retrieve", "as_of") or getattr(self.view, "tagged_answer", False)

    def _answer_headers(self, status: str) -> list[str]:
        if status >= "400":
            return []
        names = ["RateLimit", "RateLimit-Policy", "Ledger-Position"]
        writes, is_bulk = self._writes(), self._action() == "bulk"
        if (not writes and self._has_tag()) or (
            writes and status in ("200", "201") and not is_bulk and self._action() and self._answers_a_row()
        ):
            names.append("ETag")
        if writes and status in ("201", "202") and not is_bulk:
            names.append("Location")
        if self.method == "POST" and writes:
            names.append("Idempotency-Replayed")
        if self.is_deprecated():
            names += ["Deprecation", "Sunset", "Link"]
        return names

    def _answers_a_row(self) -> bool:
        """Rows have addresses of their own, and tags there; parts of rows have none."""
        view: Any = self.view
        own = getattr(view, self._action(), None)
        return (self._action() in ("create", "partial_update") and "versions" not in self.path) or hasattr(
            own, "said"
        )

    def _refusals(self) -> dict[str, str]:
        view: Any = self.view
        return refusals(
            writes=self._writes(),
            closed=getattr(view, "desk_only", False),
            has_row=self._is_about_a_row(),
            takes_body=self.method in ("POST", "PATCH"),
            named=self.method == "POST" and self._writes(),
            needs_state=self._needs_state(),
            negotiates=getattr(view, "form", None) is None,
        ) | dict(getattr(view, "refuses", {}))

    # Who may.

    def get_auth(self) -> list[dict[str, list[str]]]:
        view: Any = self.view
        if self._writes():
            return [{"key": [Scope(getattr(view, "needs", Scope.WRITE)).value]}, {"session": []}]
        if getattr(view, "desk_only", False):
            return [{"key": [Scope.DRAFTS.value]}, {"session": []}]
        return [{}, {"key": []}, {"session": []}]


@cache
def whole_schema() -> dict[str, Any]:
    """Return the description of the whole API; made once, since making it takes a while."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema
