"""The state of a row as it enters the ledger."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple, Self

from articles.canonical import canonical, leaf

# The columns of `ChangeRow` that `Sealed.columns` has values for.
COLUMNS = ("object_type", "object_id", "readers", "commitment", "payload", "salt")


class Sealed(NamedTuple):
    """What the ledger keeps of a row in one state. `key` is its noun and id, `readers` what it is to readers."""

    key: tuple[str, int]
    readers: str
    commitment: str
    payload: str
    salt: str

    @classmethod
    def of(cls, key: tuple[str, int], readers: str, image: Any) -> Self:
        """Seal a row whose columns say this; `image` is None where the row is gone."""
        payload = canonical({"object": key[0], "id": key[1], "readers": str(readers), "image": image})
        salt = secrets.token_hex(16)
        return cls(key, str(readers), leaf(salt, payload), payload, salt)

    def columns(self) -> tuple[Any, ...]:
        return (*self.key, self.readers, self.commitment, self.payload, self.salt)
