"""The document about the whole API: what its operations share, stated once, and examples that a test has seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.errors import CONTENT_TYPE

# Columns of the committed file.
WIDTH = 118
EXAMPLES = Path(__file__).resolve().parent / "examples.json"

NUMBER = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
PATH_PARTS: dict[str, dict[str, Any]] = {
    "id": {"schema": NUMBER, "description": "Its id."},
    "article": {"schema": NUMBER, "description": "The id of the article."},
    "source": {"schema": NUMBER, "description": "The id of the source."},
    "number": {"schema": NUMBER, "description": "The number of the version, from 1."},
    "derivation": {"schema": NUMBER, "description": "The id of the derivation."},
    "day": {"schema": {"type": "string", "format": "date"}, "description": "A day, such as 2024-11-05."},
}
IF_MATCH = "The ETag of the row as you have seen it; the part before the dot is enough."
AT_LEAST = (
    "The number of an entry of the ledger that the answer must know of, such as the last `Ledger-Position` told; "
    "0 only asks to be told."
)
ENTRY_NUMBER = {"type": "string", "pattern": "^[0-9]{1,18}$"}
IDEMPOTENCY_KEY = (
    "A name of this request, such as a UUID: sent again within two days, it is answered as before and nothing is "
    "done twice."
)
REQUEST_NAME = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "pattern": r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$",
}

_TEXT = {"type": "string"}
HEADERS = {
    "ETag": "The state of what is answered: for If-None-Match and, asked with a key or at the desk, for If-Match.",
    "Ledger-Position": "The newest entry of the record that answered. To who sends Ledger-At-Least.",
    "Location": "The address of what was made, or of the job that makes it.",
    "RateLimit": "What is left of the budget, and in how many seconds there is more; missing where nothing is counted.",
    "RateLimit-Policy": "The budget: requests in how many seconds; missing where nothing is counted.",
    "Retry-After": "In how many seconds to come back.",
    "WWW-Authenticate": "How to say who asks: Bearer.",
    "Idempotency-Replayed": "`true`: this Idempotency-Key came before, and this is what was answered then.",
    "Deprecation": "Since when it is better not used any more (RFC 9745). On what is deprecated.",
    "Sunset": "From when it may be gone (RFC 8594). On what is deprecated.",
    "Link": "With `rel=deprecation`: what to use instead.",
}

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
            "description": "The places, at most 500.",
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
        "current": {
            "type": "object",
            "additionalProperties": True,
            "description": "With 412: the row as it is now, in the shape its own address answers.",
        },
    },
}
CHOSEN = {
    "type": "object",
    "additionalProperties": True,
    "description": "The same with only those fields that `fields` asked for. Without `fields` it is never answered.",
}

# Name of the answer → what it says of itself. The first three digits are the status.
REFUSED = {
    "400": "The address holds something unknown, malformed or twice; `errors` names each.",
    "400Body": "The address or the body cannot be read, or holds what cannot be taken; `errors` names each place.",
    "401": "The key is unknown, expired or revoked.",
    "401NoKey": "Nobody is known, or the key is unknown, expired or revoked: this needs a key.",
    "403": "The key lacks the scope that this needs, or its owner may not do this.",
    "404": "There is nothing there that whoever asks may see.",
    "406": "The Accept header rules out JSON.",
    "409": "A rule of the record stands in the way; `code` says which, and `errors` every obstacle of a publication.",
    "409Ledger": "You have read further than this ledger goes (`beyond_head`): it is another one. Begin again.",
    "412Ledger": "Ledger-At-Least names an entry that this ledger does not have (`beyond_head`).",
    "412": "The row is not in the state you have seen any more; `current` is what it is now.",
    "413": "The body is too large.",
    "415": "The body is of a type that is not read here.",
    "422": "This Idempotency-Key came with another request; or, of many rows, `errors` says what is wrong with which.",
    "428": "The request does not say which state of the row it has seen: send If-Match.",
    "429": "Too many requests; Retry-After says when to come back.",
    "503": "The database took too long and it was given up; nothing was written. Retry-After says when to come back.",
}
_HEADERS_OF_REFUSALS = {
    "401": ["WWW-Authenticate"], "429": ["Retry-After", "RateLimit", "RateLimit-Policy"],
    "412Ledger": ["Retry-After"], "503": ["Retry-After"],
}  # fmt: skip


def refusals(
    *,
    writes: bool,
    closed: bool,
    has_row: bool,
    takes_body: bool,
    named: bool,
    needs_state: bool,
    negotiates: bool,
) -> dict[str, str]:
    """Return status → name of the answer under `components`, for an operation.

    It `writes`; is `closed` to all but the desk; is about one row; takes a body; may be `named` by Idempotency-Key;
    needs If-Match; and heeds the Accept header.
    """
    found = {
        "400": "400Body" if takes_body else "400",
        "401": "401NoKey" if writes or closed else "401",
        "403": "403" if writes or closed else "",
        "404": "404" if has_row else "",
        "406": "406" if negotiates else "",
        "409": "409" if writes else "",
        "412": ("412" if has_row else "") if writes else "412Ledger",
        "413": "413" if takes_body else "",
        "415": "415" if takes_body else "",
        "422": "422" if named else "",
        "428": "428" if writes and has_row else "",
        "429": "429",
        "503": "503",
    }
    return {status: f"Refused{name}" for status, name in found.items() if name}


# Bodies.


def is_strict(serializer: Any) -> bool:
    """Does it refuse keys it does not name?"""
    from api.writing.bodies import Body

    return issubclass(serializer if isinstance(serializer, type) else type(serializer), Body)


def bulk_body(view: Any) -> Any:
    """Return the body of `<list>/bulk/`: rows as the single addresses take them; of a change id and revision too."""
    room: Any = type(view)
    return _bulk_body(room)


@cache
def _bulk_body(room: Any) -> Any:
    from api.writing.bodies import Body, Whole
    from api.writing.bulk import MOST

    noun = room.queryset.model.__name__

    def get_fields(self: Any) -> dict[str, Any]:
        fields = {
            "id": Whole(min_value=1, max_value=10**18 - 1),
            "revision": Whole(min_value=0, help_text="The state you have seen."),
        }
        for name, one in super(changed, self).get_fields().items():
            one.required = False
            fields[name] = one
        return fields

    changed: Any = type(
        f"{noun}ChangedInBulk",
        (room.changing,),
        {
            "get_fields": get_fields,
            "__doc__": "One change: the row, the state that was seen, and what is different.",
        },
    )
    parts = {
        "create": room.adding(many=True, required=False, max_length=MOST),
        "update": serializers.ListSerializer(child=changed(), required=False, max_length=MOST),
        "__doc__": f"1 to {MOST} rows together, all of them or none.",
    }
    return type(f"{noun}Bulk", (Body,), parts)


# The document.


def whole(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Finish the document that the generator made; named in SPECTACULAR_SETTINGS."""
    result = without_marks(result)
    for _path, _method, operation in operations(result):
        operation["operationId"] = operation["operationId"].replace("-", "_")
    components = result["components"]
    components["responses"] = {f"Refused{name}": _refused(name, told) for name, told in REFUSED.items()}
    components["headers"] = {name: {"description": told, "schema": _TEXT} for name, told in HEADERS.items()}
    components["schemas"]["Chosen"] = CHOSEN
    _choose(result)
    _without_files_in_json(result)
    components["parameters"] = _parameters_once(result)
    components["examples"] = _exemplify(result)
    result["tags"] = _tags(result)
    result["servers"] = [{"url": "/"}]
    for kind in list(components):
        components[kind] = dict(sorted(components[kind].items()))
    return result


def without_marks(result: Any) -> Any:
    """Take out what the generator noted for itself."""
    if isinstance(result, dict):
        return {key: without_marks(inner) for key, inner in result.items() if key != "x-spec-enum-id"}
    return [without_marks(inner) for inner in result] if isinstance(result, list) else result


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (path, method, operation) of a document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _refused(name: str, told: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "description": told,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if headers := _HEADERS_OF_REFUSALS.get(name, _HEADERS_OF_REFUSALS.get(name[:3])):
        body["headers"] = {one: {"$ref": f"#/components/headers/{one}"} for one in headers}
    return body


def _choose(document: dict[str, Any]) -> None:
    """Say where `fields` can leave something out."""
    either = [{"$ref": "#/components/schemas/Chosen"}]
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Page") and "results" in schema["properties"]:
            rows = schema["properties"]["results"]
            rows["items"] = {"anyOf": [rows["items"], *either]}
    for _path, _method, operation in operations(document):
        names = {one["name"] for one in operation.get("parameters", [])}
        if "fields" in names and "cursor" not in names:
            for media in operation["responses"]["200"].get("content", {}).values():
                if "$ref" in media["schema"]:
                    media["schema"] = {"anyOf": [media["schema"], *either]}


def _without_files_in_json(document: dict[str, Any]) -> None:
    """Give JSON a shape of its own where the same body may be a form with a file: JSON carries none."""
    schemas = document["components"]["schemas"]
    for _path, _method, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if {"multipart/form-data", "application/json"} <= set(content):
            form = shape_of(content["multipart/form-data"]["schema"])
            fields = schemas[form]["properties"]
            kept = {name: one for name, one in fields.items() if one.get("format") != "binary"}
            schemas[f"{form}AsText"] = {**schemas[form], "properties": kept}
            content["application/json"]["schema"] = {"$ref": f"#/components/schemas/{form}AsText"}


def _parameters_once(document: dict[str, Any]) -> dict[str, Any]:
    """Move each parameter that several operations have under `components`; return those."""
    uses: dict[str, list[tuple[dict[str, Any], int, str]]] = {}
    for _path, _method, operation in operations(document):
        for position, one in enumerate(operation.get("parameters", [])):
            text = json.dumps(one, sort_keys=True)
            uses.setdefault(text, []).append((operation, position, operation["tags"][0]))
    by_name: dict[str, list[str]] = {}
    for text, places in uses.items():
        if len(places) > 1:
            by_name.setdefault(json.loads(text)["name"], []).append(text)
    found: dict[str, Any] = {}
    for name, texts in by_name.items():
        for text in texts:
            # Named after the noun where another noun means something else by the same name.
            tag = uses[text][0][2].replace("-", "_")
            called = name if len(texts) == 1 else f"{tag}_{name}"
            if called in found:
                continue
            found[called] = json.loads(text)
            for operation, position, _tag in uses[text]:
                operation["parameters"][position] = {"$ref": f"#/components/parameters/{called}"}
    return found


def _tags(document: dict[str, Any]) -> list[dict[str, str]]:
    """Return the nouns with what each is: what the description of its list says, or of its one address."""
    told: dict[str, str] = {}
    for _path, method, operation in operations(document):
        if method == "get" or operation["tags"][0] not in told:
            told.setdefault(operation["tags"][0], operation["description"])
        if operation["operationId"].endswith("_list") and "versions" not in operation["operationId"]:
            told[operation["tags"][0]] = operation["description"]
    return [{"name": name, "description": text} for name, text in sorted(told.items())]


# Examples.


def _exemplify(document: dict[str, Any]) -> dict[str, Any]:
    """Put an example beside each body whose shape has one in `examples.json`; return all of them."""
    known: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
    for name in [one for one in known if one.endswith("AsText")]:
        known.setdefault(name.removesuffix("AsText"), known[name])
    used: dict[str, Any] = {}
    for body in _bodies(document):
        for media in body.get("content", {}).values():
            name = shape_of(media.get("schema", {}))
            if name in known:
                media["examples"] = {"bridge": {"$ref": f"#/components/examples/{name}"}}
                used[name] = {"value": known[name]}
    return used


def _bodies(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for _path, _method, operation in operations(document):
        yield operation.get("requestBody", {})
        yield from operation["responses"].values()
    yield from document["components"]["responses"].values()


def shape_of(schema: dict[str, Any]) -> str:
    """Return the name of the component that a body's schema is, or "" where it is none."""
    schema = schema.get("anyOf", [schema])[0]
    return str(schema.get("$ref", "")).rpartition("/")[2]


def as_committed(document: dict[str, Any]) -> str:
    """Return the document as the file in `docs/` holds it: what is short on one line, so that people can read it."""
    return "".join(_lines(document, "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(short) + len(indent) <= WIDTH:
        yield short
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    members = value.items() if isinstance(value, dict) else ((None, inner) for inner in value)
    for number, (key, inner) in enumerate(members):
        yield ("," if number else "") + f"\n{indent} " + ("" if key is None else f"{json.dumps(key)}: ")
        yield from _lines(inner, indent + " ")
    yield f"\n{indent}{closing}"


def place_of_the_document() -> Path:
    """Return where the committed document lies."""
    return Path(settings.BASE_DIR) / "docs" / "openapi.json"


def place_of_the_reference() -> Path:
    """Return where the page made from it lies."""
    return Path(settings.BASE_DIR) / "docs" / "api-reference.md"


def place_of_the_rows() -> Path:
    """Return where the page about the rows of the change feed lies."""
    return Path(settings.BASE_DIR) / "docs" / "changes.md"
