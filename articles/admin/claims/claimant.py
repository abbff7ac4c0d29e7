from __future__ import annotations

from typing import Any

from django.contrib import admin

from articles.admin.buttons import Button, editors
from articles.admin.claims.claim import MergeForm
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import Claim, Claimant
from articles.vocabulary import ClaimantKind


@admin.register(Claimant, site=desk)
class ClaimantAdmin(RecordAdmin):
    list_display = ("name", "kind", "description", "merged_into")
    list_filter = ("kind",)
    list_select_related = ("merged_into",)
    search_fields = ("name", "description", "url")
    add_fields = ("name", "kind", "description", "url")
    facts = ("merged_into", "revision")
    buttons = (
        Button(
            "merge", "Merge", lambda row, by, seen, survivor: row.merge_into(survivor, by),
            "Both are one claimant now.", form=MergeForm, who=editors,
            when=lambda row: row.merged_into_id is None and row.kind != ClaimantKind.GROUP, weight="grave",
        ),
        Button(
            "unmerge", "Take the merge back", lambda row, by, seen: row.unmerge(by),
            "The claimant stands apart again.", who=editors, when=lambda row: row.merged_into_id is not None,
        ),
    )  # fmt: skip

    def panels(self, request: Any, row: Claimant) -> list[Panel]:
        claims = (
            Claim.objects.visible_to(request.user).filter(appearances__attributions__claimant=row).distinct()
        )
        return [Panel("Claims", [line(claim, tag=claim.get_status_display()) for claim in claims[:200]])]
