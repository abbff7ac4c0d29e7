"""A draft as readers will see it. Nothing is written, nothing kept, and no search engine is led to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as say

from articles.models import Claim, Correction, User, Verdict, VerdictDraft
from articles.publishing import as_it_would_be, difference
from articles.views.claim import with_another
from articles.views.comparison import Comparison, compared


def would_be(draft: VerdictDraft) -> Verdict:
    """Return the verdict that a draft with a rating would be published as now, with its correction; of no row."""
    author = draft.author or User(display_name=say("nobody yet"))
    approver = draft.scheduled_by or draft.reviewer or User(display_name=say("a second editor"))
    verdict = as_it_would_be(
        draft, draft.cited_evidence(), author, approver, draft.publish_at or timezone.now()
    )
    if verdict.supersedes is not None:
        before, after = difference(verdict.supersedes, verdict)
        # Django ties it to the verdict, of which it is the correction.
        Correction(
            verdict=verdict,
            kind=draft.correction_kind,
            note=draft.correction_note,
            before=before,
            after=after,
        )
    return verdict


def changes_for_readers(draft: VerdictDraft) -> Comparison | None:
    """Return what readers will see change from the verdict before; None where none is to be compared with."""
    if draft.rating is None:
        return None
    verdict = would_be(draft)
    return compared(verdict.supersedes, verdict)


def preview(request: HttpRequest, draft: VerdictDraft, record_admin: Any) -> HttpResponse:
    """Show readers' page of the claim with this draft as its newest verdict."""
    here = record_admin.page_of(draft)
    if not draft.is_open or draft.rating is None:
        sentence = (
            say("Choose a rating first: the page of readers begins with it.")
            if draft.is_open
            else say("This draft is %(state)s; there is nothing to preview.")
            % {"state": draft.get_state_display()}
        )
        messages.warning(request, sentence)
        return HttpResponseRedirect(here)
    claim = Claim.objects.visible_to(request.user).get(pk=draft.claim_id)
    request.draft_page = here  # type: ignore[attr-defined]
    response = with_another(request, claim, would_be(draft), "admin/draft_preview.html")
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store, private"
    return response
