"""Search in PostgreSQL: a generated tsvector with a GIN index over the documents, ranked by BM25 in SQL.

PostgreSQL's own ranking knows no document frequencies. What BM25 needs is here all the same: `ts_rank` of one single
word is a partial sum of 1/k², so it says how often the word occurs; the length of a document is a column; common
words are counted ahead (`SearchWord`), rare ones when they are asked for, which is quick because they are rare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from articles.canonical import sha256
from articles.search.bm25 import by_length, factor, scored, weight
from articles.search.documents import COLUMNS, DESK, KINDS, TABLE, changes, forget_vector, refresh, selects
from articles.search.query import Query, Term
from articles.search.ranking import NEWEST, Counted, Plan, Put, Ranked, Ranking, marks, plan, tie
from articles.search.snippets import alike

AGGREGATE = """string_agg(words, ' ¶ ' ORDER BY words COLLATE "C")"""
COUNTS = "articles_searchword"
# Words with fewer documents are counted when they are asked for, which reads each of those documents.
COMMON = 50
# So many of them by one statement.
COUNTED_AT_ONCE = 100
# How many of the best by their rarest words are weighed again by all words.
WEIGHED_AGAIN = 250

# Letters are folded as FTS5 folds them: compatibility forms and accents away, lower case; the rest parts words.
FOLD = r"""
CREATE OR REPLACE FUNCTION search_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $fold$
SELECT regexp_replace(regexp_replace(lower(normalize(given, NFD)), '[\u0300-\u036f]', '', 'g'),
  '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2100-\u214f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\ufe00-\ufe0f\uff01-\uff0f]+',
  ' ', 'g')
$fold$"""
CONFIGURATION = [
    "DROP TEXT SEARCH CONFIGURATION IF EXISTS search_english CASCADE",
    "DROP TEXT SEARCH DICTIONARY IF EXISTS search_stem CASCADE",
    # Without a list of stop words, so that a phrase made of them is found.
    "CREATE TEXT SEARCH DICTIONARY search_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION search_english (PARSER = default)",
    "ALTER TEXT SEARCH CONFIGURATION search_english ADD MAPPING FOR asciiword, word, numword, asciihword, hword, "
    "numhword, hword_asciipart, hword_part, hword_numpart, email, protocol, url, host, url_path, file, sfloat, float, "
    "int, uint, version, tag, entity WITH search_stem",
]
# The word between title and body keeps a phrase from running over the edge.
SHAPE = [
    f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS words, DROP COLUMN IF EXISTS length",
    f"ALTER TABLE {TABLE} ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('search_english', "
    "search_fold(title) || ' endoftitleinthisindex ' || search_fold(body))) STORED, "
    "ADD COLUMN length integer GENERATED ALWAYS AS (COALESCE(array_length(regexp_split_to_array("
    "btrim(search_fold(title) || ' ' || search_fold(body)), ' +'), 1), 1)) STORED",
    # Long texts are not packed: unpacking them took half the time of a search for two common words.
    f"ALTER TABLE {TABLE} ALTER COLUMN words SET STORAGE EXTERNAL",
    # Without a list of pending entries, which every search would have to read through.
    f"CREATE INDEX search_index ON {TABLE} USING gin (words) WITH (fastupdate = off)",
]
# Claims by themselves, and the other nouns: a row of the table is read for each place in an index, only to find that it
# is another noun's.
CLAIMS, OTHERS = "(id & 14) = 0", "(id & 14) <> 0"
PARTS = {
    name: f"CREATE INDEX IF NOT EXISTS {name} ON {TABLE} USING gin (words) WITH (fastupdate = off) WHERE {those}"
    for name, those in (("search_claims", CLAIMS), ("search_others", OTHERS))
}
# A ranking whose values are left open has at most so many words: there is a plan for each number of them.
MOST_OPEN = 12
# The rows that a statement wrote, to the triggers that look at all of them at once.
WRITTEN = "written"
# Documents are looked up by the keys of what was written. A connection keeps the plans of its triggers: made while a
# table was small, one would read that table from end to end, for each row that an import brings.
BY_KEY = ("enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off")
# The trigger of the documents themselves.
GOES = f"search_{TABLE}_vector"
DEFINITION = "search " + sha256("\n".join([FOLD, *CONFIGURATION, *SHAPE]))

counted = Counted()


class Postgres:
    """The index of one database."""

    aggregate = AGGREGATE

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    # Keeping it.

    @cache  # noqa: B019 - one object for each database
    def functions(self) -> dict[str, str]:
        """Return function name → body: two for each kind of change, for a row and for all that one statement wrote."""
        made = {}
        for number, change in enumerate(changes()):
            name = f"search_{change.table}_{number}"
            lines = ["BEGIN"]
            for row, events in (("OLD", "('UPDATE', 'DELETE')"), ("NEW", "('UPDATE')")):
                lines.append(f"IF TG_OP IN {events} THEN")
                for kind, ids in change.concerns:
                    lines += [f"{one};" for one in refresh(self.aggregate, kind, ids.format(row=row))]
                lines.append("END IF;")
            lines += ["RETURN NULL;", "END"]
            made[name] = "\n".join(lines)
            if change.inserts:
                every = [one for kind, ids in change.concerns for one in self._refresh_all(kind, ids)]
                made[f"{name}_many"] = "\n".join(
                    ["DECLARE ids bigint[]; BEGIN", *every, "RETURN NULL;", "END"]
                )
        made[GOES] = f"BEGIN {forget_vector('OLD')} RETURN NULL; END"
        return made

    def triggers(self) -> dict[str, str]:
        """Return trigger name → the statement that makes it."""
        made = {}
        for number, change in enumerate(changes()):
            name = f"search_{change.table}_{number}"
            differs = " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in change.columns)
            events = [("update", f"UPDATE OF {', '.join(change.columns)}", f" WHEN ({differs})")]
            if change.inserts:
                events.append(("delete", "DELETE", ""))
                # Once for each statement, so that what COPY brings is indexed together.
                made[f"{name}_many_insert"] = (
                    f"CREATE TRIGGER {name}_many_insert AFTER INSERT ON {change.table} "
                    f"REFERENCING NEW TABLE AS {WRITTEN} FOR EACH STATEMENT EXECUTE FUNCTION {name}_many()"
                )
            for event, when, condition in events:
                made[f"{name}_{event}"] = (
                    f"CREATE TRIGGER {name}_{event} AFTER {when} ON {change.table} FOR EACH ROW{condition} "
                    f"EXECUTE FUNCTION {name}()"
                )
        made[f"{GOES}_gone"] = (
            f"CREATE TRIGGER {GOES}_gone AFTER UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {GOES}()"
        )
        return made

    def _refresh_all(self, kind: str, ids: str) -> Iterator[str]:
        """Yield the statements that make the documents new that all rows one statement wrote concern.

        By a list of ids: of a join the plan would follow from how large the tables were when it was made.
        """
        of_all = (
            f"SELECT each.id FROM {WRITTEN} AS this CROSS JOIN LATERAL ({ids.format(row='this')}) AS each"
        )
        yield f"ids := ARRAY({of_all});"
        number = KINDS.index(kind) * 2
        marks_of_kind = f"(VALUES ({number}), ({number + DESK})) AS m (mark)"
        documents = f"SELECT one * 16 + mark FROM unnest(ids) AS one, {marks_of_kind}"
        yield f"DELETE FROM {TABLE} WHERE id = ANY (ARRAY({documents}));"
        for select in selects(self.aggregate, kind, "= ANY (ids)"):
            yield f"INSERT INTO {TABLE} ({COLUMNS}) {select};"

    def install(self) -> bool:
        """Put index and triggers in their places; return whether the documents must be written anew."""
        is_new = self._definition() != DEFINITION
        if not is_new and not list(self.missing()):
            return False
        with self.connection.cursor() as cursor:
            if is_new:
                # The columns rest on the function and the configuration, so they go first.
                for statement in [SHAPE[0], FOLD, *CONFIGURATION, *SHAPE[1:]]:
                    cursor.execute(statement)
                cursor.execute(f"COMMENT ON TABLE {TABLE} IS '{DEFINITION}'")
            for statement in PARTS.values():
                cursor.execute(statement)
            for name, body in self.functions().items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {_settings()} "
                    f"AS $search${body}$search$"
                )
            for name in self._present():
                cursor.execute(f"DROP TRIGGER {name} ON {_table_of(name)}")
            for statement in self.triggers().values():
                cursor.execute(statement)
        return is_new

    def remove_triggers(self) -> None:
        """Nothing to do: here a table can be changed while a trigger speaks of it."""

    def missing(self) -> Iterator[str]:
        if self._definition() != DEFINITION:
            yield "search_index is not the one that belongs there"
        for name in PARTS:
            if not self._is_there(name):
                yield f"{name} is missing"
        present, bodies = self._present(), self.functions()
        for name, statement in self.triggers().items():
            function = name.rsplit("_", 1)[0]
            if name not in present:
                yield f"{name} is missing"
            elif present[name][0] != "O":
                yield f"{name} is switched off"
            elif present[name][1:] != (bodies[function], _kind_of(statement), set(BY_KEY)):
                yield f"{name} is not the trigger that belongs there"
        for name in present.keys() - self.triggers().keys():
            yield f"{name} does not belong there"

    def _definition(self) -> str | None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [TABLE])
            return cursor.fetchone()[0]

    def _is_there(self, name: str) -> bool:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
            return bool(cursor.fetchone()[0])

    def _present(self) -> dict[str, tuple[str, str, int, set[str]]]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.tgname, t.tgenabled, p.prosrc, t.tgtype, p.proconfig FROM pg_trigger t "
                "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE NOT t.tgisinternal AND n.nspname = current_schema() AND t.tgname LIKE 'search\\_%%'"
            )
            return {
                name: (enabled, body, kind, set(config or ()))
                for name, enabled, body, kind, config in cursor.fetchall()
            }

    def empty(self) -> None:
        """Forget all documents."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS search_index, {', '.join(PARTS)}; TRUNCATE {TABLE}")
        counted.forget()

    def fill(self) -> None:
        """Build the index over the documents that are there."""
        with self.connection.cursor() as cursor:
            cursor.execute(SHAPE[-1].replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS"))
            for statement in PARTS.values():
                cursor.execute(statement)
            cursor.execute(f"ANALYZE {TABLE}")
        counted.forget()

    def count_words(self) -> None:
        """Count in how many documents the common words are."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {COUNTS}")
            cursor.execute(
                f"INSERT INTO {COUNTS} (word, documents) "
                f"SELECT word, ndoc FROM ts_stat('SELECT words FROM {TABLE}') WHERE ndoc >= {COMMON}"
            )
        counted.forget()

    def faults(self) -> Iterator[str]:
        """The index is made by the database out of the same row: there is nothing between them to be wrong."""
        yield from ()

    def expected(self) -> Iterator[str]:
        for kind in KINDS:
            yield from selects(self.aggregate, kind)

    # Asking it.

    def rank(self, query: Query, match: str, kinds: Iterable[str], desk: bool, limit: int) -> Ranking:
        """Return the best documents for the words of a query."""
        put = self.put(query, match, kinds, desk, limit)
        with self.connection.cursor() as cursor:
            cursor.execute(put.sql, put.params)
            return Ranking(cursor.fetchall(), put.bounded)

    def put(self, query: Query, match: str, kinds: Iterable[str], desk: bool, limit: int) -> Put:
        """Return the query of the best documents for the words of another."""
        query, spelt = self._that_are_words(query)
        if not query.groups:
            return Put(f"SELECT id, 0::float8 AS score FROM {TABLE} WHERE FALSE", (), bounded=False)
        self._frequencies(word for term in query.terms for word in _words(spelt[term]))
        done = plan(query, match, lambda term: self._documents(spelt[term]))
        those = self._of(kinds, desk)
        since = 0
        if done.bounded:
            # Written out: of a value that it has yet to look up PostgreSQL does not know how few come after it.
            since = counted.get((self.connection.alias, "since", ""), self._since)
            those += f" AND id > {since}"
        sql = self._ranked(done, query.without, spelt, those, limit, tie(match)).replace("%", "%%")
        return Put(sql, (), bounded=since > 0)

    def ranked(self, query: Query, match: str, kinds: Iterable[str], desk: bool) -> Ranked | None:
        """Return the query that `rank` asks, to be planned once for all words; None where it takes several steps."""
        query, spelt = self._that_are_words(query)
        if not query.groups:
            return None
        self._frequencies(word for term in query.terms for word in _words(spelt[term]))
        done = plan(query, match, lambda term: self._documents(spelt[term]))
        counted = self._frequencies(
            word for group in done.groups for term in group for word in _words(spelt[term])
        )
        if done.bounded or done.more or len(counted) > MOST_OPEN:
            return None
        total, average = self._extent()
        # Asked for by a query of its own, so that PostgreSQL plans for any words, and does so once.
        rows = f"words @@ (SELECT %s::tsquery) AND {self._of(kinds, desk)}"
        values = (
            *(factor(frequency, total) for frequency in counted.values()),
            by_length(average),
            *counted,
            _all_of(done.groups, query.without, spelt),
        )
        return Ranked(scored([("%s", "%s")] * len(counted), "%s", rows), values)

    def holding(self, query: Query, marks: Iterable[int], among: str = "") -> tuple[str, list[Any]]:
        """Return the query, and its parameters, of the ids (`id`) of all documents for the words, unranked.

        `marks` are the low four bits of ids; `among` is SQL for the ids of the only documents that count. Where the
        words are in very many documents, and all count, only those among the newest 50,000 do.
        """
        query, spelt = self._that_are_words(query)
        if not query.groups:
            return f"SELECT id FROM {TABLE} WHERE FALSE", []
        wanted = self._literal(_all_of(query.groups, query.without, spelt)).replace("%", "%%")
        rows = f"words @@ {wanted}::tsquery AND (id & 15) IN ({', '.join(map(str, marks))})"
        if among:
            rows += f" AND id IN ({among})"
        elif plan(query, "all", lambda term: self._documents(spelt[term])).bounded:
            rows += (
                f" AND id > COALESCE((SELECT id FROM {TABLE} ORDER BY id DESC LIMIT 1 OFFSET {NEWEST}), 0)"
            )
        # By OFFSET 0 the index over words comes first: in the order of ids PostgreSQL would read all documents for the
        # newest few.
        return f"SELECT id FROM (SELECT id FROM {TABLE} WHERE {rows} OFFSET 0) AS held", []

    def learn(self, queries: Iterable[Query]) -> None:
        """Ask by one statement how all words of these queries are spelt in the index."""
        self._spelt([term for query in queries for term in [*query.terms, *query.without]])

    def _of(self, kinds: Iterable[str], desk: bool) -> str:
        """Return the condition that a document is of one of these kinds."""
        kinds = list(kinds)
        those = f"(id & 15) IN ({', '.join(map(str, marks(kinds, desk)))})"
        # Said as the index of these says it.
        if "claim" not in kinds:
            return f"{those} AND {OTHERS}"
        return f"{those} AND {CLAIMS}" if kinds == ["claim"] else those

    def _that_are_words(self, query: Query) -> tuple[Query, dict[Term, str]]:
        """Return the query without what no index holds, and each of its terms as the text of a tsquery."""
        spelt = self._spelt([*query.terms, *query.without])
        groups = (tuple(term for term in group if spelt[term]) for group in query.groups)
        return Query(tuple(filter(None, groups)), tuple(term for term in query.without if spelt[term])), spelt

    def _ranked(
        self, done: Plan, without: Iterable[Term], spelt: dict[Term, str], those: str, limit: int, tied: str
    ) -> str:
        terms = [term for group in done.groups for term in group]
        order = f"ORDER BY score DESC, id {tied} LIMIT"
        if not done.more:
            wanted = self._holding(_all_of(done.groups, without, spelt))
            return f"{self._scored(terms, spelt, f'{wanted} AND {those}')} {order} {int(limit)}"
        best = f"{self._summed(terms, without, spelt, those)} {order} {max(limit, WEIGHED_AGAIN)}"
        again = self._scored([*terms, *done.more], spelt, f"id IN (SELECT id FROM ({best}) AS best)")
        return f"{again} {order} {int(limit)}"

    def _holding(self, wanted: str) -> str:
        # Written out, not as parameters: a prepared statement would get one plan for all words, rare or common.
        return f"words @@ {self._literal(wanted)}::tsquery"

    def _summed(
        self, terms: Iterable[Term], without: Iterable[Term], spelt: dict[Term, str], those: str
    ) -> str:
        """Return the query of id and the weights of the words that a document has, however often it has them.

        A rough order at half the price of BM25: documents come from the index word by word, and none is unpacked.
        """
        lists = [
            f"SELECT id, {self._weight(self._documents(spelt[term])):.6f}::float8 AS weight FROM {TABLE} "
            f"WHERE {self._holding(_all_of([[term]], without, spelt))} AND {those}"
            for term in terms
        ]
        return f"SELECT id, SUM(weight) AS score FROM ({' UNION ALL '.join(lists)}) AS listed GROUP BY id"

    def _weight(self, frequency: int) -> float:
        total, _ = self._extent()
        return weight(frequency, total)

    def _scored(self, terms: Iterable[Term], spelt: dict[Term, str], rows: str) -> str:
        """Return the query of id and BM25 of these rows."""
        total, average = self._extent()
        counted = self._frequencies(word for term in terms for word in _words(spelt[term]))
        words = [(factor(frequency, total), self._literal(word)) for word, frequency in counted.items()]
        return scored(words, by_length(average), rows)

    def _literal(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'" if "\\" not in text else "''"

    def _spelt(self, terms: list[Term]) -> dict[Term, str]:
        """Return each term as the text of a tsquery, empty where nothing of it is a word."""
        alias = self.connection.alias
        found = counted.many([(alias, "spelt", term) for term in terms], self._spell)
        return {term: spelling for (_, _, term), spelling in found.items()}

    def _spell(self, keys: list[Any]) -> dict[Any, str]:
        terms = [term for _, _, term in keys]
        folded = "btrim(search_fold(t.text))"
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT CASE WHEN {folded} = '' THEN '' WHEN t.is_prefix THEN "
                f"to_tsquery('search_english', replace({folded}, ' ', ' <-> ') || ':*')::text "
                f"ELSE phraseto_tsquery('search_english', {folded})::text END "
                "FROM unnest(%s::text[], %s::boolean[]) WITH ORDINALITY AS t(text, is_prefix, place) ORDER BY place",
                [[term.text for term in terms], [term.is_prefix for term in terms]],
            )
            return {key: spelling for key, (spelling,) in zip(keys, cursor.fetchall(), strict=True)}

    def _documents(self, spelling: str) -> int:
        """Return an upper bound for the documents of a term: those of the rarest word in it."""
        return min(self._frequencies(_words(spelling)).values())

    def _frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """Return in how many documents each word is."""
        alias = self.connection.alias
        found = counted.many([(alias, "documents", word) for word in words], self._count)
        return {word: documents for (_, _, word), documents in found.items()}

    def _count(self, keys: list[Any]) -> dict[Any, int]:
        plain = {key: key[2][1:-1].replace("''", "'") for key in keys if key[2].endswith("'")}
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT word, documents FROM {COUNTS} WHERE word = ANY(%s)",
                [list(plain.values())],
            )
            common = dict(cursor.fetchall())
            found = {key: common[plain[key]] for key in keys if plain.get(key) in common}
            rare = [key for key in keys if key not in found]
            for at in range(0, len(rare), COUNTED_AT_ONCE):
                some = rare[at : at + COUNTED_AT_ONCE]
                cursor.execute(
                    "SELECT "
                    + ", ".join(
                        f"(SELECT COUNT(*) FROM {TABLE} WHERE words @@ {self._literal(key[2])}::tsquery)"
                        for key in some
                    )
                )
                found |= dict(zip(some, cursor.fetchone(), strict=True))
        return found

    def _extent(self) -> tuple[float, float]:
        """Return how many documents there are, and how many words one has on average."""
        return counted.get((self.connection.alias, "extent", ""), self._measure)

    def _measure(self) -> tuple[float, float]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [TABLE])
            rows = cursor.fetchone()[0]
            sample = f" TABLESAMPLE SYSTEM ({min(100, 5_000_000 / rows):.4f})" if rows > 50_000 else ""
            cursor.execute(f"SELECT COUNT(*), AVG(length)::float8 FROM {TABLE}{sample}")
            total, average = cursor.fetchone()
            return (rows if sample else total) or 1, average or 1.0

    def _since(self) -> int:
        """Return the document after which the newest begin; 0 where there are no more than these."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {TABLE} ORDER BY id DESC LIMIT 1 OFFSET {NEWEST}")
            return int((cursor.fetchone() or (0,))[0])

    def matching(self, query: Query, words: Iterable[str]) -> set[str]:
        """Return those of the words that the query looks for, as this engine compares them."""
        spelt = self._spelt(list(query.terms))
        stems = list(dict.fromkeys(word for text in spelt.values() for word in _words(text)))
        if not stems:
            return set()
        looked_for = " | ".join(stems)
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT word FROM unnest(%s::text[]) AS word WHERE to_tsvector('search_english', search_fold(word)) "
                f"@@ {self._literal(looked_for)}::tsquery",
                [alike(words, [stem.strip("'") for stem in stems])],
            )
            return {word for (word,) in cursor.fetchall()}


def _all_of(groups: Iterable[Iterable[Term]], without: Iterable[Term], spelt: dict[Term, str]) -> str:
    wanted = " & ".join("(" + " | ".join(spelt[term] for term in group) + ")" for group in groups)
    unwanted = " | ".join(spelt[term] for term in without)
    return f"({wanted}) & !({unwanted})" if unwanted else wanted


def _words(spelling: str) -> list[str]:
    """Return the single words of a term's tsquery, each a tsquery of its own."""
    return re.findall(r"'(?:[^']|'')+'(?::\*)?", spelling)


def _table_of(trigger: str) -> str:
    tables = (TABLE, *(one.table for one in changes()))
    return next(table for table in tables if trigger.startswith(f"search_{table}_"))


def _settings() -> str:
    """Return what a function sets for as long as it runs."""
    return " ".join(f"SET {name} = {value}" for name, value in (one.split("=") for one in BY_KEY))


def _kind_of(statement: str) -> int:
    """Return what the catalogue keeps of a trigger's events: row 1, insert 4, delete 8, update 16."""
    events = statement.split(" ON ")[0]
    kinds = {"INSERT": 4, "DELETE": 8, "UPDATE": 16}
    return ("FOR EACH ROW" in statement) + sum(bit for event, bit in kinds.items() if event in events)
