"""What is a correction: of every verb and noun of the ledger, whether it can change what readers had seen of a verdict.

A verb that stands in none of these tables fails a test, so the list of corrections is complete as long as the tests
pass.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.verdict import CorrectionKind


class AmendmentKind(models.TextChoices):
    """What was changed beside a published verdict, where no new verdict was published."""

    CLAIM = "claim", _("claim worded or described anew")
    MERGE = "merge", _("claims merged, or a merge taken back")
    EVIDENCE = "evidence", _("evidence replaced, changed or taken back")
    SOURCE = "source", _("source described anew")
    ARTICLE = "article", _("article described anew")
    CLAIMANT = "claimant", _("who says it, named or described anew")
    RATING = "rating", _("rating worded anew")
    QUOTATION = "quotation", _("quotation changed or closed to readers")
    GROUNDWORK = "groundwork", _("what we asked or looked for, changed or closed to readers")
    REDACTION = "redaction", _("words taken out")


SENTENCES = {
    AmendmentKind.CLAIM: _(
        "The claim was worded or described anew after a verdict on it had been published."
    ),
    AmendmentKind.MERGE: _("This claim was found to be the same as another, or no longer to be so."),
    AmendmentKind.EVIDENCE: _(
        "Evidence on this claim was replaced, changed or taken back. What a verdict cites stays as it was cited."
    ),
    AmendmentKind.SOURCE: _("A source that a published verdict cites was described anew."),
    AmendmentKind.ARTICLE: _(
        "An article that makes a claim with a published verdict was described anew, or another part of it is shown."
    ),
    AmendmentKind.CLAIMANT: _(
        "Whoever makes or passes on a claim with a published verdict was named or described anew, or found to be the "
        "same as another."
    ),
    AmendmentKind.RATING: _(
        "A rating that published verdicts have was worded anew. What a verdict was called when it was published is "
        "kept at its own address."
    ),
    AmendmentKind.QUOTATION: _("Words quoted for this claim were changed, or are no longer open to readers."),
    AmendmentKind.GROUNDWORK: _(
        "What we asked or looked for was described anew, or is no longer open to readers."
    ),
    AmendmentKind.REDACTION: _(
        "Words were taken out of the record; a mask of the same length stands in their place."
    ),
}
_MERGED = {
    "claim": AmendmentKind.MERGE,
    "source": AmendmentKind.SOURCE,
    "claimant": AmendmentKind.CLAIMANT,
}
# What a program or a file may change at once is what a person may change by one revision.
_REVISED = {
    "claim": AmendmentKind.CLAIM,
    "evidence": AmendmentKind.EVIDENCE,
    "source": AmendmentKind.SOURCE,
    "article": AmendmentKind.ARTICLE,
    "claimant": AmendmentKind.CLAIMANT,
    "rating": AmendmentKind.RATING,
    "appearance": AmendmentKind.QUOTATION,
    "contact": AmendmentKind.GROUNDWORK,
    "researchstep": AmendmentKind.GROUNDWORK,
}
# The verbs that change what readers had seen: of which nouns, and what kind of correction that is.
AMENDING: dict[str, dict[str, AmendmentKind]] = {
    "revise": _REVISED,
    "bulk": _REVISED,
    "import": _REVISED,
    "merge": _MERGED,
    "unmerge": _MERGED,
    "replace": {"evidence": AmendmentKind.EVIDENCE},
    "remove_evidence": {"evidence": AmendmentKind.EVIDENCE},
    "close_to_readers": {
        "appearance": AmendmentKind.QUOTATION,
        "contact": AmendmentKind.GROUNDWORK,
        "researchstep": AmendmentKind.GROUNDWORK,
    },
    # Where the newer text says it in other words, those stand over the verdict from then on.
    "re_anchor": {"appearance": AmendmentKind.QUOTATION},
    "accept_proposal": {"appearance": AmendmentKind.QUOTATION},
    "redact": {"redaction": AmendmentKind.REDACTION},
}
# The other nouns that can be revised, each with the reason why that is no correction.
NOT_BESIDE: dict[str, str] = {
    "copy": "Where else a text was published; no claim and no verdict says it.",
    "newsroom": "Who runs this, and how; a verdict keeps the name under which it was published.",
    "ratingscale": "What a scale is called; verdicts say its number.",
    "topic": "Under which headings claims are listed.",
}
# The verbs that publish a row of a series: the first of a claim corrects nothing, every other has its correction.
CORRECTING = frozenset({"publish", "withdraw"})
_ADDS = "It puts something beside what readers saw; nothing of that changes."
OF_THE_DESK = "It concerns work of the desk that readers do not see."
_STATUS = "It says how far the checking is; a verdict that was published, and the words of the claim, stay."
OF_WHAT_WAS_SENT = (
    "It says what became of what a reader sent; what the desk makes of that are entries of their own."
)
# The verbs that are no correction, each with the reason.
NO_CORRECTION: dict[str, str] = {
    "genesis": "The first entry: nothing had been published.",
    "open": "It opens the newsroom.",
    **dict.fromkeys(("set_logo", "remove_logo"), "The newsroom's face; its verdicts stay."),
    "adopt": "Verdicts keep the scale they were published on.",
    "retire": "Verdicts keep the rating they were published with.",
    **dict.fromkeys(
        (
            "add", "add_copy", "add_version", "mark", "relate", "open_to_readers", "show", "file", "note_copy",
            "accept_suggestion",
        ),
        _ADDS,
    ),
    "derive": "A verdict keeps the number of independent origins that was counted when it was published.",
    "underive": "A verdict keeps the number of independent origins that was counted when it was published.",
    "unrelate": "A link between two claims; neither the claims nor their verdicts change.",
    "set_topics": "It says under which headings a claim is listed.",
    **dict.fromkeys(("start_checking", "reopen", "declare_not_checkable"), _STATUS),
    **dict.fromkeys(("dismiss", "take_back_suggestion"), "Refused once a verdict was published."),
    **dict.fromkeys(("record_reply", "record_decline", "record_no_reply"), "It adds the answer that was awaited."),
    **dict.fromkeys(
        (
            "start_draft", "use_evidence", "submit", "hand_back", "drop", "assign", "unassign", "close",
            "dismiss_suggestion", "reopen_suggestion", "split_suggestion", "join_suggestions", "dismiss_proposal",
            "reopen_proposal", "set_aside", "ask_to_review", "schedule", "unschedule", "ask_assessment",
            "give_assessment", "withdraw_assessment", "settle_assessment", "declare_conflict", "end_conflict",
            "ask_again", "take_back",
            # Complaints, which tie the corrections that followed.
            "receive", "decide", "note_withdrawal", "tie", "untie", "settle", "unsettle",
        ),
        OF_THE_DESK,
    ),
    **dict.fromkeys(("take", "accept", "decline", "mark_duplicate", "forget"), OF_WHAT_WAS_SENT),
}  # fmt: skip

KINDS: dict[str, Any] = {**dict(CorrectionKind.choices), **dict(AmendmentKind.choices)}
