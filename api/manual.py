"""The description of the API for people: what `api.describing` says to programs, noun by noun."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.describing import shape_of

SITE = "https://factcheck.example"
# What every list or export has, and `docs/api.md` says once.
EVERYWHERE = {
    "page_size", "cursor", "count", "fields", "expand", "ids", "changed_after", "ordering", "include", "q", "match",
    "If-Match", "Idempotency-Key", "Ledger-At-Least", "id",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A parameter, or a field of a shape."""

    name: str
    kind: str
    told: str
    is_needed: bool
    # The shape it is, or holds.
    shape: str = ""
    place: str = ""


@dataclass(frozen=True)
class Answer:
    """What may come back."""

    status: str
    told: str
    shape: str = ""
    example: str = ""


@dataclass(frozen=True)
class Operation:
    """One address with one method."""

    name: str
    method: str
    path: str
    summary: str
    told: str
    who: str
    lines: list[Line]
    body: str
    body_example: str
    # The fields of the body that may not be left out.
    needed: list[str]
    answers: list[Answer]
    refusals: list[Answer]
    curl: str
    is_deprecated: bool

    @property
    def is_export(self) -> bool:
        return "/export." in self.path


@dataclass(frozen=True)
class Shape:
    """What a body consists of."""

    name: str
    told: str
    lines: list[Line]
    # Whether it is sent: then it matters what may be left out.
    is_sent: bool


@dataclass(frozen=True)
class Noun:
    """All that is done with rows of one kind."""

    name: str
    told: str
    operations: list[Operation]
    shapes: list[Shape]


@cache
def manual() -> dict[str, Noun]:
    """Return noun → what there is to know of it, for the API as it is."""
    from api.schema import whole_schema

    return read(whole_schema())


def read(document: dict[str, Any]) -> dict[str, Noun]:
    """Read a description."""
    found = {}
    for tag in document["tags"]:
        operations = [
            _operation(document, path, method, one)
            for path, methods in document["paths"].items()
            for method, one in methods.items()
            if one["tags"] == [tag["name"]]
        ]
        shapes: dict[str, Shape] = {}
        for one in operations:
            _collect(document, one.body, shapes, is_sent=True)
            for answer in one.answers:
                _collect(document, answer.shape, shapes, is_sent=False)
        found[tag["name"]] = Noun(
            tag["name"], tag["description"], operations, [shapes[one] for one in sorted(shapes)]
        )
    return found


def _operation(document: dict[str, Any], path: str, method: str, one: dict[str, Any]) -> Operation:
    lines = [_parameter(_at(document, each)) for each in one.get("parameters", [])]
    sent: dict[str, Any] = one.get("requestBody", {}).get("content", {})
    media = next(iter(sent), "")
    content: dict[str, Any] = sent.get(media, {})
    body = shape_of(content.get("schema", {}))
    body_example = _example(document, content)
    answers: list[Answer] = []
    refusals: list[Answer] = []
    for status, each in one["responses"].items():
        answer = _at(document, each)
        contents: list[dict[str, Any]] = list(answer.get("content", {}).values())
        inner = contents[0] if contents else {}
        known = status < "400"
        shape = shape_of(inner.get("schema", {})) if known else ""
        (answers if known else refusals).append(
            Answer(status, answer["description"], shape, _example(document, inner) if known else "")
        )
    return Operation(
        name=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        told=one.get("description", ""),
        who=_who(one["security"]),
        lines=lines,
        body=body,
        body_example=body_example,
        needed=document["components"]["schemas"].get(body, {}).get("required", []),
        answers=answers,
        refusals=refusals,
        curl=_curl(path, method, one, body_example, media),
        is_deprecated=one.get("deprecated", False),
    )


def _at(document: dict[str, Any], reference: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    if "$ref" not in reference:
        return reference
    found: Any = document
    for part in reference["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _parameter(one: dict[str, Any]) -> Line:
    kind, shape = kind_of(one["schema"])
    return Line(one["name"], kind, one.get("description", ""), one.get("required", False), shape, one["in"])


def _collect(document: dict[str, Any], name: str, found: dict[str, Shape], *, is_sent: bool) -> None:
    """Add a shape, and those within it."""
    if not name or name in found or name in ("Chosen", "Problem"):
        return
    schema = document["components"]["schemas"][name]
    needed = schema.get("required", [])
    lines = []
    for word, inner in schema.get("properties", {}).items():
        kind, shape = kind_of(inner)
        lines.append(Line(word, kind, inner.get("description", ""), word in needed, shape))
    found[name] = Shape(name, schema.get("description", ""), lines, is_sent)
    for line in lines:
        _collect(document, line.shape, found, is_sent=is_sent)


def kind_of(schema: dict[str, Any]) -> tuple[str, str]:
    """Return (what a value is, in words; the shape it is or holds, or "")."""
    if "$ref" in schema:
        return "", shape_of(schema)
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            kinds = [kind_of(one) for one in schema[word] if shape_of(one) != "Chosen"]
            shape = next((shape for _kind, shape in kinds if shape), "")
            return " or ".join(dict.fromkeys(kind for kind, _shape in kinds if kind)), shape
    types = schema.get("type", "anything")
    names = types if isinstance(types, list) else [types]
    if "array" in names:
        kind, shape = kind_of(schema.get("items", {}))
        return f"list of {kind}".removesuffix(" of "), shape
    usual = _WORDS.get(schema.get("format", ""))
    words = ["null" if name == "null" else str(usual or _WORDS.get(name, name)) for name in names]
    kind = " or ".join(dict.fromkeys(words))
    if values := [str(one) for one in schema.get("enum", []) if one is not None]:
        kind = (
            "one of: "
            + ", ".join(values)
            + (" (or null)" if "null" in names or None in schema["enum"] else "")
        )
    if "maximum" in schema and schema["maximum"] < 10**6:
        kind += f", {schema.get('minimum', 0)} to {schema['maximum']}"
    return kind, ""


_WORDS = {
    "string": "text", "integer": "whole number", "boolean": "true or false", "date": "day", "date-time": "moment",
    "uri": "address", "binary": "file",
}  # fmt: skip


def _who(security: list[dict[str, list[str]]]) -> str:
    if {} in security:
        return "Anybody."
    scopes = [scope for one in security for scope in one.get("key", [])]
    return f"A key with the scope {' and '.join(scopes)}, or the desk." if scopes else "A key, or the desk."


def _example(document: dict[str, Any], content: dict[str, Any]) -> str:
    for one in content.get("examples", {}).values():
        return json.dumps(_at(document, one)["value"], indent=2, ensure_ascii=False)
    return ""


def _curl(path: str, method: str, one: dict[str, Any], body: str, media: str) -> str:
    """Return a call as it is typed."""
    address = path
    for word, value in {
        "id": "1",
        "article": "1",
        "source": "1",
        "number": "1",
        "derivation": "1",
        "day": "2024-10-01",
    }.items():
        address = address.replace(f"{{{word}}}", value)
    parts = ["curl"]
    if method != "get":
        parts.append(f"-X {method.upper()}")
    if {} not in one["security"]:
        parts.append('-H "Authorization: Bearer $KEY"')
    if method in ("patch", "delete") and "428" in one["responses"]:
        parts.append('-H "If-Match: $ETAG"')
    parts.append(f"'{SITE}{address}'")
    if body:
        kind = "application/json" if media.startswith("multipart") else media
        flat = json.dumps(json.loads(body), ensure_ascii=False).replace("'", "’")
        parts.append(f"\\\n  -H 'Content-Type: {kind}' -d '{flat}'")
    return " ".join(parts)


# As Markdown.


def as_markdown(nouns: dict[str, Noun]) -> str:
    """Return the reference as a page of `docs/`."""
    return "\n".join(_markdown(nouns)) + "\n"


def _markdown(nouns: dict[str, Noun]) -> Iterator[str]:
    yield "# The API, address by address"
    yield ""
    yield "Made from [openapi.json](openapi.json) by `manage.py describe_api`; a test compares. Read [api.md](api.md)"
    yield "first: it says what holds everywhere, and it is not repeated here (paging, `fields`, `If-Match` …)."
    yield "Every list also has `export.ndjson` and `export.csv`. The same with examples is served at `/api/v1/docs/`."
    yield ""
    yield " · ".join(f"[{name}](#{name})" for name in nouns)
    shapes: dict[str, Shape] = {}
    for noun in nouns.values():
        yield f"\n## {noun.name}\n\n{noun.told}"
        shapes |= {one.name: one for one in noun.shapes}
        for one in noun.operations:
            if not one.is_export:
                yield from _operation_as_markdown(one)
    yield "\n## Shapes\n"
    for name in sorted(shapes):
        shape = shapes[name]
        if name.endswith("Page"):
            continue
        yield f"\n### {name}\n\n{shape.told}\n"
        yield "| field | what it is | |\n|---|---|---|"
        for line in shape.lines:
            needed = " (needed)" if shape.is_sent and line.is_needed else ""
            yield f"| `{line.name}`{needed} | {_kind(line)} | {_cell(line.told)} |"


def _operation_as_markdown(one: Operation) -> Iterator[str]:
    yield f"\n### {one.method} {one.path}\n\n`{one.name}`. {one.told} *{one.who}*"
    lines = [line for line in one.lines if line.name not in EVERYWHERE]
    if lines:
        yield "\n| parameter | what it is | |\n|---|---|---|"
        for line in lines:
            yield f"| `{line.name}` | {_kind(line)} | {_cell(line.told)} |"
    yield from _words_of_the_list(one)
    if one.body:
        needed = f"; needed: {', '.join(f'`{name}`' for name in one.needed)}" if one.needed else ""
        yield f"\nBody: {_link(one.body)}{needed}."
    answers = [f"{each.status} {_link(each.shape)}".strip() for each in one.answers if each.status != "304"]
    yield f"\nAnswers: {', '.join(answers)}. Refusals: {', '.join(each.status for each in one.refusals)}."


def _words_of_the_list(one: Operation) -> Iterator[str]:
    """Say which words the parameters that every list has take in this one."""
    said = [
        f"`{line.name}`: {line.kind.removeprefix('list of ').removeprefix('one of: ')}"
        for line in one.lines
        if line.name in ("ordering", "include", "expand")
    ]
    if said:
        yield f"\n{'; '.join(said)}."


def _kind(line: Line) -> str:
    return _cell(f"{line.kind} {_link(line.shape)}".strip())


def _link(shape: str) -> str:
    if shape.endswith("Page"):
        return f"a page of {_link(shape.removesuffix('Page') + 'Row')}"
    return f"[{shape}](#{shape.lower()})" if shape else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
