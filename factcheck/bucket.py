"""A bucket that speaks S3, as FILES_URL names it."""

import re
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ImproperlyConfigured

_ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^?#]*))?(?:\?([^#]*))?")


def options(url: str, key: str, secret: str) -> dict[str, Any]:
    """Return what the storage is told of a bucket. Raises ImproperlyConfigured with a sentence."""
    found = _ADDRESS.fullmatch(url)
    told = dict(parse_qsl(found[3] or "", keep_blank_values=True)) if found else {}
    endpoint = told.pop("endpoint", None)
    region = told.pop("region", None)
    if found is None or told or (endpoint and not re.match(r"https?://[^/?#@]+/?$", endpoint)):
        raise ImproperlyConfigured(
            f"FILES_URL is {url!r}: use s3://bucket/folder?endpoint=https://host&region=name, the folder and "
            "what follows ? only where they are needed."
        )
    if bool(key) != bool(secret):
        raise ImproperlyConfigured(
            "FILES_KEY and FILES_SECRET belong together: set both, or neither where the machine has a role."
        )
    return {
        "bucket_name": found[1], "location": (found[2] or "").strip("/"), "endpoint_url": endpoint,
        "region_name": region, "access_key": key or None, "secret_key": secret or None,
    }  # fmt: skip
