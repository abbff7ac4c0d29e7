"""The way in for what readers send: forms that are signed, counted and answered with a private address.

No third party and no cookie of ours tells people from programs. A form carries a signed time stamp with a random word.
Who sends it sooner than anybody can write, or a day later, is asked again. The private address is made of that word and
of what was written, so that a form that is sent twice leads to one submission and to the same address, though only
the address's hash is kept. Network addresses are counted under a key that is another one each day, and stored nowhere.
"""

from __future__ import annotations

import re
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.crypto import salted_hmac

from articles.limits import Budget, Standing, client_address, counter_at
from articles.models import Article, Change, Claim, Claimant, Source, SubmissionKind, Topic, Verdict

# Seconds: nobody has read and filled in a form sooner, and later than this its page is stale.
TOO_FAST, TOO_OLD = 3, 24 * 3600
# An hour is what senders are counted by.
SPAN = 3600
# How many addresses a text may hold; an article quotes many, spam does too.
MOST_LINKS = {SubmissionKind.CLAIM: 5, SubmissionKind.ARTICLE: 100, SubmissionKind.ERROR: 5}
LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
# What the pages of a row are about, by the name of their address. Those of no row are visible to everybody.
ROWS: dict[str, Any] = {
    "article": Article,
    "article_changes": Article,
    "claim": Claim,
    "claimant": Claimant,
    "source": Source,
    "topic": Topic,
}
PAGES = frozenset(
    {
        "home", "claims", "articles", "sources", "claimants", "topics", "search", "corrections", "methodology",
        "fairness", "record", "privacy", "feeds", "check",
    }
)  # fmt: skip
LONGEST_PATH = 500

_SIGNER = Signer(salt="articles.submission.form")
_STAMP = re.compile(r"([0-9]{1,12})\.([\w-]{22})", re.ASCII)


@dataclass(frozen=True)
class Stamp:
    """When a form was given out, in seconds, and a word of 128 random bits that no other form has."""

    at: int
    word: str

    @classmethod
    def new(cls, now: float) -> Stamp:
        return cls(int(now), secrets.token_urlsafe(16))

    @classmethod
    def read(cls, signed: str) -> Stamp | None:
        """Return the stamp that we signed; None for anything else."""
        try:
            parts = _STAMP.fullmatch(_SIGNER.unsign(signed))
        except BadSignature:
            return None
        return cls(int(parts[1]), parts[2]) if parts else None

    def signed(self) -> str:
        return _SIGNER.sign(f"{self.at}.{self.word}")

    def is_too_fast(self, now: float) -> bool:
        return now - self.at < TOO_FAST

    def is_too_old(self, now: float) -> bool:
        return now - self.at > TOO_OLD

    def token(self, *written: str) -> str:
        """Return the token of what was written into this form: 43 letters that hold 256 bits."""
        made = salted_hmac("articles.submission.token", "\0".join([self.word, *written]), algorithm="sha256")
        return urlsafe_b64encode(made.digest()).decode().rstrip("=")


@dataclass(frozen=True)
class OurPage:
    """A page of ours that somebody may read: its path, and the row it is about where it is about one."""

    path: str
    row: Any = None

    @property
    def claim(self) -> Any:
        """The claim whose page it is; None where it is another page."""
        return self.row if isinstance(self.row, Claim) else None


def page_at(given: str, user: Any, host: str = "") -> OurPage | None:
    """Return the page of ours at a path, or at a whole address on `host`, that `user` may see; None where none is.

    What follows a question mark or a cross-hatch is left out.
    """
    try:
        parts = urlsplit(given.strip())
    except ValueError:
        return None
    if (parts.scheme or parts.netloc) and (parts.scheme not in ("http", "https") or parts.netloc != host):
        return None
    path = unquote(parts.path)
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_PATH:
        return None
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    try:
        with translation.override(language):
            match = resolve(path)
    except (Resolver404, Http404):
        return None
    if match.url_name in PAGES:
        return OurPage(path)
    if match.url_name == "verdict":
        asked = {"claim": match.kwargs["pk"], "number": match.kwargs["number"]}
        verdict = _found(Verdict.objects.select_related("claim"), user, **asked)
        return OurPage(path, verdict.claim) if verdict else None
    if match.url_name == "record_entry":
        return OurPage(path) if _found(Change.objects, user, seq=match.kwargs["seq"]) else None
    if match.url_name not in ROWS:
        return None
    row = _found(ROWS[match.url_name].objects, user, pk=match.kwargs["pk"])
    return OurPage(path, row) if row else None


def _found(rows: Any, user: Any, **asked: int) -> Any:
    # No number of ours has more digits, and engines answer larger ones with an error.
    if any(number >= 2**63 for number in asked.values()):
        return None
    return rows.visible_to(user).filter(**asked).first()


def links_in(text: str) -> int:
    """Return how many web addresses stand in a text."""
    return len(LINK.findall(text))


def count_sender(request: HttpRequest, now: float | None = None) -> Standing | None:
    """Count a submission; return what refuses it, the budget of its sender or that of everybody, or None."""
    now = time.time() if now is None else now
    sender = Budget("submissions", _hashed(client_address(request), now), settings.SUBMISSIONS_PER_ADDRESS)
    return _refusing(now, sender, Budget("all submissions", "everybody", settings.SUBMISSIONS_IN_ALL))


def count_sentences(request: HttpRequest, sentences: int, now: float | None = None) -> Standing | None:
    """Count sentences that a reader wants compared with the record; return what refuses them, or None.

    Where fewer may be asked in an hour than are asked at once, they use all of it.
    """
    now = time.time() if now is None else now
    own, all_of = settings.CHECKED_SENTENCES_PER_ADDRESS, settings.CHECKED_SENTENCES_IN_ALL
    sender = f"check:{_hashed(client_address(request), now)}"
    return _refusing(
        now,
        Budget("sentences", sender, own, cost=min(sentences, own)),
        Budget("all sentences", "check:everybody", all_of, cost=min(sentences, all_of)),
    )


def _refusing(now: float, *budgets: Budget) -> Standing | None:
    """Count by each of these budgets, as long as none refuses; return how the one stands that does."""
    counter = counter_at(Path(settings.DATA_DIRECTORY) / "reader-limits.sqlite3", SPAN, "Submissions")
    for budget in budgets:
        standing = counter.count(budget, now) if budget.quota else None
        if standing is not None and standing.refused:
            return standing
    return None


def _hashed(address: str, now: float) -> str:
    """Return an address as it is counted: nobody can tell tomorrow that it is the same one."""
    day = datetime.fromtimestamp(now, UTC).date().isoformat()
    return salted_hmac(f"articles.submission.sender {day}", address, algorithm="sha256").hexdigest()[:24]
