"""What changed between two versions of an article: in its words, and of its claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from articles.comparing.differences import Piece, differences
from articles.comparing.folding import Stretch, compared
from articles.graph import Several
from articles.models import Appearance, Article, ArticleVersion, Claim
from articles.views import article as pages
from articles.views.page import find_in, page, show, viewer
from articles.views.parameters import BadParameter, Parameters
from articles.vocabulary import Rights

# Of each text so many code points are compared: the worst of such texts takes half a second.
MOST_COMPARED = 300_000
# A folded stretch up to so long is on the page, to be unfolded; of a longer one it says how long it is.
MOST_FOLDED = 6_000


@dataclass(frozen=True)
class Fate:
    """What became of the words of one claim. `kind` is one of KINDS; `pieces` lead from the old words to the new."""

    kind: str
    claim: Claim
    pieces: tuple[Piece, ...]


def _parts(user: Any, name: str) -> Any:
    if name == "text":
        return ArticleVersion.objects.order_by().only("text")
    return Appearance.objects.visible_to(user).select_related("claim").defer("prefix", "suffix")


# The texts of two versions, and the words that make claims in these and in the versions between.
PARTS = Several(_parts, {"words": "article_version"})

# In the order in which they are shown. Gone: the words no longer stand there. Unmarked: they do, but nobody has
# marked them in the newer text.
KINDS = ("changed", "gone", "unmarked", "new", "kept")


@page
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions of a text compared: `from` and `to`, by default the newest and the one before it. Three
    statements."""
    user = viewer(request)
    parameters = Parameters(request, {"from", "to"}, strict=False)
    found = find_in(pages.PAGE, request, Article, pk)
    if found.get_absolute_url() == request.path and not parameters.given:
        # The words behind its number, which are made of its title, say "changes".
        return pages.article(request, pk=pk)
    versions = found.shown.versions
    to = _numbered(versions, parameters.number("to") or versions[0].number)
    start = _numbered(versions, parameters.number("from") or max(1, to.number - 1))
    if start.number >= to.number and len(versions) > 1:
        sentence = gettext("from is %(from)d and to is %(to)d; from must be an older version than to.")
        raise BadParameter(sentence % {"from": start.number, "to": to.number})
    stretches: list[Stretch] = []
    is_cut = False
    # Of the versions between only who was carried on to whom is of interest.
    within = [one.pk for one in versions if start.number <= one.number <= to.number]
    parts = PARTS.find({"text": [start.pk, to.pk], "words": within}, user)
    texts = {one.pk: one.text for one in parts["text"]}
    old, new = texts[start.pk], texts[to.pk]
    if found.rights == Rights.FULL:
        is_cut = max(len(old), len(new)) > MOST_COMPARED
        stretches = compared(old[:MOST_COMPARED], new[:MOST_COMPARED])
    fates = list(_fates(parts["words"], start, to, new, user))
    return show(
        request,
        "articles/articles/article_changes.html",
        {
            "article": found,
            "state_house": found.state_house,
            "newest_entry": found.shown.head,
            "versions": versions,
            "old": start,
            "new": to,
            "is_shown": found.rights == Rights.FULL,
            "is_cut": is_cut,
            "most_compared": MOST_COMPARED,
            "stretches": [(one, one.is_folded and one.length > MOST_FOLDED) for one in stretches],
            "is_same": all(one.is_folded for one in stretches),
            "fates": [(kind, [fate for fate in fates if fate.kind == kind]) for kind in KINDS],
            "claim_count": len({fate.claim for fate in fates}),
        },
    )


def _numbered(versions: Iterable[ArticleVersion], number: int) -> ArticleVersion:
    for version in versions:
        if version.number == number:
            return version
    raise Http404("There is no such version of this text.")


def _fates(
    rows: list[Appearance], old: ArticleVersion, new: ArticleVersion, text: str, user: Any
) -> Iterator[Fate]:
    """Yield what became of the words of each claim between two versions, `text` being the newer one's. `rows` are the
    words that are marked in these and in the versions between."""
    onwards = {row.carried_from_id: row for row in rows if row.carried_from_id is not None}
    claims = {appearance.pk: claim for appearance, claim in pages.noted_claims(rows, user)}
    marked_now = {claims[row.pk] for row in rows if row.article_version_id == new.pk and row.pk in claims}
    for row in rows:
        if row.article_version_id != old.pk or row.pk not in claims:
            continue
        last = row
        while last.pk in onwards:
            last = onwards[last.pk]
        if last.article_version_id == new.pk:
            kind = "kept" if last.exact == row.exact else "changed"
            yield Fate(kind, claims[row.pk], differences(row.exact, last.exact))
        elif claims[row.pk] not in marked_now:
            kind = "unmarked" if row.exact in text else "gone"
            yield Fate(kind, claims[row.pk], (Piece("same", row.exact),))
    marked_then = {claims[row.pk] for row in rows if row.article_version_id == old.pk and row.pk in claims}
    for row in rows:
        is_marked_now = row.article_version_id == new.pk and row.pk in claims
        if is_marked_now and claims[row.pk] not in marked_then:
            yield Fate("new", claims[row.pk], (Piece("same", row.exact),))
