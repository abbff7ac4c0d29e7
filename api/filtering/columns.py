"""Ways of narrowing that the smaller nouns share."""

from __future__ import annotations

from typing import Any

from api import parameters
from api.filters import where_seen
from api.parameters import Parameter
from articles.models import Claim


def is_set(column: str) -> parameters.Applier:
    """Keep the rows that have a value there, or those that have none."""
    return lambda rows, wanted, user: rows.filter(**{f"{column}__isnull": not wanted})


def of_claim(description: str) -> Parameter:
    """Return the parameter `claim` of a noun whose QuerySet knows `on`."""
    return parameters.number("claim", description, where_seen(Claim, lambda rows, pk, user: rows.on(pk)))


def _of_version(rows: Any, article: int, user: Any) -> Any:
    return rows.filter(article_version__article=article)


def of_article(description: str) -> Parameter:
    """Return the parameter `article` of a noun that is about a version of a text."""
    return parameters.number("article", description, _of_version)
