"""The list of articles."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, NullIf, Substr
from django.db.models.lookups import Exact
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.models.counting import TOLD
from articles.views.conditions import language_labels
from articles.views.facets import Facet, browse
from articles.views.page import page, show, viewer
from articles.views.paging import latest_published_first
from articles.views.parameters import BadParameter, Parameters, shown

CHECKED = {"yes": _("With verdicts"), "no": _("Without verdicts")}
PHRASES = {"yes": _("with verdicts"), "no": _("without verdicts")}


def _has_verdicts() -> Case:
    """Return "yes" or "no", whether a claim made in an article has a verdict."""
    ways = Article.objects.all().verdicts_in_them()
    return Case(
        *(When(condition, then=Value("yes" if has else "no")) for condition, has in ways), default=Value("no")
    )


def _checked(articles: Any, answer: str, user: Any) -> Any:
    return articles.filter(Exact(_has_verdicts(), answer))


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
        column=_has_verdicts(),
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
