"""Research steps: what was looked for in order to check a claim."""

from __future__ import annotations

from api.serializers.record import REVISION, VISIBILITY, ApiUrl, Fields, RecordSerializer, told
from api.serializers.source import EvidenceShape
from api.serializers.summaries import ClaimSummary
from articles.models import ResearchStep


class ResearchStepRow(RecordSerializer):
    """One search: what for, where, and what came of it, also where nothing did."""

    claim = ClaimSummary(read_only=True)
    evidence = EvidenceShape(
        allow_null=True, read_only=True, help_text="What it led to, where you may see that."
    )
    api_url = ApiUrl("api-research")

    class Meta:
        model = ResearchStep
        fields: Fields = (
            "id", "claim", "question", "place", "outcome", "note", "done_on", "evidence", "visibility", "revision",
            "api_url",
        )  # fmt: skip
        extra_kwargs = told(
            question="What was looked for.",
            place="Where: an archive, a database, a person in an office.",
            outcome="no_access: it could not be looked at.",
            note="What came of it, in the newsroom's words.",
            done_on="The day; null where nobody noted it.",
            visibility=VISIBILITY,
            revision=REVISION,
        )
