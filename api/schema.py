"""How the API describes itself: OpenAPI 3.1, made from the same statements that read parameters and shape rows."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS

from api.errors import CONTENT_TYPE

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). Act on `code`; show `detail`.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "const": "about:blank"},
        "title": {"type": "string", "description": "The phrase of the status."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for people: what, where and what to do."},
        "code": {"type": "string", "description": "Stable, for programs."},
        "errors": {
            "type": "array",
            "description": "The places, at most 20.",
            "items": {
                "type": "object",
                "required": ["code", "detail", "parameter", "pointer"],
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "parameter": {"type": ["string", "null"], "description": "The parameter of the address."},
                    "pointer": {
                        "type": ["string", "null"],
                        "description": "The place in the body, a JSON pointer (RFC 6901) as a fragment.",
                    },
                },
            },
        },
    },
}
REFUSALS = {
    "400": "The address holds something unknown, malformed or twice; `errors` names each.",
    "401": "There was an Authorization header; this API knows no keys yet.",
    "404": "There is nothing there that the asker may see.",
    "406": "The Accept header rules out JSON.",
}
# What writing adds.
REFUSALS_OF_WRITING = {
    "400": "The body cannot be read, or holds nothing that can be taken; `errors` names each place.",
    "401": "Nobody is signed in; or there was an Authorization header, and this API knows no keys yet.",
    "403": "The request lacks the token against forged requests (`X-CSRFToken`).",
    "413": "The body is too large.",
    "415": "The body is neither a form nor JSON.",
}


class Schema(AutoSchema):
    """Adds what every operation has: its parameters, and the refusals."""

    def get_override_parameters(self) -> list[Any]:
        view: Any = self.view
        return [
            OpenApiParameter(
                one.name,
                dict(one.schema),
                description=one.description,
                style="form" if one.many else None,
                explode=False if one.many else None,
            )
            for one in view.parameters()
        ]

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "contents"]

    def get_operation_id(self) -> str:
        tag = self.get_tags()[0]
        return f"{tag}_list" if self._is_list_view() else f"{tag}_retrieve"

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        problem = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=PROBLEM
        )
        self.registry.register_on_missing(problem)
        is_detail = "{" in self.path
        writes = self.method not in SAFE_METHODS
        if is_detail:
            bodies["200"]["headers"] = {
                "ETag": {
                    "schema": {"type": "string"},
                    "description": "For If-None-Match; absent for the desk.",
                }
            }
            bodies["304"] = {"description": "What you have is the newest."}
        refusals = {**REFUSALS, **REFUSALS_OF_WRITING} if writes else REFUSALS
        for status, description in refusals.items():
            if status == "404" and not is_detail:
                continue
            bodies[status] = {"description": description, "content": {CONTENT_TYPE: {"schema": problem.ref}}}
        return bodies


def without_marks(result: Any, **_: Any) -> Any:
    """Take out what the generator noted for itself."""
    if isinstance(result, dict):
        return {key: without_marks(inner) for key, inner in result.items() if key != "x-spec-enum-id"}
    return [without_marks(inner) for inner in result] if isinstance(result, list) else result


@cache
def whole_schema() -> dict[str, Any]:
    """Return the description of the whole API; made once, since making it takes a while."""
    return SchemaGenerator().get_schema(request=None, public=True)
