"""The article workbench: a text with its suggestions and claims beside it, each with its verbs in place."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _

from articles.admin.buttons import Button, WithButtons, return_to
from articles.admin.forms import is_id
from articles.admin.passages import changed, in_context
from articles.admin.texts import marked_text
from articles.admin.texts.already import already_page, already_url
from articles.admin.texts.marked_text import Item
from articles.admin.texts.marking import MARK, MarkingForm
from articles.admin.texts.shaping import REWORD
from articles.comparing.notices import called_out
from articles.models import AnchorProposal, Article, ArticleVersion, Claim, Suggestion
from articles.views.article import versions_of

# How many places of a quotation that moved are offered; the likeliest first.
_PLACES = 5
# Characters around words that are shown in their place.
_AROUND = 120


class WithWorkbench(WithButtons):
    """The articles' admin, with a page on which a text is worked through."""

    def get_urls(self) -> list[URLPattern]:
        mine = path(
            "<path:object_id>/workbench/",
            self.admin_site.admin_view(self.workbench_view),
            name="articles_article_workbench",
        )
        beside = path(
            "<path:object_id>/workbench/already/",
            self.admin_site.admin_view(self.already_view),
            name="articles_article_already",
        )
        return [beside, mine, *super().get_urls()]

    def already_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show which suggestions of a text are on record already."""
        article: Any = self.get_object(request, unquote(object_id))
        version, versions = self._version(request, article)
        context = {
            **self.admin_site.each_context(request),
            "subtitle": str(article),
            "opts": self.opts,
            "original": article,
            "original_url": self.page_of(article),
            "article": article,
            "suggestions": self._admin(Suggestion),
        }
        newest = version.number == versions[0].number
        return already_page(request, version, workbench_of(article, None if newest else version), context)

    def workbench_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show one version of a text, the newest unless `version` names another; `open` names what is opened."""
        article: Any = self.get_object(request, unquote(object_id))
        version, versions = self._version(request, article)
        address = workbench_of(article, version if version.number < versions[0].number else None)
        items = [
            *marked_text.suggested(request.user, version),
            *marked_text.claimed(request.user, version),
            *marked_text.moved(request.user, version),
        ]
        placed = [one for one in items if one.start < one.end]
        text = marked_text.stretches(request.user, version, placed)
        media = self.media
        for item in items:
            self._furnish(request, item, version)
            if item.key == request.GET.get("open"):
                item.offers = self._offers(request, item)
        marking = MarkingForm(
            row=article, user=request.user, auto_id="id_mark_%s", initial={"version": version}
        )
        media = sum((offer["form"].media for one in items for offer in one.offers), media + marking.media)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Text and claims"),
            "subtitle": str(article),
            "opts": self.opts,
            "original": article,
            "original_url": self.page_of(article),
            "article": article,
            "version": version,
            "versions": versions,
            "newest": versions[0],
            "address": address,
            "joint": "&" if "?" in address else "?",
            "text": text,
            "lost": [one for one in items if one.start >= one.end],
            "tally": _tally(items),
            "already_url": already_url(version) if any(one.noun == "suggestion" for one in items) else "",
            "marking": marking,
            "mark_url": self.do_url(article, MARK),
            "media": media,
        }
        return TemplateResponse(request, "admin/article_workbench.html", context)

    def _version(self, request: HttpRequest, article: Article) -> tuple[ArticleVersion, list[ArticleVersion]]:
        versions = versions_of(article, request.user)
        asked = request.GET.get("version", "")
        wanted = int(asked) if is_id(asked) else versions[0].number if not asked else 0
        for version in versions:
            if version.number == wanted:
                # What is shown of it besides the text costs no further query.
                version.refresh_from_db(fields=["text"])
                version.article = article
                return version, versions
        raise Http404(_("There is no such version of this text."))

    def _admin(self, model: type[Any]) -> Any:
        return self.admin_site.get_model_admin(model)

    def _furnish(self, request: HttpRequest, item: Item, version: ArticleVersion) -> None:
        """Note where the verbs of an item are sent, and what is shown of it besides its words."""
        of, words = self._admin(type(item.row)), version.text[item.start : item.end]
        item.more["words"] = " ".join(words.split())
        if item.noun == "suggestion":
            item.more |= {name: of.do_url(item.row, of.button(name)) for name in ("accept", "dismiss")}
            item.more["said_by"] = " → ".join(item.row.speakers)
        elif item.noun == "appearance":
            item.more["claim"] = claim_page(item.claim)
            item.more["said_by"] = " → ".join(map(str, item.row.attributions.all()))
            suggestions = self._admin(Suggestion)
            back = suggestions.button("take-back")
            if item.accepted is not None and back is not None:
                item.more["take_back"] = suggestions.do_url(item.accepted, back)
        else:
            item.more |= _where(item.row, version.text)
            item.more["claim"] = claim_page(item.claim)
            item.more |= {name: of.do_url(item.row, of.button(name)) for name in ("accept", "dismiss")}

    def _offers(self, request: HttpRequest, item: Item) -> list[dict[str, Any]]:
        """Return the verbs of an item that was opened, each with its form."""
        of, place = self._admin(type(item.row)), f"{item.key}-"
        if item.noun != "appearance":
            return of.offered(request, item.row, place=place)
        if (
            item.claim is None
            or not Claim.objects.editable_by(request.user).filter(pk=item.claim.pk).exists()
        ):
            return []
        form = REWORD.form(row=item.claim, user=request.user, auto_id=f"id_{place}reword_%s")
        return [{"button": REWORD, "url": self._admin(Claim).do_url(item.claim, REWORD), "form": form}]

    def done(self, request: HttpRequest, row: Any, button: Button, found: Any) -> HttpResponse:
        if not isinstance(found, Claim):
            return super().done(request, row, button, found)
        sentence = format_html(
            '{} <a href="{}">{}</a>', button.done, claim_page(found), found.statement[:200]
        )
        self.say_done(request, row, button, sentence)
        return HttpResponseRedirect(return_to(request) or workbench_of(row))


def workbench_of(article: Article, version: ArticleVersion | None = None) -> str:
    """Return the address of an article's workbench, of its newest text or of an older one."""
    address = reverse("admin:articles_article_workbench", args=[article.pk])
    return address if version is None else f"{address}?version={version.number}"


def claim_page(claim: Any) -> str:
    """Return where a claim is worked on."""
    try:
        return reverse("admin:articles_claim_workbench", args=[claim.pk])
    except NoReverseMatch:
        return reverse("admin:articles_claim_change", args=[claim.pk])


def _where(row: AnchorProposal, text: str) -> dict[str, Any]:
    """Return how a quotation read, and how each place reads in which it may stand now."""
    old = row.appearance.exact
    return {
        "old": old,
        "places": [
            {
                "number": number,
                "is_same": old == text[start:end],
                "changed": changed(old, text[start:end]),
                "called_out": [one.sentence for one in called_out(old, text[start:end])],
                "context": in_context(text, start, end, _AROUND),
            }
            for number, (start, end, _similarity) in enumerate(row.candidates[:_PLACES], start=1)
        ],
    }


def _tally(items: list[Item]) -> list[tuple[str, str, int]]:
    """Return (look, words, how many) of what lies on the text, in the order of the legend."""
    lying = {
        look: {item.claim or item.key for item in items if item.look == look} for look, _words in _legend()
    }
    return [(look, words, len(lying[look])) for look, words in _legend() if lying[look]]


def _legend() -> list[tuple[str, str]]:
    return [
        (marked_text.SUGGESTED, _("suggested")),
        (marked_text.OPEN, _("open claim")),
        (marked_text.CHECKING, _("being checked")),
        (marked_text.RATED, _("rated")),
        (marked_text.ASIDE, _("put aside")),
        (marked_text.MOVED, _("to decide on")),
    ]
