"""What is searched: one document for each claim, article, source and claimant, said once, in SQL both engines read.

A document's `id` is 16 × the row's id + 2 × the number of its kind + 1 where only the desk may find it: rank, kind and
audience are known from the index alone. A row that readers can see has a readers' document; what only the desk may
find of it (the text of an open article whose rights do not allow to show it) is a second one beside it.

A merged row has no document: its words belong to the document of its survivor.

`changes()` names, for each table, what a written row makes out of date. The triggers of both engines are made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from articles.models.article import Visibility
from articles.models.claim import PUBLIC_STATUSES
from articles.vocabulary import ClaimStatus, Rights

TABLE = "articles_searchdocument"
COLUMNS = "id, kind, object_id, title, body"
# What was made of documents: see `articles.meaning`.
VECTORS = "articles_claimvector"
KINDS = ("claim", "article", "source", "claimant")
DESK = 1
# Of one text; PostgreSQL can index no longer one. A book's first 400,000 characters are found, the rest is not.
MOST_TEXT = 400_000
# Between the pieces of a document: no word, so that it is never found itself.
BREAK = "' ¶ '"

_PUBLIC = ", ".join(f"'{status}'" for status in PUBLIC_STATUSES)
_OPEN = f"'{Visibility.PUBLIC}'"
_MERGED = f"'{ClaimStatus.MERGED}'"


def document_id(kind: str, pk: int, *, desk: bool = False) -> int:
    return pk * 16 + KINDS.index(kind) * 2 + (DESK if desk else 0)


def _joined(*columns: str) -> str:
    """Return the SQL for the texts of these columns, none of them NULL, with a break after each that says something."""
    return " || ".join(f"CASE {column} WHEN '' THEN '' ELSE {column} || {BREAK} END" for column in columns)


# {all} is how an engine joins the texts `words` of a subquery in a stable order: its aggregate.
_CLAIM = f"""
SELECT c.id * 16 + CASE WHEN c.status IN ({_PUBLIC}) THEN 0 ELSE {DESK} END, 'claim', c.id, c.statement,
  COALESCE((SELECT {{all}} FROM (
    SELECT p.exact AS words FROM articles_appearance p
      JOIN articles_articleversion v ON v.id = p.article_version_id JOIN articles_article r ON r.id = v.article_id
      WHERE r.visibility = {_OPEN} AND p.claim_id = c.id
    UNION SELECT p.exact FROM articles_claim m JOIN articles_appearance p ON p.claim_id = m.id
      JOIN articles_articleversion v ON v.id = p.article_version_id JOIN articles_article r ON r.id = v.article_id
      WHERE r.visibility = {_OPEN} AND m.merged_into_id = c.id
    UNION SELECT m.statement FROM articles_claim m WHERE m.merged_into_id = c.id
    ORDER BY 1) AS said), '')
FROM articles_claim c WHERE c.status <> {_MERGED}"""

_ABOUT_ARTICLE = _joined("a.byline", "a.publisher")
_TEXT = f"""COALESCE((SELECT SUBSTR(v.text, 1, {MOST_TEXT}) FROM articles_articleversion v
    WHERE v.article_id = a.id ORDER BY v.number DESC LIMIT 1), '')"""
_ARTICLE = f"""
SELECT a.id * 16 + 2 + CASE a.visibility WHEN {_OPEN} THEN 0 ELSE {DESK} END, 'article', a.id, a.title,
  {_ABOUT_ARTICLE} || CASE WHEN a.visibility = {_OPEN} AND a.rights <> '{Rights.FULL}' THEN ''
    ELSE {_TEXT} END
FROM articles_article a WHERE 1 = 1"""
_ARTICLE_AT_DESK = f"""
SELECT a.id * 16 + 2 + {DESK}, 'article', a.id, a.title, {_ABOUT_ARTICLE} || {_TEXT}
FROM articles_article a WHERE a.visibility = {_OPEN} AND a.rights <> '{Rights.FULL}'"""

_SOURCE_COLUMNS = (
    "publisher", "people", "description", "court", "docket_number", "judge", "citation", "jurisdiction", "platform",
    "account", "venue", "filed_with", "described_as",
)  # fmt: skip
_SOURCE = f"""
SELECT s.id * 16 + 4 + CASE s.visibility WHEN {_OPEN} THEN 0 ELSE {DESK} END, 'source', s.id, s.title,
  {_joined(*(f"s.{column}" for column in _SOURCE_COLUMNS))} || COALESCE((SELECT {{all}} FROM (
    SELECT m.title AS words FROM articles_source m WHERE m.merged_into_id = s.id
      AND (m.visibility = {_OPEN} OR s.visibility <> {_OPEN})
    ORDER BY 1) AS merged), '')
FROM articles_source s WHERE s.merged_into_id IS NULL"""

_ATTRIBUTED = f"""EXISTS (SELECT 1 FROM articles_attribution t
    JOIN articles_appearance p ON p.id = t.appearance_id JOIN articles_claim c ON c.id = p.claim_id
    JOIN articles_articleversion v ON v.id = p.article_version_id JOIN articles_article r ON r.id = v.article_id
    WHERE t.claimant_id = {{row}}.id AND c.status IN ({_PUBLIC}) AND r.visibility = {_OPEN})"""
_CLAIMANT = f"""
SELECT k.id * 16 + 6 + CASE WHEN {_ATTRIBUTED.format(row="k")} THEN 0 ELSE {DESK} END, 'claimant', k.id, k.name,
  {_joined("k.description")} || COALESCE((SELECT {{all}} FROM (
    SELECT m.name AS words FROM articles_claimant m WHERE m.merged_into_id = k.id
      AND ({_ATTRIBUTED.format(row="m")} OR NOT {_ATTRIBUTED.format(row="k")})
    ORDER BY 1) AS merged), '')
FROM articles_claimant k WHERE k.merged_into_id IS NULL"""

# Kind → its documents, each with the name of the row's id in it.
SELECTS = {
    "claim": [(_CLAIM, "c.id")],
    "article": [(_ARTICLE, "a.id"), (_ARTICLE_AT_DESK, "a.id")],
    "source": [(_SOURCE, "s.id")],
    "claimant": [(_CLAIMANT, "k.id")],
}


def selects(aggregate: str, kind: str, narrowed: str = "") -> Iterator[str]:
    """Yield the SELECTs of a kind's documents as they should be; `narrowed` is what the ids must fulfil, as IN (…)."""
    for select, key in SELECTS[kind]:
        yield select.format(all=aggregate) + (f" AND {key} {narrowed}" if narrowed else "")


def refresh(aggregate: str, kind: str, ids: str) -> Iterator[str]:
    """Yield the statements that make these rows' documents what they should be; `ids` is a subquery with an `id`."""
    number = KINDS.index(kind) * 2
    for desk in (0, DESK):
        yield f"DELETE FROM {TABLE} WHERE id IN (SELECT one.id * 16 + {number + desk} FROM ({ids}) AS one)"
    for select in selects(aggregate, kind, f"IN ({ids})"):
        yield f"INSERT INTO {TABLE} ({COLUMNS}) {select}"


def forget_vector(row: str) -> str:
    """Return the statement that forgets what was made of a document that changes or goes: words may be gone with it."""
    return f"DELETE FROM {VECTORS} WHERE document = {row}.id;"


@dataclass(frozen=True)
class Change:
    """What makes documents out of date: a write to `table`, and which rows of which kinds it concerns.

    `columns` are those that count in an UPDATE. `concerns` maps a kind to the SQL of the rows' ids, in terms of
    {row}, the row written: NEW or OLD, both in an UPDATE.
    """

    table: str
    columns: tuple[str, ...]
    concerns: tuple[tuple[str, str], ...]
    inserts: bool = True


_CLAIMS_IN_ARTICLE = """SELECT COALESCE(c.merged_into_id, c.id) AS id FROM articles_articleversion v
    JOIN articles_appearance p ON p.article_version_id = v.id JOIN articles_claim c ON c.id = p.claim_id
    WHERE v.article_id = {row}.id"""
_SPEAKERS_IN_ARTICLE = """SELECT COALESCE(k.merged_into_id, k.id) AS id FROM articles_articleversion v
    JOIN articles_appearance p ON p.article_version_id = v.id JOIN articles_attribution t ON t.appearance_id = p.id
    JOIN articles_claimant k ON k.id = t.claimant_id WHERE v.article_id = {row}.id"""
_SPEAKERS_OF_CLAIM = """SELECT COALESCE(k.merged_into_id, k.id) AS id FROM articles_appearance p
    JOIN articles_attribution t ON t.appearance_id = p.id JOIN articles_claimant k ON k.id = t.claimant_id
    WHERE p.claim_id = {row}.id"""
_STANDING_CLAIM = (
    "SELECT COALESCE(c.merged_into_id, c.id) AS id FROM articles_claim c WHERE c.id = {row}.claim_id"
)
_STANDING_SPEAKER = (
    "SELECT COALESCE(k.merged_into_id, k.id) AS id FROM articles_claimant k WHERE k.id = {row}.claimant_id"
)


def changes() -> list[Change]:
    """Return all writes that a document depends on."""
    itself = "SELECT {row}.id AS id UNION SELECT COALESCE({row}.merged_into_id, {row}.id)"
    return [
        Change("articles_claim", ("statement", "status", "merged_into_id"), (("claim", itself),)),
        # A claimant is shown to readers by what is attributed to it in claims they see. A new claim has nothing yet.
        Change("articles_claim", ("status",), (("claimant", _SPEAKERS_OF_CLAIM),), inserts=False),
        Change("articles_appearance", ("exact", "claim_id"), (("claim", _STANDING_CLAIM),)),
        Change("articles_attribution", ("claimant_id", "appearance_id"), (("claimant", _STANDING_SPEAKER),)),
        Change(
            "articles_article",
            ("title", "byline", "publisher", "rights", "visibility"),
            (("article", "SELECT {row}.id AS id"),),
        ),
        Change(
            "articles_article",
            ("visibility",),
            (("claim", _CLAIMS_IN_ARTICLE), ("claimant", _SPEAKERS_IN_ARTICLE)),
            inserts=False,
        ),
        Change(
            "articles_articleversion", ("text", "article_id"), (("article", "SELECT {row}.article_id AS id"),)
        ),
        Change(
            "articles_source",
            ("title", *_SOURCE_COLUMNS, "visibility", "merged_into_id"),
            (("source", itself),),
        ),
        Change("articles_claimant", ("name", "description", "merged_into_id"), (("claimant", itself),)),
    ]
