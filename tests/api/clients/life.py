"""The whole life of a claim, by a client that openapi-python-client made: life.py ADDRESS REPORTER_KEY EDITOR_KEY.

The client is the package `made` on the path. Says what became of the claim, or fails.
"""

import sys
from datetime import UTC, datetime
from typing import Any

from made import AuthenticatedClient, models
from made.api.articles import articles_open_to_readers, articles_retrieve, articles_update
from made.api.claims import claims_list, claims_retrieve, claims_update
from made.api.drafts import drafts_create, drafts_obstacles, drafts_publish, drafts_submit
from made.api.evidence import evidence_create, evidence_open_to_readers
from made.api.imports import imports_create
from made.api.research_steps import research_steps_create
from made.api.sources import sources_create, sources_versions_create
from made.api.suggestions import suggestions_accept, suggestions_list
from made.api.verdicts import verdicts_withdraw

STORY = (
    "A bridge and its bill\n\nThe council paid four million dollars for the bridge in 2022, two officials said. "
    "Traffic fell by 12 percent in the same year, according to the council.\n"
)


def good(answer: Any) -> Any:
    """Return what was answered; fail for a refusal."""
    assert answer.parsed is not None and not isinstance(answer.parsed, models.Problem), answer
    return answer.parsed


def main(address: str, reporter_key: str, editor_key: str) -> None:
    rita, eda = (AuthenticatedClient(base_url=address, token=key) for key in (reporter_key, editor_key))
    handed = good(
        imports_create.sync_detailed(client=rita, body=models.HandedInAsText(text=STORY, name="bridge"))
    )
    article = handed.files[0].article
    found = good(suggestions_list.sync_detailed(client=rita, article=article))
    claim = good(suggestions_accept.sync_detailed(found.results[0].id, client=rita, body=models.Accepted()))
    assert isinstance(claim, models.ClaimDetail)

    # Two change it; one is told that the other was faster.
    seen = claims_retrieve.sync_detailed(claim.id, client=rita).headers["ETag"]
    change = models.PatchedClaimGiven(statement="The council paid four million dollars for the bridge.")
    good(claims_update.sync_detailed(claim.id, client=rita, body=change, if_match=seen))
    late = claims_update.sync_detailed(claim.id, client=eda, body=change, if_match=seen)
    assert late.status_code == 412 and isinstance(late.parsed, models.Problem), late
    assert late.parsed.code == "stale"

    seen = articles_retrieve.sync_detailed(article, client=eda).headers["ETag"]
    titled = models.PatchedArticleChanged(title="A bridge and its bill")
    good(articles_update.sync_detailed(article, client=eda, body=titled, if_match=seen))
    good(articles_open_to_readers.sync_detailed(article, client=eda))

    source = good(sources_create.sync_detailed(client=rita, body=models.SourceGiven(
        kind=models.SourceGivenKind("court_filing"), title="Order in Doe v. Rivertown",
        court="District Court")))  # fmt: skip
    version = good(sources_versions_create.sync_detailed(source.id, client=rita, body=models.SourceVersionGiven(
        copy_quality=models.SourceVersionGivenCopyQuality("primary"), text="The bridge cost 4.1 million dollars.",
        retrieved_at=datetime(2024, 11, 1, tzinfo=UTC))))  # fmt: skip
    evidence = good(evidence_create.sync_detailed(client=rita, body=models.EvidenceGiven(
        claim=claim.id, source_version=version.id, stance=models.EvidenceGivenStance("supports"),
        passage="4.1 million dollars", posture=models.EvidenceGivenPostureType1("found"))))  # fmt: skip
    good(evidence_open_to_readers.sync_detailed(evidence.id, client=eda))
    good(research_steps_create.sync_detailed(client=rita, body=models.StepGiven(
        claim=claim.id, question="The invoice.", place="The city archive",
        outcome=models.StepGivenOutcome("not_found"))))  # fmt: skip

    def publish(**more: Any) -> Any:
        draft = good(drafts_create.sync_detailed(client=rita, body=models.DraftGiven(
            claim=claim.id, summary="It is so, rounded.", reasoning="The order says 4.1 million [1].",
            evidence=[evidence.id], **more)))  # fmt: skip
        good(drafts_submit.sync_detailed(draft.id, client=rita))
        assert drafts_publish.sync_detailed(draft.id, client=rita).status_code == 403
        told = good(drafts_obstacles.sync_detailed(draft.id, client=eda)).obstacles
        assert told == [], told
        first, again = (
            good(drafts_publish.sync_detailed(draft.id, client=eda, idempotency_key=f"p-{draft.id}"))
            for _ in "12"
        )
        assert first.id == again.id
        return first

    publish(rating="mostly_supported")
    kind = models.DraftGivenCorrectionKindType1("affects_rating")
    second = publish(
        rating="supported", correction_kind=kind, correction_note="The claim is about a round sum."
    )
    shown = good(
        claims_list.sync_detailed(client=rita, checked=True, class_=[models.ClaimsListClassItem("true")])
    )
    assert [one.id for one in shown.results] == [claim.id]
    withdrawal = good(verdicts_withdraw.sync_detailed(
        second.id, client=eda, body=models.Withdrawn(note="The order was reversed.")))  # fmt: skip
    after = good(claims_retrieve.sync_detailed(claim.id, client=rita))
    print(withdrawal.kind.value, withdrawal.number, after.current_verdict, len(after.verdicts))


main(*sys.argv[1:])
