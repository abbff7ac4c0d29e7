"""Files in a bucket that speaks S3, where FILES_URL names one; else they lie in a folder, by Django's own storage.

A bucket can be out of reach or say no where a folder hardly ever does. That is a refusal with a sentence at the desk,
before anything was written to the record, and 503 for a reader; in the log stands what the bucket said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from articles.refusals import NoFiles

log = logging.getLogger("factcheck.files")

UNREACHABLE = (
    "The place where files are kept does not answer, or refuses: nothing was saved. Try again in a moment; if that "
    "does not help, whoever runs this site finds the reason in its log."
)


class Bucket(S3Storage):
    """Names are hashes of what they name, so that whoever stores a file twice stores the same."""

    def __init__(self, **options: Any) -> None:
        # Whoever waits for it is a reader; and checksums are sent only where they must be, since not every store that
        # speaks S3 knows them.
        config = Config(
            connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2},
            request_checksum_calculation="when_required", response_checksum_validation="when_required",
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"}, signature_version="s3v4",
        )  # fmt: skip
        fixed = {"file_overwrite": True, "default_acl": None, "client_config": config}
        super().__init__(**fixed, **options)

    def exists(self, name: str) -> bool:
        with _told("exists", name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _told("delete", name):
            super().delete(name)

    def _save(self, name: str, content: Any) -> str:
        with _told("save", name):
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> File:
        """Return the file, read to its end: what fails then has not been half sent."""
        with _told("open", name), super()._open(name, mode) as stored:
            return ContentFile(stored.read(), name=name)


@contextmanager
def _told(what: str, name: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as trouble:
        log.error("The bucket did not %s %s: %s", what, name, trouble)
        raise NoFiles(UNREACHABLE) from trouble
