"""A record of any size that looks like a newsroom's, made of nothing but a seed: the same rows every time.

    python -m tests.bench.generator SIZE          (into the database of DATABASE_URL, which must be migrated and empty)

People, scales and articles come in by the verbs. A million claims do not, since verbs are made for people: their rows
are written as the verbs would leave them, each with its image in the ledger, in acts that follow one another in the
chain, and loaded in bulk with triggers aside. `manage.py verify` finds nothing wrong with the result; a test asks it.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from articles.web_addresses import address_key
from tests.bench.words import SEED, Words

CLAIMS_IN_AN_ARTICLE = 500
SOURCES_IN_AN_ACT = 1000
# Of 100 claims.
EVIDENCE, VERDICTS, SOURCES = 200, 60, 20
# Every so many claims two are one, and one is not for readers.
MERGED, NOT_CHECKABLE = 400, 300
STARTED = 1_704_100_000  # a morning in January 2024
TOPICS, CLAIMANTS = 40, 2000
BATCH = 20_000

STANCES = ("supports", "supports", "refutes", "context")
RATINGS = ("supported", "mostly_supported", "partly_supported", "mostly_contradicted", "contradicted",
           "not_established")  # fmt: skip
RATED = (30, 15, 15, 10, 20, 10)
KINDS = (
    "news_report",
    "news_report",
    "news_report",
    "court_filing",
    "government_statement",
    "social_post",
    "dataset",
)


@dataclass(frozen=True)
class Size:
    """How much of everything; all follows from the number of claims, in steps of an article."""

    claims: int

    @property
    def articles(self) -> int:
        return self.claims // CLAIMS_IN_AN_ARTICLE

    @property
    def sources(self) -> int:
        return self.claims * SOURCES // 100

    @property
    def evidence(self) -> int:
        return self.claims * EVIDENCE // 100

    @property
    def verdicts(self) -> int:
        return self.claims * VERDICTS // 100


SIZES = {
    "tiny": Size(500), "small": Size(20_000), "full": Size(1_000_000),
    # For the lists of the desk, which are compared with themselves.
    "desk-small": Size(1_000), "desk-large": Size(100_000),
}  # fmt: skip


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(text: str) -> dict[str, Any]:
    return {"length": len(text), "sha256": sha256(text)}


def moment(seconds: int) -> str:
    """Return a moment as the ledger spells it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(seconds))


@dataclass
class Act:
    """One entry of the ledger before it has its number."""

    verb: str
    subject: tuple[str, int]
    at: int
    actor: int | None
    rows: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)


class Maker:
    """Makes the rows of the bulk, table by table, and the acts they came in by."""

    def __init__(self, size: Size, known: Known) -> None:
        self.size = size
        self.known = known
        self.words = Words()

    def statements(self, article: int) -> list[str]:
        draw = random.Random(f"{SEED} article {article}")
        return [self.words.sentence(draw) for _ in range(CLAIMS_IN_AN_ARTICLE)]

    def text(self, article: int) -> str:
        return "\n".join(self.statements(article)) + "\n"

    def topics_and_claimants(self) -> Iterator[Made]:
        draw = random.Random(f"{SEED} names")
        act = Act("import", ("topic", 1), STARTED, None)
        topics, claimants = [], []
        for pk in range(1, TOPICS + 1):
            image = {
                "id": pk,
                "revision": 1,
                "name": f"{self.words.words[200 + pk].capitalize()}",
                "description": "",
            }
            topics.append(image)
            act.rows.append(("topic", pk, image))
        for pk in range(1, CLAIMANTS + 1):
            name = " ".join(word.capitalize() for word in draw.sample(self.words.words[40:4000], 2))
            image = {
                "id": pk, "revision": 1, "merged_into_id": None, "name": name,
                "kind": draw.choice(["person", "organisation"]), "description": "", "url": "",
            }  # fmt: skip
            claimants.append(image)
            act.rows.append(("claimant", pk, image))
        yield Made(act, {"topic": topics, "claimant": claimants})

    def sources(self) -> Iterator[Made]:
        for first in range(1, self.size.sources + 1, SOURCES_IN_AN_ACT):
            draw = random.Random(f"{SEED} sources {first}")
            act = Act("import", ("source", first), STARTED + 60, None)
            sources, versions = [], []
            for pk in range(first, min(first + SOURCES_IN_AN_ACT, self.size.sources + 1)):
                source, version = self.source(pk, draw)
                # What is made of a column is no part of what the ledger commits to.
                sources.append({**source, "url_key": address_key(source["url"])})
                versions.append(version)
                image = {**version, "text": by_hash(version["text"])}
                act.rows += [("source", pk, source), ("sourceversion", pk, image)]
            yield Made(act, {"source": sources, "sourceversion": versions})

    def source(self, pk: int, draw: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
        kind = draw.choice(KINDS)
        court = kind == "court_filing"
        day = f"20{draw.randint(10, 23)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        source = {
            "id": pk, "published_earliest": day, "published_latest": day, "published_basis": "", "revision": 1,
            "merged_into_id": None, "kind": kind, "title": self.words.sentence(draw, 4, 9)[:-1],
            "publisher": "" if court else draw.choice(self.known.publishers), "people": "",
            "url": f"https://{draw.choice(self.known.hosts)}/{pk}", "description": "",
            "court": "Court of the bench" if court else "", "docket_number": f"{pk}-cv" if court else "", "judge": "",
            "citation": "", "jurisdiction": "", "platform": "Bench" if kind == "social_post" else "",
            "account": "bench" if kind == "social_post" else "", "venue": "", "filed_with": "", "described_as": "",
            "part_of_id": None, "visibility": "public",
        }  # fmt: skip
        text = " ".join(self.words.sentence(draw) for _ in range(4))
        version = {
            "id": pk, "source_id": pk, "number": 1, "text": text, "file": "", "sha256": sha256(text),
            "retrieved_at": moment(STARTED), "effective_from": None, "effective_to": None, "copy_quality": "primary",
            "rights": "full", "archive_url": "", "seen_as": "",
        }  # fmt: skip
        return source, version

    def claims(self) -> Iterator[Made]:
        """Yield, article by article, the claims with their words and evidence, and then each verdict by itself."""
        size = self.size
        numbers = Numbers()
        for article in range(size.articles):
            draw = random.Random(f"{SEED} claims {article}")
            at = STARTED + 3600 + article * 3600
            act = Act("import", ("claim", article * CLAIMS_IN_AN_ARTICLE + 1), at, None)
            tables: dict[str, list[dict[str, Any]]] = {
                name: [] for name in ("claim", "claim_topics", "appearance", "attribution", "evidence")
            }
            waiting: list[Made] = []
            place = 0
            text = self.text(article)
            for n, statement in enumerate(self.statements(article)):
                pk = article * CLAIMS_IN_AN_ARTICLE + n + 1
                merged = pk % MERGED == 0
                claim = self.claim(pk, statement, at, merged)
                topic = draw.randint(1, TOPICS)
                tables["claim"].append(claim)
                tables["claim_topics"].append({"claim_id": pk, "topic_id": topic})
                act.rows.append(("claim", pk, {**claim, "topics": [topic]}))
                self.quote(tables, act, draw, pk, article, text, place, statement)
                place += len(statement) + 1
                evidence = [self.evidence(numbers.evidence(), pk, draw) for _ in range(EVIDENCE // 100)]
                for one in evidence:
                    tables["evidence"].append(one)
                    act.rows.append(("evidence", one["id"], {**one, "passage": by_hash(one["passage"])}))
                # One in five has the place of the whole sixty in a hundred: three verdicts for five claims.
                if pk % 5 < VERDICTS // 20 and claim["status"] == "open":
                    waiting.append(self.verdict(numbers, claim, evidence, at + 60 + n, draw))
            yield Made(act, tables)
            yield from waiting

    def claim(self, pk: int, statement: str, at: int, merged: bool) -> dict[str, Any]:
        aside = pk % NOT_CHECKABLE == 7
        return {
            "id": pk, "revision": 1, "merged_into_id": pk - 1 if merged else None, "statement": statement,
            "kind": "fact", "language": "en", "asserted_earliest": moment(at)[:10],
            "asserted_latest": moment(at)[:10], "asserted_basis": "date of the article", "origin": "manifest",
            "status": "merged" if merged else "not_checkable" if aside else "open",
            "status_reason": "A matter of taste." if aside else "", "created_at": moment(at), "created_by_id": None,
        }  # fmt: skip

    def quote(
        self, tables: Any, act: Act, draw: random.Random, pk: int, article: int, text: str, start: int, words: str
    ) -> None:  # fmt: skip
        end = start + len(words)
        before, after = text[max(0, start - 32) : start], text[end : end + 32]
        appearance = {
            "id": pk, "claim_id": pk, "article_version_id": self.known.versions[article], "start": start, "end": end,
            "exact": words, "prefix": before, "suffix": after, "carried_from_id": None,
        }  # fmt: skip
        attribution = {
            "id": pk, "appearance_id": pk, "position": 1, "claimant_id": draw.randint(1, CLAIMANTS),
            "described_as": "", "words": "", "start": None, "end": None, "note": "",
        }  # fmt: skip
        tables["appearance"].append(appearance)
        tables["attribution"].append(attribution)
        masked = {name: by_hash(appearance[name]) for name in ("exact", "prefix", "suffix")}
        act.rows.append(("appearance", pk, {**appearance, **masked}))
        act.rows.append(("attribution", pk, {**attribution, "words": by_hash("")}))

    def evidence(self, pk: int, claim: int, draw: random.Random) -> dict[str, Any]:
        source = draw.randint(1, self.size.sources)
        text = self.source_text(source)
        start, end = _second_sentence(text)
        return {
            "id": pk, "revision": 1, "claim_id": claim, "source_version_id": source, "stance": draw.choice(STANCES),
            "passage": text[start:end], "passage_state": "verified", "start": start, "end": end,
            "locator": f"p. {draw.randint(1, 80)}", "posture": "", "note": "What the source says of it.",
            "visibility": "public", "replaces_id": None, "created_by_id": None,
        }  # fmt: skip

    def source_text(self, pk: int) -> str:
        found = self.known.texts.get(pk)
        if found is None:
            first = (pk - 1) // SOURCES_IN_AN_ACT * SOURCES_IN_AN_ACT + 1
            draw = random.Random(f"{SEED} sources {first}")
            for one in range(first, min(first + SOURCES_IN_AN_ACT, self.size.sources + 1)):
                self.known.texts[one] = self.source(one, draw)[1]["text"]
            found = self.known.texts[pk]
        return found

    def verdict(
        self, numbers: Numbers, claim: dict[str, Any], evidence: list[dict[str, Any]], at: int, draw: random.Random
    ) -> Made:  # fmt: skip
        pk = numbers.verdict()
        rating = self.known.ratings[draw.choices(RATINGS, RATED)[0]]
        summary = self.words.sentence(draw, 12, 22)
        reasoning = f"{self.words.sentence(draw, 20, 40)} [1]\n\n{self.words.sentence(draw, 20, 40)} [2]"
        snapshot = orjson.dumps(
            {
                "newsroom": "Bench", "kind": "verdict", "number": 1,
                "claim": {
                    "id": claim["id"], "statement": claim["statement"], "asserted": claim["asserted_earliest"],
                },
                "rating": rating["image"], "summary": summary, "reasoning": reasoning,
                "evidence": [self.exhibit(number, one) for number, one in enumerate(evidence, 1)],
                "sources": len({one["source_version_id"] for one in evidence}),
                "independent_origins": len({one["source_version_id"] for one in evidence}),
                "author": "Bench Reporter", "approver": "Bench Editor", "self_approved": False,
                "published_at": moment(at), "valid_from": None, "valid_to": None,
            },
            option=orjson.OPT_SORT_KEYS,
        ).decode()  # fmt: skip
        verdict = {
            "id": pk, "claim_id": claim["id"], "number": 1, "kind": "verdict", "supersedes_id": None,
            "rating_id": rating["id"], "claim_wording": claim["statement"], "summary": summary,
            "reasoning": reasoning, "snapshot": snapshot, "author_id": self.known.author,
            "approver_id": self.known.approver, "self_approved": False, "published_at": moment(at),
            "valid_from": None, "valid_to": None,
        }  # fmt: skip
        long = ("claim_wording", "summary", "reasoning", "snapshot")
        act = Act("publish", ("verdict", pk), at, self.known.approver)
        act.rows.append(("verdict", pk, {**verdict, **{name: by_hash(verdict[name]) for name in long}}))
        citations = [
            {"id": numbers.citation(), "verdict_id": pk, "evidence_id": one["id"], "position": position}
            for position, one in enumerate(evidence, 1)
        ]
        act.rows += [("citation", one["id"], one) for one in citations]
        return Made(act, {"verdict": [verdict], "citation": citations}, {"claim": [claim["id"]]})

    def exhibit(self, number: int, one: dict[str, Any]) -> dict[str, Any]:
        source = one["source_version_id"]
        return {
            "number": number, "id": one["id"], "stance": one["stance"], "passage": one["passage"],
            "passage_state": one["passage_state"], "locator": one["locator"], "posture": "", "note": one["note"],
            "source": {
                "id": source, "kind": "news_report", "title": f"Source {source}", "publisher": "Bench", "people": "",
                "url": "", "published": "2020",
            },
            "version": {
                "number": 1, "copy_quality": "primary", "sha256": sha256(self.source_text(source)),
                "archive_url": "", "seen_as": "", "retrieved_at": moment(STARTED),
            },
        }  # fmt: skip


@dataclass
class Known:
    """What the verbs made, by the names the bulk uses."""

    author: int
    approver: int
    ratings: dict[str, dict[str, Any]]
    # Article → the id of its version.
    versions: list[int] = field(default_factory=list)
    publishers: tuple[str, ...] = (
        "The Bench Post",
        "Daily Bench",
        "Bench Wire",
        "The Measure",
        "Morning Load",
    )
    hosts: tuple[str, ...] = ("news.example", "archive.example", "press.example")
    texts: dict[int, str] = field(default_factory=dict)


@dataclass
class Made:
    """Rows by table, the act they came in by, and the rows elsewhere whose pages it made new."""

    act: Act
    tables: dict[str, list[dict[str, Any]]]
    shown: dict[str, list[int]] = field(default_factory=dict)


class Numbers:
    """The ids of what comes claim by claim."""

    def __init__(self) -> None:
        self.last = {"evidence": 0, "verdict": 0, "citation": 0}

    def _next(self, noun: str) -> int:
        self.last[noun] += 1
        return self.last[noun]

    def evidence(self) -> int:
        return self._next("evidence")

    def verdict(self) -> int:
        return self._next("verdict")

    def citation(self) -> int:
        return self._next("citation")


def _second_sentence(text: str) -> tuple[int, int]:
    start = text.index(". ") + 2
    return start, text.index(".", start) + 1


class Chain:
    """Gives acts their numbers: envelopes that follow one another, and a commitment to each row."""

    def __init__(self, seq: int, previous: str) -> None:
        self.seq, self.previous, self.row = seq, previous, 0

    def entry(self, act: Act) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        from articles.canonical import leaf, merkle_root

        self.seq += 1
        rows = []
        for position, (noun, pk, image) in enumerate(act.rows):
            self.row += 1
            told = {"object": noun, "id": pk, "readers": "shown", "image": image}
            payload = orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()
            salt = f"{self.row:032x}"
            rows.append(
                {
                    "change_id": self.seq, "position": position, "object_type": noun, "object_id": pk,
                    "readers": "shown", "commitment": leaf(salt, payload), "payload": payload, "salt": salt,
                }
            )  # fmt: skip
        envelope = {
            "seq": self.seq, "at": moment(act.at), "actor": act.actor, "verb": act.verb, "object": act.subject[0],
            "id": act.subject[1], "public": True, "rows": len(rows), "previous": self.previous,
            "commitment": merkle_root([row["commitment"] for row in rows]),
        }  # fmt: skip
        text = orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS).decode()
        self.previous = sha256(text)
        change = {
            "seq": self.seq, "envelope": text, "hash": self.previous, "at": moment(act.at), "actor_id": act.actor,
            "verb": act.verb, "object_type": act.subject[0], "object_id": act.subject[1], "public": True,
            "rows": len(rows),
        }  # fmt: skip
        return change, rows


def fill(size: Size, say: Any = lambda sentence: None) -> None:
    """Fill the default database, which is migrated and empty. Takes minutes for a million claims."""
    from django.db import connection

    from articles.models import LedgerHead
    from articles.search import index
    from tests.bench.loading import Bulk

    began = time.monotonic()

    def told(what: str) -> None:
        say(f"{time.monotonic() - began:6.0f} s  {what}")

    known = _by_the_verbs(size)
    told(f"people, scales and {size.articles:,} articles, by the verbs")
    maker = Maker(size, known)
    head = LedgerHead.objects.get()
    chain = Chain(head.seq, head.hash)
    with Bulk(connection) as bulk:
        for made in _everything(maker):
            change, rows = chain.entry(made.act)
            for table, some in made.tables.items():
                stamp = change["seq"] if table in ("claim", "claimant", "source") else None
                bulk.add(table, some, stamp)
            for table, ids in made.shown.items():
                bulk.stamp(table, ids, change["seq"])
            bulk.add("change", [change])
            bulk.add("changerow", rows)
        bulk.flush()
        told("all rows")
        bulk.set_head(chain.seq, chain.previous)
    told("indexes and guards")
    if connection.vendor == "postgresql":
        # Without statistics PostgreSQL has taken more than ten minutes for 100,000 claims.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    index.rebuild()
    index.install("default")
    told("search")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    told("statistics")


def _everything(maker: Maker) -> Iterable[Made]:
    yield from maker.topics_and_claimants()
    yield from maker.sources()
    yield from maker.claims()


def _by_the_verbs(size: Size) -> Known:
    from articles.importing.text import read_text
    from articles.models import Article, ArticleVersion, Newsroom, Rating, User
    from articles.models.ledger import act

    Newsroom.open("Bench", licence="CC BY 4.0")
    author = User.objects.create_user("bench-reporter", display_name="Bench Reporter")
    approver = User.objects.create_user("bench-editor", role="editor", display_name="Bench Editor")
    ratings = {
        one.slug: {
            "id": one.pk,
            "image": {
                "slug": one.slug, "labels": one.labels, "definitions": one.definitions, "class": one.machine_class,
                "rank": one.rank, "scale": 1,
            },
        }
        for one in Rating.objects.all()
    }  # fmt: skip
    known = Known(author.pk, approver.pk, ratings)
    maker = Maker(size, known)
    for first in range(0, size.articles, 50):
        with act(None, "import", None):
            for number in range(first, min(first + 50, size.articles)):
                Article.add(
                    None, read_text(maker.text(number).encode()), title=f"Article {number + 1}",
                    publisher="The Bench Post", visibility="public", rights="full",
                )  # fmt: skip
    known.versions = list(ArticleVersion.objects.order_by("pk").values_list("pk", flat=True))
    return known


if __name__ == "__main__":
    import django

    django.setup()
    fill(SIZES[sys.argv[1]], say=lambda sentence: print(sentence, flush=True))
