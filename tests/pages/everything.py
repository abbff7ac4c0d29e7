"""A record with one of everything that has a page, in given words, and the addresses of all public pages.

`PAGES` names every route of readers that answers with a page, `NOT_PAGES` every other one; a test compares the two
with `articles.urls`, so that a new page cannot stay outside the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from articles.importing.text import TextError
from tests import factories as f

# What stands in a field of one line: cut by the column, and begun with a letter for what would be empty without.
SHORT = 90
# The private addresses of what two readers sent, of which one is answered.
WAITING, DECLINED = (
    "a-token-of-forty-three-letters-in-all-and-so",
    "b-token-of-forty-three-letters-in-all-and-so",
)


@dataclass
class Everything:
    """The rows that have pages of their own."""

    article: Any
    claim: Any
    opinion: Any
    withdrawn: Any
    open: Any
    merged: Any
    claimant: Any
    topic: Any
    case: Any
    report: Any
    anonymous: Any

    def addresses(self) -> list[str]:
        """Return the addresses of all public pages, in the language that is active."""
        return [address for name in PAGES for address in self.of(name)]

    def of(self, name: str) -> list[str]:
        """Return the addresses of one route; none while nobody has made its page yet."""
        try:
            return list(PAGES[name](self))
        except NoReverseMatch:
            return []


def _one(name: str, *queries: str) -> Callable[[Everything], Iterator[str]]:
    def addresses(_record: Everything) -> Iterator[str]:
        for query in ("", *queries):
            yield f"{reverse(name)}{query}"

    return addresses


def _articles(record: Everything) -> Iterator[str]:
    yield record.article.get_absolute_url()
    yield f"{record.article.get_absolute_url()}?version=1"


def _claims(record: Everything) -> Iterator[str]:
    for claim in (record.claim, record.opinion, record.withdrawn, record.open):
        yield claim.get_absolute_url()
    yield f"{record.claim.get_absolute_url()}?as_of=2024-06-01"
    yield f"{record.claim.get_absolute_url()}?held_on=2024-06-01"


def _verdicts(record: Everything) -> Iterator[str]:
    for claim in (record.claim, record.withdrawn):
        for verdict in claim.verdicts.all():
            yield verdict.get_absolute_url()


def _of_submission(name: str, *tokens: str) -> Callable[[Everything], Iterator[str]]:
    return lambda record: (reverse(name, args=[token]) for token in tokens)


#: Name of the route → its addresses.
PAGES: dict[str, Callable[[Everything], Iterator[str]]] = {
    "home": _one("home"),
    "claims": _one("claims", "?kind=opinion"),
    "claim": _claims,
    "verdict": _verdicts,
    "articles": _one("articles"),
    "article": _articles,
    "article_changes": lambda record: iter(
        [f"{reverse('article_changes', args=[record.article.pk])}{query}" for query in ("", "?from=1&to=2")]
    ),
    "sources": _one("sources"),
    "source": lambda record: (
        one.get_absolute_url() for one in (record.case, record.report, record.anonymous)
    ),
    "claimants": _one("claimants"),
    "claimant": lambda record: iter([record.claimant.get_absolute_url()]),
    "topics": _one("topics"),
    "topic": lambda record: iter([record.topic.get_absolute_url()]),
    "search": _one("search", "?q=x", "?q=nothing-of-the-kind-anywhere"),
    "corrections": _one("corrections"),
    "methodology": _one("methodology"),
    "fairness": _one("fairness"),
    "record": _one("record"),
    "record_entry": lambda record: iter([reverse("record_entry", args=[record.claim.public_seq])]),
    "privacy": _one("privacy"),
    "feeds": _one("feeds"),
    "check": _one("check", "?text=x"),
    "submit": _one("submit"),
    "submission_known": _one("submission_known"),
    "submission": _of_submission("submission", WAITING, DECLINED),
    "submission_received": _of_submission("submission_received", WAITING),
    "submission_more": _of_submission("submission_more", WAITING),
    "submission_withdraw": _of_submission("submission_withdraw", WAITING),
    "report": lambda record: iter([f"{reverse('report')}?about={record.claim.get_absolute_url()}"]),
}
#: Pages that are there once and are about no row.
LISTS = [
    *(
        "home",
        "claims",
        "articles",
        "sources",
        "claimants",
        "topics",
        "corrections",
        "methodology",
        "fairness",
    ),
    *("record", "privacy", "feeds", "submit", "search", "check"),
]
#: Routes that answer programs, or lead elsewhere.
NOT_PAGES = {
    "source_file",
    *("healthz", "fairness_csv", "sitemap", "robots", "feed_verdicts", "feed_corrections"),
    *("feed_claim", "feed_claimant", "feed_topic", "feed_article", "record_entries", "record_head"),
    *("feed_search", "feed_claims"),
    *("sitemap_pages", "sitemap_part", "logo"),
}


def everything(text: str = "The bridge cost four million dollars.", *, begin: str = "x") -> Everything:
    """Put the text into every field that readers see.

    `begin` stands before it where a field may not be empty or begin oddly. Raises ValidationError or Refused where
    the record does not take the text.
    """
    short, whole = f"{begin} {text}"[:SHORT], f"{begin} {text}"
    newsroom = f.newsroom()
    newsroom.revise(
        None, name=short, methodology=text, corrections_policy=text, complaints_policy=text, funding=text, contact=text,
        privacy=text, licence=short, licence_url="https://licence.example/",
    )  # fmt: skip
    named = {
        "title": short,
        "byline": short,
        "publisher": short,
        "rights_note": short,
        "published_basis": short,
    }
    try:
        article = f.ArticleFactory(public=True, text=f"{whole} {begin}", **named)
        f.ArticleVersionFactory(article=article, text=f"{whole} {begin} {begin}{begin}")
    except TextError:
        article = f.ArticleFactory(public=True, text=begin * 5, **named)
        f.ArticleVersionFactory(article=article, text=begin * 7)
    article.refresh_from_db()
    version = article.current_version
    f.BlockFactory(article_version=version, start=0, end=1)
    f.CopyFactory(article=article, publisher=short, note=short)

    claimant = f.ClaimantFactory(name=short, description=text)
    topic = f.TopicFactory(name=short)
    claim = f.ClaimFactory(statement=whole, topics=[topic], asserted_basis=short)
    opinion = f.ClaimFactory(
        statement=f"{begin}{whole}", status="not_checkable", status_reason=whole, kind="opinion"
    )
    withdrawn = f.ClaimFactory(statement=f"{begin}{begin}{whole}")
    waiting = f.ClaimFactory(statement=f"{begin}{begin}{begin}{whole}", topics=[topic])
    merged = f.ClaimFactory(statement=f"{begin}{begin}{begin}{begin}{whole}")
    # Three claims on the same words, and one on a part of them.
    said = [{"claimant": claimant, "note": short}, {"described_as": short}]
    for one in (claim, opinion, withdrawn):
        f.AppearanceFactory(claim=one, article_version=version, words=version.text.strip(), attributions=said)
    f.AppearanceFactory(
        claim=waiting, article_version=version, words=version.text.strip()[-1:], attributions=said
    )
    f.ClaimRelationFactory(first=opinion, second=claim)

    case = f.SourceFactory(
        kind="court_case", title=short, court=short, judge=short, docket_number=short, citation=short,
        publisher=short, people=short, description=text, published_basis=short,
    )  # fmt: skip
    report = f.SourceFactory(title=short, publisher=short)
    anonymous = f.SourceFactory(kind="anonymous_source", title=short, described_as=short)
    report.derive_from(None, case, "stated", note=short)
    case.derive_from(None, anonymous, "stated", note=short)
    held = f.SourceVersionFactory(source=case, text=whole, seen_as=short)
    told = f.SourceVersionFactory(source=report, text=f"{whole} {begin}", seen_as=short)
    quiet = f.SourceVersionFactory(source=anonymous, text=f"{begin} {whole}", seen_as=short)
    evidence = [
        f.EvidenceFactory(claim=claim, source_version=held, passage=whole, note=text, locator=short),
        f.EvidenceFactory(claim=claim, source_version=told, passage=whole, note=short, stance="refutes"),
        f.EvidenceFactory(
            claim=claim, source_version=held, passage=f"{begin}{whole}", note=short, stance="context"
        ),
        f.EvidenceFactory(claim=claim, source_version=quiet, passage=whole, note=short),
    ]
    f.ResearchStepFactory(claim=claim, question=whole, place=short, public=True)
    f.ContactFactory(
        claim=claim, addressee=short, question=whole, reply_state="replied", reply=whole, public=True
    )
    f.ContactFactory(claim=claim, addressee=short, question=whole, reply_state="no_reply", public=True)

    told_why = {"summary": whole, "reasoning": f"[1] [2] [3] [4] {text}", "evidence": evidence}
    f.VerdictFactory(claim=claim, rating="supported", at="2024-05-01", **told_why)
    f.VerdictFactory(
        claim=claim, rating="contradicted", at="2024-07-01", valid_from="2024-02-29",
        correction_kind="affects_rating", correction_note=whole, **told_why,
    )  # fmt: skip
    alone = f.EvidenceFactory(claim=withdrawn, source_version=told, passage=whole, note=short)
    gone = f.VerdictFactory(
        claim=withdrawn, rating="supported", summary=whole, reasoning=f"[1] {text}", evidence=[alone]
    )
    gone.withdraw(f.some_editor(), whole)
    merged.merge_into(claim, f.some_editor())
    f.SubmissionFactory(token=WAITING, text=whole)
    answered = f.SubmissionFactory(
        token=DECLINED, kind="error", about=claim.get_absolute_url(), text=f"{begin}{whole}"
    )
    answered.decline(f.some_editor(), whole)
    for one in (claim, opinion, withdrawn, waiting, merged, article):
        one.refresh_from_db()
    return Everything(
        article, claim, opinion, withdrawn, waiting, merged, claimant, topic, case, report, anonymous
    )


def five_hundred_appearances() -> tuple[Any, Any]:
    """Return an article in which one claim is made 250 times and ten others 25 times each, and that claim."""
    lines = [f"In the year {year} the bridge cost four million dollars." for year in range(1500, 2000)]
    article = f.ArticleFactory(public=True, text="\n".join(lines))
    version = article.current_version
    claims = [f.ClaimFactory(rating=rating) for rating in ("supported", *(10 * [None]))]
    for number, line in enumerate(lines):
        claim = claims[0] if number % 2 else claims[1 + number // 2 % 10]
        f.AppearanceFactory(claim=claim, article_version=version, words=line)
    return article, claims[0]
