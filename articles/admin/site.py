"""The desk itself: its name, its home page and how its nouns are grouped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.queues.queue import LINES, Queue, first_lines
from articles.models import Newsroom

GROUPS = (
    (_("What came in"), ("Submission", "Complaint", "Suggestion", "AnchorProposal", "ReviewTask", "Arrival",
                            "Original")),
    (_("Claims and verdicts"), ("Claim", "VerdictDraft", "Verdict", "Evidence", "ResearchStep", "Contact", "Note",
                                 "Topic", "ClaimRelation", "Assignment", "Assessment", "ConflictOfInterest")),
    (_("Articles and sources"), ("Article", "Source", "SourceVersion", "Claimant", "Appearance", "Copy",
                                 "Derivation", "ConfidentialSource")),
    (_("What was published and why"), ("Correction", "Citation", "Redaction", "RedactedText")),
    (_("Background work"), ("Job", "Schedule", "Webhook", "Delivery", "Upload",
                            "AnsweredRequest", "KeptForm", "SavedSearch")),
    (_("The newsroom"), ("Newsroom", "User", "MailRefusal", "ApiKey", "RatingScale", "Rating")),
    (_("Behind the record"), ("Change", "ChangeRow", "LedgerHead", "ArticleVersion", "Attribution", "Block",
                             "ClaimVector", "DraftEvidence", "HandBack", "ManifestItem", "PassageMark",
                             "SearchDocument", "SearchWord")),
)  # fmt: skip


class Desk(admin.AdminSite):
    """Django's admin, opened with what waits for somebody."""

    site_url = "/"
    index_title = _("What waits")
    enable_nav_sidebar = True
    # What waits, the most urgent first.
    queues: tuple[Queue, ...] = ()
    # What the home page shows of somebody's saved searches.
    beside_queues: Callable[[Any], list[dict[str, Any]]] = staticmethod(lambda user: [])

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        name = Newsroom.current().name or _("Fact desk")
        return {**super().each_context(request), "site_header": name, "site_title": name}

    def get_log_entries(self, request: HttpRequest) -> Any:
        # The ledger is the history of the record; Django's own log is neither written nor shown.
        return ()

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Group the nouns by what people do with them instead of by the alphabet."""
        nouns = {
            model["object_name"]: model for app in super().get_app_list(request) for model in app["models"]
        }
        groups = [
            {
                "name": name,
                "app_label": "articles",
                "app_url": reverse("admin:app_list", args=["articles"], current_app=self.name),
                "has_module_perms": True,
                "models": [nouns.pop(noun) for noun in wanted if noun in nouns],
            }
            for name, wanted in GROUPS
        ]
        return [group for group in groups if group["models"]] if app_label in (None, "articles") else []

    def get_urls(self) -> list[Any]:
        mine = path("queue/<slug:slug>/", self.admin_view(self.queue_view), name="queue")
        return [mine, *super().get_urls()]

    # What waits.

    def queues_of(self, user: Any) -> list[Queue]:
        """Return the queues that this person works, the most urgent first."""
        return [queue for queue in self.queues if queue.is_for(user)]

    def page_in(self, queue: Queue, pk: int) -> str:
        """Return where a row of this queue is worked on at length, without the row itself."""
        opens = queue.opens or getattr(self._registry[queue.model], "landing", "change")
        return reverse(f"admin:articles_{queue.model._meta.model_name}_{opens}", args=[pk])

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        now = timezone.now()
        queues = self.queues_of(request.user)
        lines = first_lines(queues, request.user)
        boxes = [
            {
                "queue": queue,
                "count": f"{LINES}+" if len(lines[queue.slug]) > LINES else len(lines[queue.slug]),
                "lines": [
                    {**queue.line(one, now), "url": self.page_in(queue, one.pk)}
                    for one in lines[queue.slug][:LINES]
                ],
            }
            for queue in queues
        ]
        context = {
            "queues": [box for box in boxes if box["lines"]],
            "empty": [box["queue"] for box in boxes if not box["lines"]],
            "saved": self.beside_queues(request.user),
        }
        return super().index(request, {**(extra_context or {}), **context})

    def queue_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show one page of a queue: each row with its line, its details and its buttons."""
        now, user = timezone.now(), request.user
        queue = next((one for one in self.queues if one.slug == slug), None)
        if queue is None:
            raise Http404(f"There is no queue {slug} here.")
        if not queue.is_for(user):
            raise PermissionDenied
        noun: Any = self._registry[queue.model]
        found, has_more = queue.page(user, request.GET.get("after", ""))
        rows = [
            {
                "row": row,
                "line": queue.line(row, now),
                "detail": queue.detail(row, now),
                "url": self.page_in(queue, row.pk),
                "verbs": noun.offered_in(request, row, queue.offers),
            }
            for row in found
        ]
        forms = [verb["form"] for one in rows for verb in one["verbs"] if verb["form"] is not None]
        context = {
            **self.each_context(request),
            "title": queue.title,
            "queue": queue,
            "others": [one for one in self.queues_of(user) if one is not queue],
            "rows": rows,
            "count": queue.count(user),
            "is_first": "after" not in request.GET,
            "following": f"{queue.url}?after={found[-1].pk}" if has_more else "",
            "people": queue.people(user),
            "next": request.get_full_path(),
            "media": sum((form.media for form in forms), Media()),
        }
        return TemplateResponse(request, "admin/queue.html", context)


def meter(score: float) -> SafeString:
    """Return a score from 0 to 1 as a bar and a number."""
    return format_html(
        '<span class="worth"><meter min="0" max="1" value="{0}">{0}</meter> {0}</span>', f"{score:.2f}"
    )


desk = Desk()
