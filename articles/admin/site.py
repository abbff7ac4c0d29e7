"""The desk itself: its name, its home page and how its nouns are grouped."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models import AnchorProposal, Arrival, Claim, Newsroom, ReviewTask, Suggestion, VerdictDraft
from articles.vocabulary import ClaimStatus

# How many lines a queue on the home page shows.
QUEUE = 10

GROUPS = (
    (_("What came in"), ("Suggestion", "AnchorProposal", "ReviewTask", "Arrival", "Original")),
    (_("Claims and verdicts"), ("Claim", "VerdictDraft", "Verdict", "Evidence", "ResearchStep", "Contact", "Topic",
                                 "ClaimRelation", "Assignment")),
    (_("Articles and sources"), ("Article", "Source", "SourceVersion", "Claimant", "Appearance", "Copy",
                                 "Derivation", "ConfidentialSource")),
    (_("What was published and why"), ("Correction", "Citation", "Redaction", "RedactedText")),
    (_("Background work"), ("Job", "Schedule", "Webhook", "Delivery", "Upload",
                            "AnsweredRequest")),
    (_("The newsroom"), ("Newsroom", "User", "ApiKey", "RatingScale", "Rating")),
    (_("Behind the record"), ("Change", "ChangeRow", "LedgerHead", "ArticleVersion", "Attribution", "Block",
                             "DraftEvidence", "ManifestItem", "PassageMark", "SearchDocument", "SearchWord")),
)  # fmt: skip


class Desk(admin.AdminSite):
    """Django's admin, opened with what waits for somebody."""

    site_url = "/"
    index_title = _("What waits")
    enable_nav_sidebar = True

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

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        return super().index(request, {**(extra_context or {}), "queues": queues(request.user)})


def queues(user: Any) -> list[dict[str, Any]]:
    """Return what waits, each queue by one query: one line more than is shown tells whether there is more."""
    drafts = VerdictDraft.objects.visible_to(user).for_listing()
    claims = Claim.objects.visible_to(user).standing()
    suggestions = Suggestion.objects.visible_to(user).open().ranked().with_words()
    proposals = AnchorProposal.objects.visible_to(user).open().for_listing()
    tasks = ReviewTask.objects.visible_to(user).open().for_listing()
    arrivals = Arrival.objects.visible_to(user).held().for_listing()
    return [
        _queue(
            _("Waiting for a second editor"),
            [_of_draft(draft, draft.submitted_at) for draft in drafts.waiting()[: QUEUE + 1]],
            "verdictdraft",
            "state__exact=submitted",
        ),
        _queue(
            _("On your table"),
            [_of_draft(draft, draft.updated_at) for draft in drafts.on_the_table_of(user)[: QUEUE + 1]],
            "verdictdraft",
            f"state__exact=writing&author__id__exact={user.pk}",
        ),
        _queue(
            _("Being checked"),
            [
                {"url": reverse("admin:articles_claim_change", args=[claim.pk]), "text": claim.statement}
                for claim in claims.filter(status=ClaimStatus.CHECKING)[: QUEUE + 1]
            ],
            "claim",
            "status__exact=checking",
        ),
        _queue(
            _("Worth checking"),
            [
                _line(one, " ".join(one.words.split()), worth=meter(one.score))
                for one in suggestions[: QUEUE + 1]
            ],
            "suggestion",
        ),
        _queue(
            _("Quotations to decide on"),
            [_line(one, one.appearance.exact, note=one.sentence) for one in proposals[: QUEUE + 1]],
            "anchorproposal",
        ),
        _queue(
            _("To be read again"),
            [_line(one, one.claim.statement, note=one.note) for one in tasks[: QUEUE + 1]],
            "reviewtask",
        ),
        _queue(
            _("Held files"),
            [_line(one, one.name, note=one.resemblance) for one in arrivals[: QUEUE + 1]],
            "arrival",
        ),
    ]


def meter(score: float) -> SafeString:
    """Return a score from 0 to 1 as a bar and a number."""
    return format_html(
        '<span class="worth"><meter min="0" max="1" value="{0}">{0}</meter> {0}</span>', f"{score:.2f}"
    )


def _line(row: Any, text: str, **more: Any) -> dict[str, Any]:
    return {
        "url": reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk]),
        "text": text,
        **more,
    }


def _queue(title: Any, lines: list[dict[str, Any]], noun: str, query: str = "") -> dict[str, Any]:
    url = reverse(f"admin:articles_{noun}_changelist")
    return {"title": title, "lines": lines[:QUEUE], "more": f"{url}?{query}" if len(lines) > QUEUE else ""}


def _of_draft(draft: VerdictDraft, at: Any) -> dict[str, Any]:
    handed_back = draft.hand_back_note if draft.state == "writing" else ""
    return {
        "url": reverse("admin:articles_verdictdraft_change", args=[draft.pk]),
        "text": draft.claim.statement,
        "who": draft.author,
        "rating": draft.rating,
        "at": at,
        "note": handed_back
        and _("%(editor)s hands this back: %(note)s") % {"editor": draft.handed_back_by, "note": handed_back},
    }


desk = Desk()
