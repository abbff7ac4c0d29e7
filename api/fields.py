"""Which fields of a row an answer shows: `fields` chooses among them, `expand` adds some of the full shape to a list.

What may be named is what the serializers name, so that nobody can ask for what is not shown anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from rest_framework import serializers

from api import parameters
from api.parameters import Parameter, Reader, Unreadable, shown

# Field → the fields within it; None where there are none.
Tree = Mapping[str, "Tree | None"]
# The same for what was asked for, in the order of the names: (field, those within it, or None for all of it).
Chosen = tuple[tuple[str, "Chosen | None"], ...]

LONGEST = 2000
# How a name of a field is written, for the description of the API.
NAME = r"^[a-z_]+(\.[a-z_]+)*$"


@cache
def offered(serializer_class: type[Any]) -> Tree:
    """Return all fields of a shape, to any depth."""
    return _within(serializer_class()) or {}


def _within(field: Any) -> Tree | None:
    if isinstance(field, serializers.ListSerializer):
        return _within(field.child)
    if isinstance(field, serializers.SerializerMethodField):
        # Of a field in a shape of its own; see `api.serializers.record.Found`.
        return _within(getattr(getattr(field.parent, field.method_name or ""), "shape", None))
    if isinstance(field, serializers.Serializer):
        return {name: _within(inner) for name, inner in field.fields.items()}
    return None


def fields_parameter(tree: Tree) -> Parameter:
    """Return the parameter that chooses among these fields."""
    return Parameter(
        "fields",
        "Show only these fields; a dot leads to those of an object, such as `current_verdict.rating`.",
        _reader(tree),
        {"type": "array", "items": {"type": "string", "pattern": NAME}, "minItems": 1},
        many=True,
    )


def expand_parameter(names: Iterable[str]) -> Parameter:
    """Return the parameter that adds fields of the full shape to each row of a list."""
    return parameters.words(
        "expand",
        "Show these fields of the detail too, in each row. The detail has them anyway, unless `fields` omits them.",
        names,
    )


def _reader(tree: Tree) -> Reader:
    def read(value: str) -> Chosen:
        if len(value) > LONGEST:
            raise Unreadable(f"it must be at most {LONGEST} characters long.")
        chosen: dict[str, Any] = {}
        for path in value.split(","):
            _choose(path.split("."), tree, chosen, "")
        return _in_order(chosen)

    return read


def _choose(path: list[str], tree: Tree, chosen: dict[str, Any], before: str) -> None:
    name, *rest = path
    if name not in tree:
        raise Unreadable(_unknown(f"{before}{name}", [f"{before}{one}" for one in tree]))
    if not rest:
        chosen[name] = None
        return
    inner = tree[name]
    if inner is None:
        raise Unreadable(f"{shown(before + name)} is one value and has no fields of its own.")
    # Beside all of it, a part of it is looked at and not kept.
    within = chosen.setdefault(name, {})
    _choose(rest, inner, {} if within is None else within, f"{before}{name}.")


def _unknown(name: str, names: list[str]) -> str:
    near = get_close_matches(name[:100], names, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"there is no field {shown(name)}.{hint} There are: {', '.join(names)}."


def _in_order(chosen: Mapping[str, Any]) -> Chosen:
    return tuple(
        (name, inner if inner is None else _in_order(inner)) for name, inner in sorted(chosen.items())
    )


def selection(chosen: Chosen | None, usual: Iterable[str], more: Iterable[str]) -> Chosen:
    """Return what is shown of a row: what was chosen, or what is usual; and all of `more`."""
    fields: dict[str, Any] = dict.fromkeys(usual) if chosen is None else dict(chosen)
    named = {name for name, inner in fields.items() if inner is not None}
    # Who names a part of what they expand wants that part.
    return tuple(sorted((fields | dict.fromkeys(set(more) - named)).items(), key=lambda item: item[0]))


def pruned(data: Any, chosen: Chosen | None) -> Any:
    """Return an answer that was made whole with only the chosen fields."""
    if chosen is None or data is None:
        return data
    if isinstance(data, list):
        return [pruned(one, chosen) for one in data]
    within = dict(chosen)
    return {name: pruned(value, within[name]) for name, value in data.items() if name in within}
