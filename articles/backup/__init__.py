"""The whole of an instance as files, the desk's part included, and the way back.

A back-up is a folder: the database as its own tools copy it (`database.sqlite3`, `database.dump`), the stored files
that it names, `manifest.json` and `SHA256SUMS`. It is of one moment, nobody who writes waits for it, and it has no
name before it is whole. A restored one is the same record: the ledger's head is the one that the manifest names, and
`articles.verification` proves that all else fits it.
"""

from articles.backup.manifest import Manifest, Trouble
from articles.backup.restoring import restore
from articles.backup.writing import write

__all__ = ["Manifest", "Trouble", "restore", "write"]
