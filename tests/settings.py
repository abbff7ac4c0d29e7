"""The settings under test: the real ones, read from an environment that holds nothing of this machine but the
database to use, and with what would only make tests slow taken out."""

import os

for name in ("DATA_DIRECTORY", "DATABASE_POOL", "DEBUG", "DEMO", "HTTPS", "LOG_LEVEL", "TRUST_PROXY"):
    os.environ.pop(name, None)
if "DATABASE_REPLICA_URLS" not in os.environ:
    os.environ.pop("REPLICA_LAG_MOST", None)
for name in ("CACHE_URL", "CACHE_URL_FILE"):
    os.environ.pop(name, None)
for name in ("ALLOWED_HOSTS", "API_CORS_ORIGINS", "MEANING_MODEL", "SECRET_KEY_FILE"):
    os.environ.pop(name, None)
for name in ("FILES_KEY", "FILES_SECRET", "FILES_SECRET_FILE", "FILES_URL"):
    os.environ.pop(name, None)
for name in ("EMAIL_FROM", "EMAIL_HOST", "EMAIL_PASSWORD_FILE", "EMAIL_PORT", "EMAIL_SECURITY", "SITE_URL"):
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "known to everyone: this key signs nothing outside the tests"

from factcheck.settings import *  # noqa: E402, F403
from factcheck.settings import BASE_DIR, DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # No name: Django then keeps the test database in memory.
    DATABASES["default"]["TEST"] = {"NAME": None}
elif template := os.environ.get("FACTCHECK_TEMPLATE"):
    # Migrated already: see tests/template.py.
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}

# Argon2 takes a tenth of a second per password on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The manifest knows only collected files, and nobody collects them for a test.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

# A folder per process: tests run side by side.
MEDIA_ROOT = BASE_DIR / "var" / "test-files" / str(os.getpid())

# Tests ask more in a minute than any program. Those of the limits set their own.
API_LIMITS_ANONYMOUS = API_LIMITS_READ = API_LIMITS_WRITE = 0
SUBMISSIONS_PER_ADDRESS = SUBMISSIONS_IN_ALL = 0
CHECKED_SENTENCES_PER_ADDRESS = CHECKED_SENTENCES_IN_ALL = 0

# Django keeps letters in memory under test, so they can be sent.
SENDS_EMAIL = True
