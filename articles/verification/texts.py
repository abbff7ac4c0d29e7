"""Texts say what is quoted of them, have the hashes they came with, and verdicts show what they cite."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from articles.canonical import canonical, sha256
from articles.models import (
    Appearance,
    ArticleVersion,
    Attribution,
    Citation,
    Evidence,
    SourceVersion,
    Verdict,
)
from articles.verification.reading import Reading, Wrong
from articles.vocabulary import PassageState

# So many texts are held at once; one may have a million characters.
TEXTS = 100
# So many passages, each perhaps of another text.
PASSAGES = 200


def quotations(reading: Reading) -> Wrong:
    """`text[start:end] == exact` for every appearance, and for the words of every attribution."""
    versions = ArticleVersion.objects.order_by("pk").values_list("pk", "text")
    for some in reading.chunks(versions, "quotations", TEXTS):
        texts = dict(some)
        appearances = Appearance.objects.using(reading.using).filter(article_version__in=texts)
        for pk, version, start, end, exact, prefix, suffix in appearances.order_by("pk").values_list(
            "pk", "article_version_id", "start", "end", "exact", "prefix", "suffix"
        ):
            text = texts[version]
            if text[start:end] != exact:
                yield f"appearance {pk}", f"the text does not say “{exact[:60]}” at {start}:{end}"
            elif not (text.endswith(prefix, 0, start) and text.startswith(suffix, end)):
                yield f"appearance {pk}", "its prefix or suffix is not what stands around it"
        attributions = Attribution.objects.using(reading.using).filter(
            appearance__article_version__in=texts, start__isnull=False
        )
        for pk, version, since, until, words in attributions.order_by("pk").values_list(
            "pk", "appearance__article_version_id", "start", "end", "words"
        ):
            if texts[version][since:until] != words:
                yield f"attribution {pk}", f"the text does not say “{words}” at {since}:{until}"


def passages(reading: Reading) -> Wrong:
    """Every passage called verified stands in the stored text, at its place."""
    verified = Evidence.objects.filter(passage_state=PassageState.VERIFIED).order_by(
        "source_version_id", "pk"
    )
    columns = verified.values_list("pk", "source_version_id", "start", "end", "passage")
    for some in reading.chunks(columns, "passages", PASSAGES):
        versions = SourceVersion.objects.using(reading.using).filter(
            pk__in={version for _, version, *_ in some}
        )
        texts = dict(versions.values_list("pk", "text"))
        for pk, version, start, end, passage in some:
            text = texts.get(version) or ""
            if start is None or text[start:end] != passage:
                yield f"evidence {pk}", f"its source does not say this at {start}:{end}"


def hashes(reading: Reading) -> Wrong:
    """Every stored text has the hash it came with, or a redaction that explains the other one."""
    for model in (ArticleVersion, SourceVersion):
        table, name = model._meta.db_table, model._meta.verbose_name
        stored = model._base_manager.exclude(text=None).order_by("pk").values_list("pk", "text", "sha256")
        for some in reading.chunks(stored, "hashes", TEXTS):
            for pk, text, had in some:
                if sha256(text) != had and reading.redacted.get((table, pk, "text")) != (had, text):
                    yield f"{name} {pk}", "its text does not have its hash"


def series(reading: Reading) -> Wrong:
    """Every verdict follows the one before it on the same claim and shows what it cites."""
    verdicts = Verdict.objects.select_related("supersedes").order_by("pk")
    for some in reading.chunks(verdicts, "series"):
        cited, strangers = defaultdict(list), set()
        claims = {one.pk: one.claim_id for one in some}
        citations = Citation.objects.using(reading.using).filter(verdict__in=claims)
        for verdict, position, evidence, claim in citations.order_by("verdict_id", "position").values_list(
            "verdict_id", "position", "evidence_id", "evidence__claim_id"
        ):
            cited[verdict].append((position, evidence))
            if claim != claims[verdict]:
                strangers.add(verdict)
        for one in some:
            name, before = f"verdict {one.pk}", one.supersedes
            if before is not None and (before.claim_id, before.number) != (one.claim_id, one.number - 1):
                yield name, f"it is number {one.number} of its claim but follows verdict {before.pk}"
            yield from ((name, sentence) for sentence in _snapshot(one.snapshot, cited[one.pk]))
            if one.pk in strangers:
                yield name, "it cites evidence for another claim"


def _snapshot(text: str, cited: list[tuple[int, int]]) -> Any:
    """Yield what is wrong with a snapshot of a verdict that cites this."""
    try:
        shown = json.loads(text)
    except (ValueError, RecursionError):
        shown = None
    if not isinstance(shown, dict):
        yield "its snapshot is not a JSON object"
        return
    if not _is_canonical(shown, text):
        yield "its snapshot is not in canonical form"
    pieces = shown.get("evidence")
    listed = [piece for piece in pieces if isinstance(piece, dict)] if isinstance(pieces, list) else []
    if pieces != listed or [(piece.get("number"), piece.get("id")) for piece in listed] != cited:
        yield "its snapshot shows other evidence than it cites"


def _is_canonical(shown: dict[str, Any], text: str) -> bool:
    try:
        return canonical(shown) == text
    except TypeError:
        # A number with a point, which has no single spelling.
        return False
