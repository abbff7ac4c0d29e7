"""Heads of the ledger, signed: what somebody outside keeps, to prove later that nothing up to there was rewritten.

A head is the number and the hash of an entry. Signed it is a *signed note* as C2SP specifies it (c2sp.org/signed-note),
which programs of others read too: four lines of text, an empty one, and a line for each signature (Ed25519, RFC 8032).
Keys are written as those programs write them: `PRIVATE+KEY+name+id+base64` to sign, `name+id+base64` to verify.

The chain of this ledger is one of hashes and no tree, so the text is one of our own and no `tlog-checkpoint`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils import timezone

from articles.models import LedgerHead
from articles.proof import instance

# What a key of this kind begins with, in the note's own numbers for kinds.
ED25519 = b"\x01"
BEGINS = "PRIVATE+KEY+"
NAME = re.compile(r"[^\s+]{1,100}")
FIRST = "factcheck record "
NOTE = re.compile(
    rf"^{FIRST}(?P<instance>\S+)\n(?P<seq>0|[1-9][0-9]{{0,17}})\n(?P<hash>[0-9a-f]{{64}})\n(?P<at>\S+)\n\n"
    r"(?P<signatures>(?:— \S+ \S+\n)+)",
    re.MULTILINE,
)
SIGNATURE = re.compile(r"^— (?P<name>\S+) (?P<signed>\S+)$", re.MULTILINE)
# Bytes of a file with heads; those of a hundred years, one for each day, take ten million.
LONGEST = 50_000_000


class BadKey(ValueError):
    """A text that is no key of this kind; says why, and does not repeat it."""


class BadHeads(ValueError):
    """A file in which no head can be found; says why."""


@dataclass(frozen=True)
class Verifier:
    """The open half of a key: whoever has it can tell whether this newsroom signed."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def read(cls, text: str) -> Verifier:
        """Read the key that verifies. Raises BadKey."""
        name, given, public = _parts(text.strip())
        found = cls(name, public)
        if found.id.hex() != given:
            raise BadKey("The key is damaged: its middle part does not fit the rest. Copy it again, whole.")
        return found

    def has_signed(self, note: Note) -> bool:
        """Is one of the signatures under this head ours?"""
        for name, signed in note.signatures:
            if name == self.name and signed[:4] == self.id:
                try:
                    Ed25519PublicKey.from_public_bytes(self.public).verify(
                        signed[4:], note.head.text.encode()
                    )
                except InvalidSignature:
                    continue
                return True
        return False


@dataclass(frozen=True, repr=False)
class Signer:
    """A key that signs. Neither it nor its name says anything when it is printed by accident."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    @property
    def secret(self) -> str:
        """The key as HEAD_KEY holds it."""
        return f"{BEGINS}{self.name}+{self.verifier.id.hex()}+{_base64(ED25519 + self.seed)}"

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @classmethod
    def new(cls, name: str) -> Signer:
        """Make a key. Raises BadKey where it cannot be called so."""
        if not NAME.fullmatch(name):
            raise BadKey(
                f"A key cannot be called “{name[:100]}”: use the site's name, without spaces or plus signs, "
                "such as desk.example."
            )
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def read(cls, text: str) -> Signer:
        """Read the key that signs. Raises BadKey."""
        if not text.startswith(BEGINS):
            raise BadKey(f"A key that signs begins with {BEGINS}; `manage.py head_key` makes one.")
        name, given, seed = _parts(text.removeprefix(BEGINS))
        found = cls(name, seed)
        if found.verifier.id.hex() != given:
            raise BadKey("The key is damaged: its middle part does not fit the rest. Copy it again, whole.")
        return found

    def sign(self, head: Head) -> str:
        """Return the head as a signed note."""
        signed = self.verifier.id + self._key.sign(head.text.encode())
        return f"{head.text}\n— {self.name} {_base64(signed)}\n"


@dataclass(frozen=True)
class Head:
    """Where the record stood, and when that was said."""

    instance: str
    seq: int
    hash: str
    at: str

    @property
    def text(self) -> str:
        """The four lines that are signed."""
        return f"{FIRST}{self.instance}\n{self.seq}\n{self.hash}\n{self.at}\n"

    @classmethod
    def now(cls, moment: datetime | None = None) -> Head:
        """Return the head of this record."""
        head = LedgerHead.objects.get(pk=1)
        at = (moment or timezone.now()).astimezone(UTC)
        return cls(instance(), head.seq, head.hash, at.strftime("%Y-%m-%dT%H:%M:%SZ"))


@dataclass(frozen=True)
class Note:
    """A head that somebody kept. `all` is one hash over those of all entries up to there, where that was kept too."""

    head: Head
    signatures: Sequence[tuple[str, bytes]] = ()
    all: str = ""


def signer() -> Signer | None:
    """Return the key of this newsroom, None where it has none. Raises BadKey."""
    return Signer.read(settings.HEAD_KEY) if settings.HEAD_KEY else None


def keep(folder: Path, moment: datetime | None = None) -> Path | None:
    """Write the signed head of now to a file of this folder, named after the day and the entry; return the file, None
    where there is no key. Written whole or not at all; asked again on the same day for the same entry, it is replaced.
    """
    key = signer()
    if key is None:
        return None
    head = Head.now(moment)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{head.at[:10]}-{head.seq}.txt"
    draft = place.with_suffix(".new")
    draft.write_text(key.sign(head), encoding="utf-8")
    draft.replace(place)
    return place


def read_heads(content: bytes) -> list[Note]:
    """Return the heads in a file that somebody kept: signed notes, one after another, or what `verify_record.py --keep`
    wrote. Raises BadHeads."""
    if len(content) > LONGEST:
        raise BadHeads(f"it has more than {LONGEST // 10**6} MB, and no file with heads has")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise BadHeads("it is not text") from None
    if text.lstrip().startswith("{"):
        return [_kept_by_script(text)]
    text = text.rstrip("\n") + "\n"
    found = []
    for match in NOTE.finditer(text):
        head = Head(match["instance"], int(match["seq"]), match["hash"], match["at"])
        found.append(Note(head, [_signature(one) for one in SIGNATURE.finditer(match["signatures"])]))
    if text.count(FIRST) != len(found) or not found:
        raise BadHeads(
            "it holds something other than whole signed heads; a head has four lines, an empty one and a signature"
        )
    return found


def _signature(match: re.Match[str]) -> tuple[str, bytes]:
    try:
        return match["name"], base64.b64decode(match["signed"], validate=True)
    except binascii.Error:
        return match["name"], b""


def _kept_by_script(text: str) -> Note:
    try:
        kept: dict[str, Any] = json.loads(text)
        head = Head(str(kept["instance"]), int(kept["seq"]), str(kept["hash"]), "")
        return Note(head, all=str(kept["all"]))
    except (ValueError, KeyError, TypeError):
        raise BadHeads("it is JSON, but not what verify_record.py --keep writes") from None


def _parts(text: str) -> tuple[str, str, bytes]:
    """Return name, id and the 32 bytes of a key."""
    name, _, rest = text.partition("+")
    given, _, coded = rest.partition("+")
    try:
        known = base64.b64decode(coded, validate=True)
    except binascii.Error:
        known = b""
    if not NAME.fullmatch(name) or len(known) != 33 or known[:1] != ED25519:
        raise BadKey("A key has a name, eight digits and the key itself, with plus signs between them.")
    return name, given, known[1:]


def _base64(known: bytes) -> str:
    return base64.b64encode(known).decode()
