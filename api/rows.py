"""The rows that the change feed and dumps give out, as a page for people: each noun with its columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models

from articles.models import User
from articles.models.ledger import recorded_models

# What a noun says of itself besides the columns of its table; see its `as_shown`.
BESIDE = {"claim": [("topics", "list of ids of topics")]}
# What rights, or a redaction, may keep back: see `kept_back` of the models.
KEPT_BACK = {
    "articleversion": ("text", "sha256", "fingerprint", "original_sha256"),
    "sourceversion": ("text", "file", "sha256"),
    "appearance": ("prefix", "suffix"),
}
# First the class further down: a moment is a day to Django, a long text a text.
KINDS: list[tuple[type[models.Field], str]] = [
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.BooleanField, "true or false"),
    (models.IntegerField, "whole number"),
    (models.JSONField, "JSON"),
    (models.FileField, "name of a file"),
    (models.CharField, "text"),
    (models.TextField, "text"),
]
HEAD = """\
# Rows of the change feed and of dumps

Made from the models by `manage.py describe_api`; a test compares. [api.md](api.md#keep-a-copy-in-step) says how a copy
is kept in step.

`row` of the feed (`/changes/`) and each line of a dump's files is a row of a table as readers see it: its columns, and
nothing put together. It is not the shape that lists and details answer.

* **`null` is unknown**, not said, or kept back: `text` and the like are `null` where `rights` keep them back, and so
  are the hashes of a text once words were taken out of it.
* **Moments** are in UTC with microseconds: `2024-11-20T08:30:00.000000Z`. **Days** are `2024-11-20`.
* **Ids** name rows of the noun that is said here; readers may not see that row. Ids of people are those of accounts,
  which have no rows here: the names of who wrote and approved stand in a verdict's `snapshot`.
* **Offsets** count code points from 0, the end not included.
* Added may be nouns and columns. What is here keeps its name, its kind and its meaning
  ([the promise](api.md#the-promise)).
"""


class Column(NamedTuple):
    name: str
    kind: str
    may_be_null: bool


def columns() -> dict[str, list[Column]]:
    """Return noun, as the feed names it → what a row of it holds."""
    found = {}
    for model in recorded_models():
        own = [
            Column(field.attname, _kind(field), _may_be_null(model, field))
            for field in model._meta.concrete_fields
            if field.attname not in model.off_the_record | model.unshown
        ]
        name = str(model._meta.model_name)
        found[name] = own + [Column(*one, False) for one in BESIDE.get(name, [])]
    return found


def as_markdown() -> str:
    """Return the page of `docs/`."""
    return "\n".join(_markdown()) + "\n"


def _markdown() -> Iterator[str]:
    yield HEAD
    told = {str(model._meta.model_name): model for model in recorded_models()}
    yield " · ".join(f"[{name}](#{name})" for name in told)
    for name, some in columns().items():
        yield f"\n## {name}\n\n{_sentence(told[name])}\n\n| column | what it is |\n|---|---|"
        for one in some:
            yield f"| `{one.name}` | {one.kind}{', or null' if one.may_be_null else ''} |"


def _sentence(model: Any) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _kind(field: Any) -> str:
    if isinstance(field, models.ForeignKey):
        to: Any = field.related_model
        return "id of a person" if to is User else f"id of a row of {to._meta.model_name}"
    kind = next(told for kind, told in KINDS if isinstance(field, kind)) if field.name != "id" else "id"
    words = [str(value) for value, _label in field.flatchoices if value != ""]
    return "one of: " + ", ".join(f"`{word}`" for word in words) if words else kind


def _may_be_null(model: Any, field: Any) -> bool:
    """May nothing be there: because nobody knows, or because rights keep it back?"""
    is_text = isinstance(field, (models.CharField, models.TextField, models.FileField))
    return (
        field.null
        or (is_text and field.blank)
        or field.attname in KEPT_BACK.get(str(model._meta.model_name), ())
    )
