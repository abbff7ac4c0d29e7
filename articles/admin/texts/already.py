"""On record already: which suggestions of a text say what a claim on record says, or the contrary.

Found when it is shown, and stored nowhere: whatever comes on record meanwhile counts. Each suggestion costs a ranking
in the index, so the workbench asks for it beside the page, and for the best suggestions alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.matching.on_record import Looked, OnRecord, on_record
from articles.models import ArticleVersion, Suggestion

# How many suggestions of a text are compared, the best first, and how many claims are named for each.
MOST_COMPARED, MOST_NAMED = 50, 3


@dataclass(frozen=True)
class Named:
    """A claim that a suggestion resembles."""

    found: OnRecord
    url: str

    @property
    def words(self) -> str:
        """What stands before the claim."""
        if self.found.relation == "opposite":
            return _("The opposite is on record already:")
        return _("On record already:")

    @property
    def is_same(self) -> bool:
        return self.found.relation == "same"


def resembling(rows: Sequence[Suggestion], user: Any) -> list[list[Named]]:
    """Return for each suggestion the claims on record that seem to say the same, or the opposite.

    One batch for all. The suggestions' texts are loaded.
    """

    def named(looked: Looked) -> list[Named]:
        told = [one for one in looked.matches if one.relation in ("same", "opposite")]
        return [
            Named(one, reverse("admin:articles_claim_workbench", args=[one.claim.pk]))
            for one in told[:MOST_NAMED]
        ]

    return [named(looked) for looked in on_record([_words(one) for one in rows], user=user)]


def _words(row: Suggestion) -> str:
    return " ".join(row.exact.split())


def already_page(
    request: HttpRequest, version: ArticleVersion, address: str, context: dict[str, Any]
) -> HttpResponse:
    """Show which of the best suggestions of a version are on record already; `address` is its workbench.

    The workbench's script takes what stands beside each suggestion from here.
    """
    waiting = Suggestion.objects.visible_to(request.user).open().filter(article_version=version)
    rows = list(waiting.ranked()[: MOST_COMPARED + 1])
    compared = rows[:MOST_COMPARED]
    for row in compared:
        row.article_version = version
    of: Any = context["suggestions"]
    found = [
        {"row": row, "words": _words(row), "named": named, "same": of.do_url(row, of.button("same"))}
        for row, named in zip(compared, resembling(compared, request.user), strict=True)
        if named
    ]
    facts = {
        **context,
        "title": _("On record already"),
        "found": sorted(found, key=lambda one: one["row"].start),
        "compared": len(compared),
        "is_cut": len(rows) > MOST_COMPARED,
        "address": address,
    }
    return TemplateResponse(request, "admin/article_already.html", facts)


def already_url(version: ArticleVersion) -> str:
    """Return where the suggestions of a version are compared with the record."""
    at = reverse("admin:articles_article_already", args=[version.article_id])
    return f"{at}?version={version.number}"
