"""The product's own settings, as an operator would run them, for the servers of the bench."""

import os

os.environ.setdefault("SECRET_KEY", "known to everyone: this key signs nothing outside the bench")
# Lists are counted, which costs something, and nobody is refused.
os.environ.setdefault("API_LIMITS_ANONYMOUS", str(10**9))

from factcheck.settings import *  # noqa: F403
from factcheck.settings import BASE_DIR, STORAGES

# The manifest knows only collected files.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Nobody collected any.
STATIC_ROOT = BASE_DIR / "articles" / "static"
