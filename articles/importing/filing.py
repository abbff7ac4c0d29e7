"""Decides where a text that was handed in belongs, and writes it down with what was read from it.

A text is on record already, or it is new; or it is a newer version of an article, where the same name or address
brought an earlier one; or it resembles one on record, and then an editor says whether it is a copy, a newer
version or an article of its own. Nothing here makes a claim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from articles.importing.arrived import Arrived
from articles.importing.copies import Likeness, likeness
from articles.importing.layout import Laid
from articles.importing.reading import READER, Reading, Suggested, read
from articles.importing.references import keys
from articles.importing.report import MOVED, Fate, Report
from articles.importing.text import TextOfRecord, read_text
from articles.models import (
    AnchorProposal,
    Appearance,
    Arrival,
    Article,
    ArticleVersion,
    Block,
    Original,
    PassageMark,
    Suggestion,
)
from articles.models.addressed import at_address
from articles.models.ledger import act
from articles.refusals import Refused
from articles.vocabulary import ArrivalState, BlockRole, Media

# A text under the name or address of an earlier one is a newer state of it where they share this much of their
# words; below it, the name is used for something else.
_SAME_ARTICLE = 0.5
# How many articles that share passages are compared word by word.
_COMPARED = 3
#: What the name of every parser of ours begins with; blocks of a manifest have another.
PARSER = "importer"
_BEFORE = {
    ArrivalState.HELD: "waits at the desk for a decision",
    ArrivalState.SET_ASIDE: "was set aside at the desk",
    ArrivalState.COPIED: "was noted as a copy at the desk",
}
# Columns that say where a text is from rather than what it is.
_FACTS = (
    "title", "byline", "publisher", "url", "language", "published_earliest", "published_latest", "published_basis",
)  # fmt: skip


def file_text(by: Any, arrived: Arrived, at: datetime | None = None) -> Report:
    """Put a text that came without a manifest on record, at the desk only; if it is there already, nothing changes."""
    report = Report(arrived.name, notes=[*arrived.text.warnings, *arrived.notes])
    # Read before anything is locked: it takes longer than writing.
    reading = read(arrived.text.text, arrived.known)
    with act(by, "import", None, at) as entry:
        if _is_known(arrived, report):
            return report
        original = Original.keep(arrived.data, arrived.media)
        article, resembled = _where_it_belongs(arrived, reading, report)
        if resembled is not None:
            _hold(by, arrived, original, resembled, report, entry.at)
            return report
        if article is None:
            facts = _facts(arrived, reading, report)
            article = Article.add(by, arrived.text, **facts)
            version = article.current_version
            report.fate, report.created["article"] = Fate.NEW, 1
        else:
            version = article.add_version(by, arrived.text)
            report.fate, report.created["version of the text"] = Fate.VERSION, 1
        assert version is not None
        report.article_id = article.pk
        Arrival.filed(by, arrived.name, original, arrived.method, version, entry.at)
        write_reading(version, reading, report)
        report_anchors(version, report)
    return report


def file_version(
    by: Any, article: Article, arrived: Arrived, at: datetime | None = None
) -> tuple[ArticleVersion, Report]:
    """Put a text on record as the newer state of this article, because somebody says that it is one.

    Raises Refused for the text that the article has already.
    """
    report = Report(arrived.name, Fate.VERSION, notes=[*arrived.text.warnings, *arrived.notes])
    reading = read(arrived.text.text, arrived.known)
    with act(by, "import", article, at) as entry:
        version = article.add_version(by, arrived.text)
        report.article_id, report.created["version of the text"] = article.pk, 1
        original = Original.keep(arrived.data, arrived.media)
        Arrival.filed(by, arrived.name, original, arrived.method, version, entry.at)
        write_reading(version, reading, report)
        report_anchors(version, report)
    return version, report


def filed_before(name: str, data: bytes) -> Report | None:
    """Return what is to be told of a file that was filed under this name before; nothing of it need be read again."""
    sha256 = hashlib.sha256(data).hexdigest()
    same = Arrival.objects.filter(
        name=name[:500], original__sha256=sha256, state__in=[ArrivalState.FILED, ArrivalState.COPIED]
    )
    arrival = same.select_related("article_version__article").defer("article_version__text", "text").first()
    if arrival is None or arrival.article_version is None:
        return None
    report = Report(name)
    _tell_known(arrival.article_version, report)
    return report


def _is_known(arrived: Arrived, report: Report) -> bool:
    """Say whether this very text is on record, or waits, or was set aside; then nothing is written."""
    same = ArticleVersion.objects.filter(sha256=arrived.text.sha256).select_related("article").first()
    if same is not None:
        _tell_known(same, report)
        return True
    same_file = Q(original__sha256=arrived.text.original_sha256) | Q(text_sha256=arrived.text.sha256)
    before = Arrival.objects.filter(same_file).exclude(state=ArrivalState.FILED).first()
    if before is None:
        return False
    report.fate, report.article_id, report.unchanged = Fate.KNOWN, before.resembles_id, 1
    report.notes.append(
        f"The same file was handed in before and {_BEFORE[ArrivalState(before.state)]}: {before.resemblance}"
    )
    return True


def _tell_known(version: ArticleVersion, report: Report) -> None:
    """Say of which article this text is a version, and whether a newer one is on record."""
    report.fate, report.article_id, report.unchanged = Fate.KNOWN, version.article_id, 1
    newest = version.article.versions.order_by("-number").values_list("number", flat=True).first()
    if newest is not None and newest > version.number:
        report.notes.append(
            f"This is version {version.number} of article {version.article_id}; version {newest} is newer."
        )


def _where_it_belongs(
    arrived: Arrived, reading: Reading, report: Report
) -> tuple[Article | None, tuple[Article, str] | None]:
    """Return the article that this is a newer version of, if any; or the one it resembles, with a sentence."""
    text = arrived.text.text
    address = arrived.facts.get("url") or ""
    earlier = [
        ("the same name", Arrival.objects.of_article_under(arrived.name)),
        ("the same address", Article.objects.filter(at_address(address)).first()),
    ]
    for what, article in earlier:
        if article is None or article.current_version is None:
            continue
        found = likeness(article.current_version.text, text)
        if found.shared >= _SAME_ARTICLE:
            report.notes.append(f"Filed under article {article.pk}, “{article}”, which came under {what}.")
            return article, None
        report.notes.append(f"Article {article.pk}, “{article}”, came under {what}, with another text.")
    copy = Article.objects.with_fingerprint(arrived.text.fingerprint).first()
    if copy is not None:
        return None, (
            copy,
            "It is the same text but for quotation marks, dashes, spacing, letter case or image names.",
        )
    return None, _resembled(text, reading)


def _resembled(text: str, reading: Reading) -> tuple[Article, str] | None:
    """Return the article of which this text is a near-copy, and how near; None where there is none."""
    ids = PassageMark.objects.shared_with(reading.marks, _COMPARED) if reading.marks else []
    versions = ArticleVersion.objects.select_related("article").in_bulk(ids)
    compared: list[tuple[Likeness, Article]] = [
        (likeness(versions[pk].text, text), versions[pk].article) for pk in ids
    ]
    near = [(found, article) for found, article in compared if found.is_near_copy]
    if not near:
        return None
    found, article = max(near, key=lambda one: one[0].shared)
    return article, found.sentence


def _hold(
    by: Any,
    arrived: Arrived,
    original: Original,
    resembled: tuple[Article, str],
    report: Report,
    at: datetime,
) -> None:
    article, sentence = resembled
    arrival = Arrival.objects.create(
        name=arrived.name[:500],
        original=original,
        method=arrived.method,
        state=ArrivalState.HELD.value,
        resembles=article,
        resemblance=sentence[:500],
        text=arrived.text.text,
        text_sha256=arrived.text.sha256,
        facts={
            "article": {name: value for name, value in arrived.facts.items() if value},
            "encoding": arrived.text.encoding,
            "offset_map": [list(point) for point in arrived.text.offset_map],
            "known": [[block.role.value, block.start, block.end] for block in arrived.known],
        },
        at=at,
        by=by,
    )
    report.fate, report.article_id, report.arrival_id = Fate.HELD, article.pk, arrival.pk
    report.created["file held for a decision"] += 1
    report.notes.append(
        f"It looks like article {article.pk}, “{article}”. {sentence} It waits at the desk for somebody to say "
        "whether it is a copy, a newer version or an article of its own."
    )


def file_held_as_version(by: Any, arrival: Arrival) -> ArticleVersion:
    """Say that a held text is a newer version of the article it resembles; return the version."""
    with act(by, "import", None) as entry:
        arrival.require_held()
        _require_new(arrival)
        assert arrival.resembles is not None
        article = arrival.resembles
        return _file_held(by, arrival, article, article.add_version(by, _text_of(arrival)), entry.at)


def file_held_as_article(by: Any, arrival: Arrival) -> ArticleVersion:
    """Say that a held text is an article of its own; return its version."""
    with act(by, "import", None) as entry:
        arrival.require_held()
        _require_new(arrival)
        arrived, report = _arrived(arrival), Report(arrival.name)
        article = Article.add(by, arrived.text, **_facts(arrived, read(arrival.text, arrived.known), report))
        version = article.current_version
        assert version is not None
        return _file_held(by, arrival, article, version, entry.at)


def _require_new(arrival: Arrival) -> None:
    """Raise Refused where the held text came on record in the meantime, by another file or a manifest."""
    there = ArticleVersion.objects.filter(sha256=arrival.text_sha256).first()
    if there is not None:
        raise Refused(
            f"This text is on record by now, as version {there.number} of article {there.article_id}. "
            "Set the file aside.",
            "same_text",
        )


def _file_held(
    by: Any, arrival: Arrival, article: Article, version: ArticleVersion, at: datetime
) -> ArticleVersion:
    arrived = _arrived(arrival)
    write_reading(version, read(arrived.text.text, arrived.known), Report(arrival.name))
    arrival.settle(ArrivalState.FILED, version)
    return version


def _text_of(arrival: Arrival) -> TextOfRecord:
    """Return the text that was read from a held file, as it was read then."""
    return replace(
        read_text(arrival.text.encode()),
        original_sha256=arrival.original.sha256,
        encoding=arrival.facts["encoding"],
        offset_map=tuple((here, there) for here, there in arrival.facts["offset_map"]),
    )


def _arrived(arrival: Arrival) -> Arrived:
    return Arrived(
        name=arrival.name,
        data=b"",
        media=Media(arrival.original.media),
        text=_text_of(arrival),
        facts=arrival.facts["article"],
        known=tuple(Laid(BlockRole(role), start, end) for role, start, end in arrival.facts["known"]),
        method=arrival.method,
    )


def _facts(arrived: Arrived, reading: Reading, report: Report) -> dict[str, Any]:
    """Return what the file says of itself, as fields of an article; what does not fit is told and left out."""
    said: dict[str, Any] = {**_header_facts(arrived.text.text, reading), **_present(arrived.facts)}
    facts: dict[str, Any] = {}
    for name in _FACTS:
        if name not in said:
            continue
        try:
            facts[name] = Article._meta.get_field(name).clean(said[name], None)  # type: ignore[union-attr]
        except ValidationError as error:
            report.notes.append(f"Its {name.replace('_', ' ')} was left out: {' '.join(error.messages)}")
    return facts


def _present(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}


def _header_facts(text: str, reading: Reading) -> dict[str, Any]:
    """Return what the lines above the text say."""
    header = reading.header
    facts: dict[str, Any] = {}
    if header.title is not None:
        facts["title"] = " ".join(header.title.of(text).split())
    if header.byline is not None:
        facts["byline"] = " ".join(header.byline.of(text).split())
    if header.date is not None and header.date.earliest is not None:
        facts["published_earliest"] = header.date.earliest
        facts["published_latest"] = header.date.latest
        facts["published_basis"] = header.date.basis
    return facts


def write_reading(version: ArticleVersion, reading: Reading, report: Report) -> None:
    """Write down what was read from a version: its blocks, what finds its copies, and the suggestions."""
    write_blocks(version, reading.blocks)
    PassageMark.objects.filter(article_version=version).delete()
    PassageMark.objects.bulk_create(
        (PassageMark(article_version=version, mark=mark) for mark in reading.marks), batch_size=1000
    )
    made = Suggestion.write(version, (_row(one) for one in reading.suggestions))
    if made:
        report.created["suggestions"] += made


def write_blocks(version: ArticleVersion, blocks: Sequence[Laid]) -> None:
    """Put the blocks that the program found in the place of those it found before; those of a manifest stay."""
    Block.objects.filter(article_version=version, parser__startswith=PARSER).delete()
    said = set(Block.objects.filter(article_version=version).values_list("start", "end"))
    Block.objects.bulk_create(
        (
            Block(
                article_version=version, role=block.role.value, start=block.start, end=block.end, parser=READER[:100],
            )
            for block in blocks
            if (block.start, block.end) not in said
        ),
        batch_size=500,
    )  # fmt: skip


def _row(found: Suggested) -> Suggestion:
    return Suggestion(
        start=found.start,
        end=found.end,
        kind=found.kind.value,
        score=found.score,
        reasons=[asdict(reason) for reason in found.reasons],
        chain=[asdict(link) for link in found.chain],
        clauses=[list(clause) for clause in found.clauses],
        rests_on=[
            {
                "kind": one.kind.value, "start": one.start, "end": one.end, "name": one.name,
                "fields": dict(one.fields), "confirm": one.confirm, "keys": list(keys(one)),
            }
            for one in found.rests_on
        ],
        reader=READER[:200],
    )  # fmt: skip


def report_anchors(version: ArticleVersion, report: Report) -> None:
    """Say of each claim in the version before what became of its words."""
    if version.number == 1:
        return
    carried: Iterable[Appearance] = Appearance.objects.filter(
        article_version=version, carried_from__isnull=False
    )
    for one in carried:
        report.anchors.append((one.claim_id, MOVED, one.exact))
    proposals = AnchorProposal.objects.filter(article_version=version).select_related("appearance")
    for proposal in proposals:
        report.anchors.append((proposal.appearance.claim_id, proposal.kind, proposal.appearance.exact))
