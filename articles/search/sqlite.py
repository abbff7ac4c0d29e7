"""Search in SQLite: an FTS5 index (porter stems, accents folded) over the documents, kept by triggers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from articles.search.documents import KINDS, TABLE, changes, forget_vector, refresh, selects
from articles.search.query import Query, Term
from articles.search.ranking import NEWEST, Counted, Plan, Put, Ranked, Ranking, marks, plan, tie
from articles.search.snippets import alike

TOKENIZER = "porter unicode61 remove_diacritics 2"
INDEX = (
    f"CREATE VIRTUAL TABLE search_index USING fts5(title, body, content='{TABLE}', content_rowid='id', "
    f"tokenize='{TOKENIZER}')"
)
AGGREGATE = "group_concat(words, ' ¶ ')"

# Words that nobody looked for a moment ago are counted by one statement, so many of them.
COUNTED_AT_ONCE = 50

counted = Counted()


class Sqlite:
    """The index of one database."""

    aggregate = AGGREGATE

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    # Keeping it.

    def triggers(self) -> dict[str, str]:
        """Return trigger name → the statement that makes it."""
        forget = (
            "INSERT INTO search_index(search_index, rowid, title, body) "
            "VALUES ('delete', OLD.id, OLD.title, OLD.body);"
        )
        index = "INSERT INTO search_index(rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body);"
        vector = forget_vector("OLD")
        made = {
            "search_document_insert": f"AFTER INSERT ON {TABLE} BEGIN {index} END",
            "search_document_update": f"AFTER UPDATE ON {TABLE} BEGIN {forget} {index} {vector} END",
            "search_document_delete": f"AFTER DELETE ON {TABLE} BEGIN {forget} {vector} END",
        }
        for number, change in enumerate(changes()):
            name = f"search_{change.table}_{number}"
            columns = ", ".join(change.columns)
            differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in change.columns)
            events: list[tuple[str, str, str, tuple[str, ...]]] = [
                ("update", f"UPDATE OF {columns}", f" WHEN {differs}", ("OLD", "NEW"))
            ]
            if change.inserts:
                events += [("insert", "INSERT", "", ("NEW",)), ("delete", "DELETE", "", ("OLD",))]
            for event, when, condition, rows in events:
                body = "".join(
                    f"{statement}; "
                    for kind, ids in change.concerns
                    for row in rows
                    for statement in refresh(self.aggregate, kind, ids.format(row=row))
                )
                made[f"{name}_{event}"] = f"AFTER {when} ON {change.table}{condition} BEGIN {body}END"
        return {name: f"CREATE TRIGGER {name} {body}" for name, body in made.items()}

    def install(self) -> bool:
        """Put index and triggers in their places; return whether the documents must be written anew."""
        present, wanted = self._present(), self.triggers()
        with self.connection.cursor() as cursor:
            is_new = present.get("search_index") != INDEX
            if is_new:
                if "search_index" in present:
                    cursor.execute("DROP TABLE search_index")
                cursor.execute(INDEX)
            for name, statement in present.items():
                if name != "search_index" and statement != wanted.get(name):
                    cursor.execute(f"DROP TRIGGER {name}")
            for name, statement in wanted.items():
                if present.get(name) != statement:
                    cursor.execute(statement)
        return is_new

    def remove_triggers(self) -> None:
        """Take the triggers away: SQLite renames no table while one of them speaks of a table that is not there."""
        with self.connection.cursor() as cursor:
            for name in self._present():
                if name != "search_index":
                    cursor.execute(f"DROP TRIGGER {name}")

    def missing(self) -> Iterator[str]:
        present = self._present()
        for name, statement in {"search_index": INDEX, **self.triggers()}.items():
            if name not in present:
                yield f"{name} is missing"
            elif present[name] != statement:
                yield f"{name} is not the one that belongs there"

    def _present(self) -> dict[str, str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE name = 'search_index' "
                "OR (type = 'trigger' AND name LIKE 'search\\_%' ESCAPE '\\')"
            )
            return dict(cursor.fetchall())

    def empty(self) -> None:
        """Forget all documents, without telling the index of each."""
        with self.connection.cursor() as cursor:
            for name in ("search_document_insert", "search_document_update", "search_document_delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"DELETE FROM {TABLE}")
        counted.forget()

    def fill(self) -> None:
        """Build the index over the documents that are there, and let the triggers go on from here."""
        with self.connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")
            wanted, present = self.triggers(), self._present()
            for name, statement in wanted.items():
                if name not in present:
                    cursor.execute(statement)
        counted.forget()

    def count_words(self) -> None:
        """Nothing is kept: this engine counts a word faster than it would look the number up."""

    def faults(self) -> Iterator[str]:
        """Yield what is wrong between the documents and the index over them."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
        except Exception as trouble:  # the driver has no one class for a damaged index
            yield f"the index does not fit its documents ({trouble})"

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
        if match != "all":
            query = self._each_stem_once(query)
        self._frequencies(query.terms)
        done = plan(query, match, self._documents)
        expression = _put(done, query.without)
        low_bits = ", ".join(map(str, marks(kinds, desk)))
        rows = f"FROM search_index WHERE search_index MATCH %s AND (rowid & 15) IN ({low_bits})"
        with self.connection.cursor() as cursor:
            since = 0
            if done.bounded:
                cursor.execute(
                    f"SELECT rowid {rows} ORDER BY rowid DESC LIMIT 1 OFFSET {NEWEST}", [expression]
                )
                since = (cursor.fetchone() or (0,))[0]
        return Put(
            f"SELECT rowid AS id, -bm25(search_index) AS score {rows} AND rowid > %s "
            f"ORDER BY score DESC, rowid {tie(match)} LIMIT {int(limit)}",
            (expression, since),
            bounded=since > 0,
        )

    def ranked(self, query: Query, match: str, kinds: Iterable[str], desk: bool) -> Ranked | None:
        """Return the query that `rank` asks, to be compiled once for all words; None where it takes several steps."""
        if match != "all":
            query = self._each_stem_once(query)
        self._frequencies(query.terms)
        done = plan(query, match, self._documents)
        if done.bounded:
            return None
        low_bits = ", ".join(map(str, marks(kinds, desk)))
        sql = (
            "SELECT rowid AS id, -bm25(search_index) AS score FROM search_index "
            f"WHERE search_index MATCH %s AND (rowid & 15) IN ({low_bits})"
        )
        return Ranked(sql, (_put(done, query.without),))

    def learn(self, queries: Iterable[Query]) -> None:
        """Nothing is to be known beforehand: this engine reads words itself."""

    def holding(self, query: Query, marks: Iterable[int], among: str = "") -> tuple[str, list[Any]]:
        """Return the query, and its parameters, of the ids (`id`) of all documents for the words, unranked.

        `marks` are the low four bits of ids; `among` is SQL for the ids of the only documents that count.
        """
        expression = _all_of(query.groups)
        if query.without:
            expression = f"({expression}) NOT ({_either(query.without)})"
        sql = (
            "SELECT rowid AS id FROM search_index WHERE search_index MATCH %s "
            f"AND (rowid & 15) IN ({', '.join(map(str, marks))})"
        )
        # The sign keeps the index from being asked for each id by itself, which costs a quarter of a millisecond; to
        # walk through all matches of two common words in a million costs four.
        return f"{sql} AND +rowid IN ({among})" if among else sql, [expression]

    def _each_stem_once(self, query: Query) -> Query:
        """Leave out what another word of the query says already: “survived” after “surviving”."""
        words = {term: term.text.split() for term in query.terms}
        stems = counted.many([("stem", word) for some in words.values() for word in some], _stems)
        once = {tuple(stems["stem", word] for word in some): term for term, some in reversed(words.items())}
        kept = set(once.values())
        return replace(query, groups=(tuple(term for term in query.terms if term in kept),))

    def _documents(self, term: Term) -> int:
        return self._frequencies([term])[term]

    def _frequencies(self, terms: Iterable[Term]) -> dict[Term, int]:
        """Return in how many documents each term is."""
        found = counted.many([(self.connection.alias, term) for term in terms], self._count)
        return {term: documents for (_, term), documents in found.items()}

    def _count(self, keys: list[Any]) -> dict[Any, int]:
        found: dict[Any, int] = {}
        with self.connection.cursor() as cursor:
            for at in range(0, len(keys), COUNTED_AT_ONCE):
                some = keys[at : at + COUNTED_AT_ONCE]
                one = "(SELECT COUNT(*) FROM search_index WHERE search_index MATCH %s)"
                cursor.execute(
                    f"SELECT {', '.join([one] * len(some))}", [_expression(term) for _, term in some]
                )
                found |= dict(zip(some, cursor.fetchone(), strict=True))
        return found

    def matching(self, query: Query, words: Iterable[str]) -> set[str]:
        """Return those of the words that the query looks for, as this engine compares them."""
        looked_for = [Term(word, term.is_prefix) for term in query.terms for word in term.text.split()]
        beside = sqlite3.connect(":memory:")
        try:
            beside.execute(f"CREATE VIRTUAL TABLE said USING fts5(word, tokenize='{TOKENIZER}')")
            worth_it = alike(words, [term.text for term in looked_for])
            beside.executemany("INSERT INTO said VALUES (?)", [(word,) for word in worth_it])
            found = beside.execute("SELECT word FROM said WHERE said MATCH ?", [_either(looked_for)])
            return {word for (word,) in found}
        finally:
            beside.close()


def _stems(keys: list[tuple[str, str]]) -> dict[Any, str]:
    """Return ("stem", word) → the word as the index keeps it. Only an index can be asked for that, so one is made."""
    beside = sqlite3.connect(":memory:")
    try:
        beside.execute(f"CREATE VIRTUAL TABLE said USING fts5(word, tokenize='{TOKENIZER}')")
        beside.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(said, instance)")
        beside.executemany(
            "INSERT INTO said(rowid, word) VALUES (?, ?)", ((at, word) for at, (_, word) in enumerate(keys))
        )
        found: dict[int, str] = {}
        for at, stem in beside.execute("SELECT doc, term FROM stems ORDER BY doc, offset"):
            found[at] = f"{found[at]} {stem}" if at in found else stem
    finally:
        beside.close()
    return {key: found.get(at, key[1]) for at, key in enumerate(keys)}


def _expression(term: Term) -> str:
    # In quotes nothing is an operator; a quote cannot be typed into a term.
    text = term.text.replace('"', " ")
    return f'"{text}"*' if term.is_prefix else f'"{text}"'


def _put(done: Plan, without: Iterable[Term]) -> str:
    """Return a planned question as the index is asked it."""
    expression = _all_of(done.groups)
    if done.more:
        # What need not be found still counts where it is, half as much as what must: each of those counts twice.
        expression = f"({expression}) AND ({_either([*done.groups[0], *done.more])})"
    if without:
        expression = f"({expression}) NOT ({_either(without)})"
    return expression


def _either(terms: Iterable[Term]) -> str:
    return " OR ".join(_expression(term) for term in terms)


def _all_of(groups: Iterable[Iterable[Term]]) -> str:
    return " AND ".join(f"({_either(group)})" for group in groups)
