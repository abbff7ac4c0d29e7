"""The list of articles."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Value, When
from django.db.models.functions import Cast, NullIf, Substr
from django.db.models.lookups import Exact, IsNull
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Claim
from articles.models.counting import TOLD, OneOf
from articles.views.conditions import language_labels
from articles.views.facets import Facet, browse
from articles.views.page import page, show, viewer
from articles.views.paging import latest_published_first
from articles.views.parameters import BadParameter, Parameters, shown

CHECKED = {"yes": _("With verdicts"), "no": _("Without verdicts")}
PHRASES = {"yes": _("with verdicts"), "no": _("without verdicts")}


def _has_verdicts() -> IsNull:
    """Return the condition that a claim made in an article has a verdict."""
    made = Claim.objects.public().filter(appearances__article_version__article=OuterRef("pk"))
    return IsNull(OneOf(made, only=Claim.objects.is_checked()), False)


def _checked(articles: Any, answer: str, user: Any) -> Any:
    return articles.filter(_has_verdicts() if answer == "yes" else ~_has_verdicts())


def _published_in(articles: Any, year: str, user: Any) -> Any:
    if not (year.isascii() and year.isdigit() and len(year) == 4 and int(year)):
        raise BadParameter(
            _now("year is %(value)s; it must be a year such as 2024.") % {"value": shown(year)}
        )
    return articles.filter(published_earliest__gte=f"{year}-01-01", published_latest__lte=f"{year}-12-31")


def _year(of: str) -> Any:
    return Substr(Cast(of, CharField()), 1, 4)


def _years(values: list[str], user: Any) -> dict[str, str]:
    return {value: value for value in sorted(values, reverse=True)}


# The year of publication, where it is known as closely as that.
YEAR = Case(
    When(Exact(_year("published_earliest"), _year("published_latest")), then=_year("published_latest"))
)
FACETS = (
    Facet(
        name="checked", title=_("Verdicts"), phrase=PHRASES, narrow=_checked,
        column=Case(When(_has_verdicts(), then=Value("yes")), default=Value("no")),
        labels=CHECKED, keeps_order=True,
    ),
    Facet(
        name="publisher", title=_("Published by"), phrase=_("published by %(value)s"),
        narrow=lambda rows, name, user: rows.filter(publisher=name),
        column=NullIf("publisher", Value("")), is_ours=False,
    ),
    Facet(
        name="year", title=_("Published in"), phrase=_("published in %(value)s"), narrow=_published_in,
        column=YEAR,
        labels=_years, keeps_order=True,
    ),
    Facet(
        name="language", title=_("Language"), phrase=_("in %(value)s"),
        narrow=lambda rows, code, user: rows.filter(language=code),
        column=F("language"), labels=language_labels,
    ),
)  # fmt: skip


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The articles, the last published first, narrowed down by what the address says."""
    user = viewer(request)
    parameters = Parameters(request, {*(facet.name for facet in FACETS), "after"})
    browsed = browse(Article.objects.visible_to(user), FACETS, parameters, user)
    return show(
        request,
        "articles/articles/articles.html",
        {
            "page": latest_published_first(browsed.rows.for_listing(most=TOLD + 1), parameters),
            "browsed": browsed,
            "canonical_query": parameters.canonical(),
        },
    )
