"""What the statements of the floor are written with: the words in which the two engines differ, and the shapes that
several of its answers have."""

from __future__ import annotations


class Sql:
    """The words in which the two engines differ."""

    def __init__(self, is_postgres: bool, base: str) -> None:
        self.is_postgres = is_postgres
        # The beginning of every whole address.
        self.base = base
        self.true, self.false = ("true", "false") if is_postgres else ("json('true')", "json('false')")

    def object(self, **values: str) -> str:
        made = ", ".join(f"'{name.rstrip('_')}', {value}" for name, value in values.items())
        return f"{'json_build_object' if self.is_postgres else 'json_object'}({made})"

    def rows(self, shape: str, tables: str) -> str:
        """Return the rows of a query as an array, each in this shape; the query may be ordered."""
        if self.is_postgres:
            return f"(SELECT coalesce(json_agg(r.x), '[]') FROM (SELECT {shape} AS x FROM {tables}) r)"
        return f"(SELECT json_group_array(json(r.x)) FROM (SELECT {shape} AS x FROM {tables}) r)"

    def json(self, column: str) -> str:
        return column if self.is_postgres else f"json({column})"

    def moment(self, column: str) -> str:
        if self.is_postgres:
            return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        return f"replace({column}, ' ', 'T') || 'Z'"

    def text(self, column: str) -> str:
        return f"nullif({column}, '')"

    def joined(self, *parts: str) -> str:
        return " || ".join(parts)

    def slug(self, column: str) -> str:
        """Right for the words of the bench: letters, spaces, and a full stop at the end."""
        return f"rtrim(substr(replace(replace(lower({column}), '.', ''), ' ', '-'), 1, 80), '-')"

    def page(self, noun: str, pk: str, words: str) -> str:
        return self.joined(f"'{self.base}/{noun}/'", pk, "'/'", self.slug(words), "'/'")

    def api(self, noun: str, pk: str) -> str:
        return self.joined(f"'{self.base}/api/v1/{noun}/'", pk, "'/'")

    def day(self, column: str, basis: str) -> str:
        return self.object(edtf=f"{column}_earliest", earliest=f"{column}_earliest", latest=f"{column}_latest",
                           basis=self.text(basis))  # fmt: skip


VERDICTS = (
    "articles_verdict v JOIN articles_rating r ON r.id = v.rating_id "
    "JOIN articles_ratingscale rs ON rs.id = r.scale_id"
)
# The last one of its claim `c`.
LAST = "v.id = (SELECT max(n.id) FROM articles_verdict n WHERE n.claim_id = c.id)"


def verdict_shape(sql: Sql) -> str:
    """Return a verdict `v` of the claim `c` in short, with its rating `r` and the scale `rs` of that."""
    rating = sql.object(
        slug="r.slug", labels=sql.json("r.labels"), class_="r.machine_class", rank="r.rank", scale="rs.number"
    )
    return sql.object(
        id="v.id", claim_id="v.claim_id", number="v.number", kind="v.kind", rating=rating, summary="v.summary",
        published_at=sql.moment("v.published_at"), valid_from="v.valid_from", valid_to="v.valid_to",
        supersedes_id="v.supersedes_id", is_current=f"CASE WHEN {LAST} THEN {sql.true} ELSE {sql.false} END",
        api_url=sql.api("verdicts", "v.id"),
        page_url=sql.joined(f"'{sql.base}/claims/'", "v.claim_id", "'/v/'", "v.number", "'/'"),
    )  # fmt: skip


def claim_row(sql: Sql) -> dict[str, str]:
    """Return what a list shows of a claim `c`, and its detail before all else."""
    topics = sql.rows(
        sql.object(id="t.id", name="t.name"),
        "articles_topic t JOIN articles_claim_topics ct ON ct.topic_id = t.id WHERE ct.claim_id = c.id "
        "ORDER BY t.name",
    )
    current = (
        f"(SELECT {verdict_shape(sql)} FROM {VERDICTS} WHERE v.claim_id = c.id AND v.kind = 'verdict' "
        "ORDER BY v.id DESC LIMIT 1)"
    )
    return {
        "id": "c.id", "statement": "c.statement", "kind": "c.kind", "language": "c.language", "status": "c.status",
        "status_reason": sql.text("c.status_reason"), "asserted": sql.day("c.asserted", "c.asserted_basis"),
        "topics": sql.json(topics), "current_verdict": sql.json(current), "merged_into": "c.merged_into_id",
        "created_at": sql.moment("c.created_at"), "revision": "c.revision", "public_seq": "c.public_seq",
        "api_url": sql.api("claims", "c.id"), "page_url": sql.page("claims", "c.id", "c.statement"),
    }  # fmt: skip
