"""What we corrected, updated or withdrew."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from articles.amendments.kinds import KINDS, AmendmentKind
from articles.amendments.listing import listed
from articles.models.verdict import CorrectionKind
from articles.views.page import page, show
from articles.views.paging import Page
from articles.views.parameters import Parameters

# Each kind in a word or two, for the list of them; a line says it in full.
SHORT: dict[str, Any] = {
    CorrectionKind.AFFECTS_RATING.value: _("Rating changed"),
    CorrectionKind.KEEPS_RATING.value: _("Rating kept"),
    CorrectionKind.CLARIFICATION.value: _("Clarifications"),
    CorrectionKind.TYPO.value: _("Typos"),
    CorrectionKind.UPDATE.value: _("Updates"),
    CorrectionKind.VOID.value: _("Withdrawals"),
    AmendmentKind.CLAIM.value: _("Claims reworded"),
    AmendmentKind.MERGE.value: _("Claims merged"),
    AmendmentKind.EVIDENCE.value: _("Evidence"),
    AmendmentKind.SOURCE.value: _("Sources"),
    AmendmentKind.ARTICLE.value: _("Articles"),
    AmendmentKind.CLAIMANT.value: _("Who says it"),
    AmendmentKind.RATING.value: _("Ratings"),
    AmendmentKind.QUOTATION.value: _("Quotations"),
    AmendmentKind.GROUNDWORK.value: _("What we asked and looked for"),
    AmendmentKind.REDACTION.value: _("Words taken out"),
}


@page
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that changed of what readers had seen of a published verdict, newest first, by kind."""
    parameters = Parameters(request, {"after", "type"})
    kind = parameters.choice("type", KINDS)
    after = parameters.number("after")
    found = listed(kind, after)
    kinds = [
        {"label": label, "link": parameters.link(type=name, after=None), "is_chosen": name == kind}
        for name, label in SHORT.items()
    ]
    return show(
        request,
        "articles/corrections/corrections.html",
        {
            "page": Page(
                rows=found.lines,
                first=parameters.link(after=None) if after else "",
                next=parameters.link(after=found.next) if found.next else "",
            ),
            "canonical_query": parameters.canonical(),
            "kinds": kinds,
            "kind": kind,
            "everything": parameters.link(type=None, after=None),
            "label": SHORT.get(kind, ""),
        },
    )
