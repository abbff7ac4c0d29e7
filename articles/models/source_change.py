"""What a new version of a source changes, and whose verdicts have to be read again for it."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Coalesce

from articles.models.review import ReviewTask
from articles.vocabulary import ReviewReason

if TYPE_CHECKING:  # whose verb calls what is here
    from articles.models.source import Source
    from articles.models.source_version import SourceVersion

# What copies of one text are written with: each of these is read as the other.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict.fromkeys("‘’‚‛‹›′´`＇", "'"),
        **dict.fromkeys("‐‑‒–—―", "-"),
        "…": "...",
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    }
)


def folded(text: str) -> str:
    """Return a text as all copies of one state share it: quotation marks, dashes and white space are made alike.

    Letters, their case, digits, signs and stops stay: "$1.5" and "$15" are two states.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_ALIKE).split())


def is_another_state(version: SourceVersion, before: SourceVersion | None) -> bool:
    """Does a version show another state of its source than the one stored before it?

    Where one of them has nothing stored there is nothing to tell that by. Of the same text, however it was typeset, a
    second copy is another state only where it holds for other days.
    """
    if before is None or not (version.sha256 and before.sha256) or version.sha256 == before.sha256:
        return False
    if version.text is None or before.text is None:
        return True
    held = (before.effective_from, before.effective_to)
    holds = (version.effective_from or before.effective_from, version.effective_to or before.effective_to)
    return holds != held or folded(version.text) != folded(before.text)


def claims_resting_on(source: Source) -> set[int]:
    """Return the ids of the claims whose current verdict cites this source or one merged into it.

    A merged claim is told as its survivor.
    """
    from articles.models.source import Source
    from articles.models.source_version import SourceVersion
    from articles.models.verdict import Verdict

    # Known before the rest is asked: PostgreSQL, told of them by a question within the question, read all verdicts.
    versions = list(
        SourceVersion.objects.filter(source__in=Source.objects.one_with(source)).values_list("pk", flat=True)
    )
    cited = Verdict.objects.current().filter(citations__evidence__source_version__in=versions).order_by()
    return set(cited.values_list(Coalesce("claim__merged_into", "claim"), flat=True))


def ask_to_read_again(version: SourceVersion, before: SourceVersion, at: datetime) -> int:
    """Ask for each current verdict that cites this source to be read again; return for how many claims.

    A claim that waits already because of this source goes on waiting, now because of this version. Five statements
    at most, however many claims.
    """
    source = version.source
    note = (
        f"“{source.title[:300]}” has a version {version.number}, which differs from version {before.number}."
    )
    waiting = ReviewTask.objects.filter(
        reason=ReviewReason.SOURCE_CHANGED, source_version__source=source, closed_at=None
    )
    waits = waiting.update(source_version=version, note=note, revision=F("revision") + 1)
    told = ReviewTask.objects.filter(source_version=version, closed_at=None) if waits else waiting.none()
    claims = claims_resting_on(source) - set(told.values_list("claim", flat=True))
    asked = ReviewTask.objects.bulk_create(
        [
            ReviewTask(
                claim_id=pk,
                reason=ReviewReason.SOURCE_CHANGED.value,
                source_version=version,
                note=note,
                opened_at=at,
            )
            for pk in sorted(claims)
        ],
        batch_size=500,
    )
    return waits + len(asked)
