"""Answers to readers, kept until the record changes.

What readers see of a row changes only by an act, and each act leaves its number on all rows whose pages it changed
(`public_seq`). So an answer is good exactly as long as two things stay: that entry of the ledger, named by its hash,
and what every page shows (`LedgerHead.house`). Both are asked of the database, by one prepared statement, at each
request: no process can show what another one has changed, and nothing has to be told to forget. The same two are the
`ETag`, so that a program, a browser or a cache in front of us is answered 304 before anything is read or rendered.

Here are only answers that are the same for everybody: nobody signed in, no key, no question in the address. They cost
next to nothing, so the limits of the API (`api.limits`) do not count them.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol
from zlib import crc32

from django.conf import settings
from django.core.cache import caches
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.module_loading import import_string

from articles.addresses import same_prefix
from articles.graph import KEY, Prepared
from articles.models import Change, LedgerHead

# Shared caches may store it and ask us each time whether it is still so: a correction is on the page at once, and
# who is signed in at the desk, whose cookie comes with the question, gets a page of their own.
FRESH = "public, no-cache"
# Compressed once, when it is made: harder than that costs more than it saves.
PACKED = 6
# Bytes, compressed. What is longer, the page of a long text, is not kept: the memory of a process is what so many of
# the longest take. Nothing is kept as it is too: whoever takes no gzip waits a tenth of a millisecond, and four or five
# times as many answers find room.
LONGEST = 131_072
# How every gzip file begins; no page and no JSON does.
MAGIC = b"\x1f\x8b"
REFUSED = re.compile(r";\s*q=0(\.0*)?$")
ROOT = Path(__file__).resolve().parent.parent
SHAPED_BY = (
    "api/**/*.py", "articles/**/*.py", "factcheck/*.py", "templates/**/*.html", "requirements.txt",
    "articles/locale/**/*.mo",
    # A page names them with their hashes.
    "articles/static/**/*.*",
)  # fmt: skip


@cache
def release() -> str:
    """Return what changes with the code that shapes answers: a release may say more of a row that did not change."""
    code = sorted(path for pattern in SHAPED_BY for path in ROOT.glob(pattern))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in code)).hexdigest()[:8]


def with_state(rows: QuerySet, seq: str | None = "public_seq") -> QuerySet:
    """Say of each row, as `state_entry` and `state_house`, what an answer about it depends on.

    `seq` is where it has the number of the act that last changed what readers see of it; with None the answer shows
    so much else that it depends on the newest act of all.
    """
    head = LedgerHead.objects.values("hash")[:1]
    entry = Change.objects.filter(seq=OuterRef(seq)).values("hash")[:1] if seq else head
    return rows.annotate(
        state_entry=Subquery(entry),
        state_house=Subquery(LedgerHead.objects.values("house")[:1]),
    )


def tag(request: HttpRequest, noun: str, pk: Any, entry: str | None, house: str | None) -> str:
    """Return the `ETag` of an answer at this address about a row in this state.

    Weak: the same content, though perhaps indented or compressed otherwise. With the address in it, a tag says
    nothing of other addresses of the row, which lead to the one or show other fields of it.
    """
    query = request.META.get("QUERY_STRING", "")
    place = crc32((f"{request.path}?{query}" if query else request.path).encode())
    return f'W/"{noun}-{pk}-{place:08x}-{(entry or "0")[:16]}-{house or "0"}-{release()}"'


def has_it(request: HttpRequest, current: str) -> bool:
    """Does the asker have it already? Compared weakly, as RFC 9110 says for reading."""
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if not given:
        return False
    if given == current:
        return True
    tags = [one.removeprefix("W/") for one in parse_etags(given)]
    return "*" in tags or current.removeprefix("W/") in tags


def takes_gzip(request: HttpRequest) -> bool:
    """Does the asker take a compressed answer?"""
    given = request.META.get("HTTP_ACCEPT_ENCODING", "")
    if given in ("", "identity"):
        return False
    codings = [one.strip().lower() for one in given.split(",")]
    return any(one.split(";")[0].strip() == "gzip" and not REFUSED.search(one) for one in codings)


@dataclass(frozen=True)
class Made:
    """An answer just made, and the row it is about, which was loaded by `with_state`."""

    row: Any
    content: bytes


@dataclass(frozen=True)
class Kept:
    """One kind of answer that is kept: at which addresses, about which rows, and how it is made.

    `make(request, pk, base)`, `base` being the beginning of every whole address, answers None where readers are to be
    led elsewhere, or there is nothing for them; then the request goes the long way.
    """

    noun: str
    pattern: re.Pattern[str]
    rows: Callable[[], QuerySet]
    make: Callable[[HttpRequest, int, str], Made | None]
    content_type: str
    # As in `with_state`.
    seq: str | None = "public_seq"
    accepts: Callable[[str], bool] = lambda accept: True
    # What stands in the address beyond its path: nothing.
    takes_questions: ClassVar[bool] = False

    @cached_property
    def stamped(self) -> str | None:
        """The noun whose rows each tell by their stamp alone when the answer about them changes; None: more does."""
        return self.rows().model._meta.model_name if self.seq == "public_seq" else None

    @cached_property
    def _state(self) -> Prepared:
        rows = with_state(self.rows().filter(pk=KEY).order_by(), self.seq)
        return Prepared.of(rows.values_list("state_entry", "state_house"))

    def answer_to(self, request: HttpRequest, found: re.Match[str]) -> HttpResponse | None:
        """Return the answer, or None where the long way is to give it."""
        pk = int(found["pk"])
        if not self.accepts(request.META.get("HTTP_ACCEPT", "")):
            return None
        # `get_host` also refuses names that are not ours.
        base = f"{request.scheme}://{request.get_host()}"
        packs = takes_gzip(request)
        # By hash, since what a store takes for a key is narrower than what an address may hold.
        place = (
            f"{self.noun}-{pk}-{hashlib.blake2b((base + request.path).encode(), digest_size=16).hexdigest()}"
        )
        store = caches["answers"] if settings.ANSWERS_KEPT else None
        if store is not None or "HTTP_IF_NONE_MATCH" in request.META:
            state = self._state.row(pk)
            if state is None:
                return None
            current = tag(request, self.noun, pk, *state)
            if has_it(request, current):
                return self._response(pk, current, None)
            kept = store.get(place) if store is not None else None
            if kept is not None and kept[0] == current:
                packed = kept[1]
                return self._response(pk, current, packed if packs else gzip.decompress(packed))
        with same_prefix():
            made = self.make(request, pk, base)
        if made is None:
            return None
        # Of the same moment as the content; the state read above may be a little older.
        current = tag(request, self.noun, pk, made.row.state_entry, made.row.state_house)
        packed = gzip.compress(made.content, PACKED, mtime=0) if packs or store is not None else b""
        if store is not None and len(packed) <= LONGEST:
            store.set(place, (current, packed))
        return self._response(pk, current, packed if packs else made.content)

    def _response(self, pk: int, current: str, content: bytes | None) -> HttpResponse:
        response = HttpResponse(content or b"", content_type=self.content_type)
        if self.stamped:
            # Which a CDN in front is told.
            response.depends_on = f"{self.stamped}-{pk}"  # type: ignore[attr-defined]
        headers = response.headers
        headers["Vary"] = "Accept-Encoding"
        if content is None:
            response.status_code = 304
            del headers["Content-Type"]
        else:
            headers["Content-Length"] = str(len(content))
            if content.startswith(MAGIC):
                headers["Content-Encoding"] = "gzip"
        headers["ETag"] = current
        headers["Cache-Control"] = FRESH
        return response


class Kind(Protocol):
    """One kind of answer that is the same for everybody, at the addresses that its pattern matches.

    `takes_questions` says whether it answers addresses with a question mark.
    """

    pattern: re.Pattern[str]
    takes_questions: bool

    def answer_to(self, request: HttpRequest, found: re.Match[str]) -> HttpResponse | None:
        """Return the answer, or None where the long way is to give it."""


class AnswersForReaders:
    """The door that what everybody may read leaves by, before sessions and accounts are thought of."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.kinds: list[Kind] = [import_string(name) for name in settings.KEPT_KINDS]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._from_anybody(request):
            asks = bool(request.META.get("QUERY_STRING"))
            for kind in self.kinds:
                found = kind.pattern.fullmatch(request.path_info)
                if found is not None and (kind.takes_questions or not asks):
                    return kind.answer_to(request, found) or self.get_response(request)
        return self.get_response(request)

    @staticmethod
    def _from_anybody(request: HttpRequest) -> bool:
        """Is nothing changed, and nothing said of who asks?"""
        given = request.META
        return (
            request.method in ("GET", "HEAD")
            and not given.get("HTTP_AUTHORIZATION")
            and settings.SESSION_COOKIE_NAME not in given.get("HTTP_COOKIE", "")
        )
