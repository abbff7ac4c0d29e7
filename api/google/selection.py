"""Partial answers: what `fields` selects, such as `claims(text,claimReview/url),nextPageToken`."""

from __future__ import annotations

import re
from typing import Any

# Name → what is below it; nothing is below a value.
Tree = dict[str, "Tree"]

SHAPE: Tree = {
    "claims": {
        "text": {},
        "claimant": {},
        "claimDate": {},
        "claimReview": {
            "publisher": {"name": {}, "site": {}},
            "url": {},
            "title": {},
            "reviewDate": {},
            "textualRating": {},
            "languageCode": {},
        },
    },
    "nextPageToken": {},
}
_TOKEN = re.compile(r"[A-Za-z]+|[*/,()]")


class Unselectable(ValueError):
    """The text of `fields` is none; the text says where."""


def selected(text: str) -> Tree:
    """Return the part of SHAPE that `text` selects. Raises Unselectable."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        raise Unselectable("it must be names, with / and () for what is below them and commas between them.")
    found = _several(tokens, SHAPE)
    if tokens:
        raise Unselectable(f"“{tokens[0]}” stands where the selection ends.")
    return found


def part(value: Any, tree: Tree) -> Any:
    """Return of an answer what was selected."""
    if isinstance(value, list):
        return [part(one, tree) for one in value]
    if isinstance(value, dict):
        return {name: part(below, tree[name]) for name, below in value.items() if name in tree}
    return value


def _several(tokens: list[str], shape: Tree) -> Tree:
    """Take `a,b/c,d(e)` from the tokens. What is below is looked up in the shape, so it goes no deeper than that."""
    found: Tree = {}
    while True:
        _merge(found, _one(tokens, shape))
        if tokens[:1] != [","]:
            return found
        del tokens[0]


def _one(tokens: list[str], shape: Tree) -> Tree:
    name = tokens.pop(0) if tokens else ""
    if name == "*" and shape and tokens[:1] not in (["/"], ["("]):
        return shape
    if name not in shape:
        there = f"there are: {', '.join(shape)}." if shape else "nothing is below a value."
        raise Unselectable(f"“{name}” cannot stand there; {there}")
    if tokens[:1] not in (["/"], ["("]):
        return {name: shape[name]}
    opening = tokens.pop(0)
    below = _one(tokens, shape[name]) if opening == "/" else _several(tokens, shape[name])
    if opening == "(" and (tokens.pop(0) if tokens else "") != ")":
        raise Unselectable("a bracket is not closed.")
    return {name: below}


def _merge(into: Tree, more: Tree) -> None:
    for name, below in more.items():
        into[name] = dict(into.get(name, {}))
        _merge(into[name], below)
