"""The settings of one installation. Everything that differs between machines is read from the environment;
`.env.example` lists every variable with what it does, and a test keeps that list complete."""

import re
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from factcheck import bucket, environment, process

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIRECTORY = Path(environment.text("DATA_DIRECTORY") or BASE_DIR / "var")

# --- What kind of run this is ---

DEBUG = environment.flag("DEBUG")
# `manage.py demo` turns this on: a database of its own, and static files straight from the source tree.
DEMO = environment.flag("DEMO")


def key_of_this_checkout() -> str:
    """A random key made once and kept beside the data: fair for one person's machine, never for production."""
    DATA_DIRECTORY.mkdir(parents=True, exist_ok=True)
    place = DATA_DIRECTORY / "development-key"
    if not place.exists():
        # Written aside and linked into place, so that of two processes starting together both read the same key.
        draft = DATA_DIRECTORY / f"development-key.{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            place.hardlink_to(draft)
        except FileExistsError:
            pass
        draft.unlink()
    return place.read_text(encoding="ascii")


SECRET_KEY = environment.secret("SECRET_KEY")
if not SECRET_KEY and (DEBUG or DEMO):
    SECRET_KEY = key_of_this_checkout()
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured(
        f"SECRET_KEY {'is too short' if SECRET_KEY else 'is not set'}: set SECRET_KEY, or SECRET_KEY_FILE to a file "
        "that holds it, to at least 32 random characters. On your own machine DEBUG=True makes one for you."
    )

# Keys of before: what was encrypted or signed with them is still read.
SECRET_KEY_FALLBACKS = environment.items("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = environment.items("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

# --- What it is made of ---

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "articles",
    "api",
]

MIDDLEWARE = [
    # Outermost, so that redirects and refusals made further in carry the policy too.
    "factcheck.middleware.ContentSecurityPolicy",
    # Says of the answer as it leaves whether a CDN may hold it; not there without one.
    "articles.cdn.answers.TellsTheCdn",
    # Just inside, so that whatever refuses a program below /api/ is told in the API's own shape.
    "api.middleware.AnswersForPrograms",
    # The same below /v1alpha1/, in the shape that Google's clients read.
    "api.google.middleware.AnswersInGooglesShape",
    # Before anything has words to say.
    "factcheck.middleware.LanguageOfTheAddress",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Chooses the database that a request reads.
    "articles.replicas.middleware.ReadsFromReplicas",
    # What everybody may read leaves here; above stands what every answer needs, below what it does not.
    "articles.keeping.AnswersForReaders",
    # Inside, since what is kept was compressed when it was made.
    "factcheck.middleware.CompressPages",
    "factcheck.middleware.RefuseControlCharacters",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Whoever still needs a second factor is a reader to all that follows.
    "articles.accounts.middleware.SecondFactorFirst",
    "articles.accounts.middleware.NoteSessions",
    "articles.admin.kept_forms.ForgetsWhatWasSent",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database ---

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"
# WAL lets readers go on while someone writes. IMMEDIATE takes the write lock when a transaction begins, where SQLite
# waits for its turn; the default takes it at the first write, where SQLite fails at once if another was faster.
# For the same reason there is no ATOMIC_REQUESTS: each page view would queue for the write lock.
# mmap_size stays unset: SQLite before 3.51.3 can corrupt a WAL database with it.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
}
# Seconds. To open one costs more than most answers: 5 ms on SQLite, with its settings and the statements it prepares.
STAYS_OPEN = 600


# Seconds; 0 is without limit. Only for who answers requests (factcheck.process).
STATEMENT_TIMEOUT = environment.integer("STATEMENT_TIMEOUT", 15, most=3600)
BOUNDS = []
if process.answers_requests and STATEMENT_TIMEOUT:
    # A transaction in which nobody says anything for so long is one whose owner is gone; it holds others up.
    BOUNDS = [f"statement_timeout={STATEMENT_TIMEOUT}s", "idle_in_transaction_session_timeout=60s"]
# Seconds that a migration waits for a table which others use; 0 is without limit.
MIGRATION_LOCK_TIMEOUT = environment.integer("MIGRATION_LOCK_TIMEOUT", 20, most=86_400)


def database() -> dict[str, Any]:
    address = environment.secret("DATABASE_URL")
    if DEMO and address:
        raise ImproperlyConfigured(
            "DATABASE_URL is set, but the demo keeps to a database of its own: unset it."
        )
    if not address:
        DATA_DIRECTORY.mkdir(parents=True, exist_ok=True)
        name = DATA_DIRECTORY / ("demo.sqlite3" if DEMO else "factcheck.sqlite3")
        return {
            "ENGINE": SQLITE, "NAME": name, "OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": STAYS_OPEN,
        }  # fmt: skip
    found = database_at("DATABASE_URL", address)
    if found["ENGINE"] not in (SQLITE, POSTGRESQL):
        raise ImproperlyConfigured(
            "DATABASE_URL names an engine this record cannot live in: use postgresql or sqlite."
        )
    return found


def database_at(variable: str, address: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = {**dj_database_url.parse(address)}
    except ValueError as trouble:
        # The address is not repeated: it holds a password.
        raise ImproperlyConfigured(
            f"{variable} is no database address: use postgresql://user@host/name."
        ) from trouble
    options = found.setdefault("OPTIONS", {})
    if found["ENGINE"] == SQLITE:
        found["OPTIONS"] = SQLITE_OPTIONS | options
        found["CONN_MAX_AGE"] = STAYS_OPEN
    elif found["ENGINE"] == POSTGRESQL:
        # Without the check the first request after a database restart fails.
        found["CONN_HEALTH_CHECKS"] = True
        # Compiling a plan takes seconds where running it takes milliseconds: 2.2 s, measured, for a list of claims.
        options.setdefault("options", " ".join(f"-c {one}" for one in ("jit=off", *BOUNDS)))
        if pool := environment.integer("DATABASE_POOL", 0, most=1000):
            options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
        else:
            found["CONN_MAX_AGE"] = STAYS_OPEN
    return found


def replicas() -> dict[str, dict[str, Any]]:
    """Copies of the database that PostgreSQL keeps in step, under the names by which the log calls them."""
    found = {}
    for number, address in enumerate(environment.secrets("DATABASE_REPLICA_URLS"), 1):
        one = database_at("DATABASE_REPLICA_URLS", address)
        if one["ENGINE"] != POSTGRESQL or DATABASES["default"]["ENGINE"] != POSTGRESQL:
            raise ImproperlyConfigured(
                "DATABASE_REPLICA_URLS is set, but only PostgreSQL has replicas: use addresses such as "
                "postgresql://user@host/name here and in DATABASE_URL, or unset it."
            )
        # A replica that is gone must not keep readers waiting: seconds to reach it, milliseconds to hear from it.
        one["OPTIONS"] = {"connect_timeout": 2, "tcp_user_timeout": 5000} | one["OPTIONS"]
        if pool := one["OPTIONS"].get("pool"):
            pool["timeout"] = 2
        # Tests make no database of it.
        one["TEST"] = {"MIRROR": "default"}
        found[f"replica{number}"] = one
    return found


DATABASES = {"default": database()}
# Who may be answered by which: articles.replicas.
REPLICAS = replicas()
DATABASES |= REPLICAS
if REPLICAS:
    DATABASE_ROUTERS = ["articles.replicas.routing.OneRecord"]
# A replica that is further behind answers nobody. Seconds.
REPLICA_LAG_MOST = environment.integer("REPLICA_LAG_MOST", 5, least=1, most=3600)
DATABASE_PREPARE = environment.flag("DATABASE_PREPARE", True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Answers kept for readers ---

# How many each process keeps, a page being some 20 KiB; 0 makes every answer anew. Under DEBUG whoever writes a
# template wants to see it.
ANSWERS_KEPT = environment.integer("ANSWERS_KEPT", 0 if DEBUG else 2000, most=1_000_000)
# How much of its own memory each process takes for them, and for rows of lists beside them. MiB.
ANSWERS_MEMORY = environment.integer("ANSWERS_MEMORY", 16, least=1, most=100_000)
KEPT_KINDS = [
    *(f"articles.views.{noun}.KEPT" for noun in ("claim", "article", "source", "claimants")),
    *(
        f"api.views.{noun}.{kind}"
        for noun in ("claims", "articles", "sources", "verdicts")
        for kind in ("KEPT", "LIST")
    ),
]
CACHE_URL = environment.secret("CACHE_URL")
if CACHE_URL and not re.match(r"(rediss?|unix)://[^/]*\S", CACHE_URL):
    # The address is not repeated: it may hold a password.
    raise ImproperlyConfigured(
        "CACHE_URL is no address of a cache: use redis://host:6379/0, with rediss:// for TLS, or leave it empty."
    )


def cache(name: str, entries: int, share: float) -> dict[str, Any]:
    if not CACHE_URL:
        return {
            "BACKEND": "articles.local_cache.LocalCache",
            "LOCATION": name,
            # Nothing in it is ever wrong, so nothing has to leave it but for space.
            "TIMEOUT": None,
            "OPTIONS": {"MAX_ENTRIES": entries, "MAX_BYTES": int(ANSWERS_MEMORY * share * 2**20)},
        }
    return {
        "BACKEND": "articles.shared_cache.SharedCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": name,
        # The server makes room by itself; what nobody has asked for in a day it need not keep.
        "TIMEOUT": 24 * 3600,
        # Seconds. The protocol is the one that every such server speaks.
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3, "protocol": 2},
    }


CACHES = {
    "default": cache("others", 2000, 1 / 24),
    "answers": cache("answers", ANSWERS_KEPT, 2 / 3),
    # Rows of lists, each about 1 KiB.
    "rows": cache("rows", 10 * ANSWERS_KEPT, 1 / 3),
}

# --- People ---

AUTH_USER_MODEL = "articles.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["articles.accounts.backend.Accounts"]
ACCOUNT_ADAPTER = "articles.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if environment.flag("HTTPS") else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
# Two limiters would hide each other: guesses are counted in the database alone (articles.models.guessing).
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "login": "articles.accounts.forms.SignInForm",
    "change_password": "articles.accounts.forms.ChangePasswordForm",
    "reset_password": "articles.accounts.forms.AskForLinkForm",
    "reset_password_from_key": "articles.accounts.forms.NewPasswordForm",
}
MFA_ADAPTER = "articles.accounts.adapter.SecondFactorAdapter"
# Recovery codes are ours (articles.accounts.codes): allauth would keep what they are made from.
MFA_SUPPORTED_TYPES = ["totp"]
MFA_FORMS = {
    "authenticate": "articles.accounts.forms.CodeForm",
    "reauthenticate": "articles.accounts.forms.CodeAgainForm",
    "activate_totp": "articles.accounts.forms.SetUpForm",
}
# A link for a new password holds for an hour. Seconds.
PASSWORD_RESET_TIMEOUT = 3600
# How many days the audit list keeps the network addresses of sign-ins; what happened it keeps for good.
AUDIT_ADDRESSES_KEPT_DAYS = environment.integer("AUDIT_ADDRESSES_KEPT_DAYS", 180, least=1, most=36_500)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- E-mail ---

# Without a host nothing is sent: on a developer's machine letters are printed, elsewhere pages say whom to ask instead.
EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_SECURITY = environment.text("EMAIL_SECURITY", "starttls", choices=["starttls", "tls", "none"])
EMAIL_PORT = environment.integer(
    "EMAIL_PORT", {"starttls": 587, "tls": 465, "none": 25}[EMAIL_SECURITY], least=1, most=65_535
)
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"
EMAIL_HOST_USER = environment.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.secret("EMAIL_PASSWORD")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("EMAIL_FROM", "factcheck@localhost")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
elif DEBUG or DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# How addresses of this site begin in letters. Empty: the first of ALLOWED_HOSTS, by https where HTTPS is True.
SITE_URL = environment.text("SITE_URL")
# Whether a letter reaches anybody; whoever writes one asks this first.
SENDS_EMAIL = bool(EMAIL_HOST) or DEBUG or DEMO

# --- Language and time ---

LANGUAGE_CODE = "en"
# The languages of the interface. The first has no prefix in its addresses, each other one has its own: /es/claims/.
# A language is offered once `articles/locale/` has its catalogue.
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "articles" / "locale"]
USE_I18N = True
# Days as on the pages of readers; Django's own English puts the month first.
FORMAT_MODULE_PATH = ["factcheck.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ---

STATIC_URL = "static/"
# Beside the code and not beside the data: static files belong to a release.
STATIC_ROOT = BASE_DIR / "var" / "static"
MEDIA_ROOT = DATA_DIRECTORY / "files"
FROM_SOURCE = DEBUG or DEMO
WHITENOISE_USE_FINDERS = FROM_SOURCE
WHITENOISE_AUTOREFRESH = FROM_SOURCE
# A script for readers to read before they run it.
WHITENOISE_MIMETYPES = {".py": "text/plain; charset=utf-8"}
# A bucket that speaks S3, which all machines share. Empty: the folder above.
FILES_URL = environment.text("FILES_URL")
FILES_KEY, FILES_SECRET = environment.text("FILES_KEY"), environment.secret("FILES_SECRET")
IN_BUCKET = bucket.options(FILES_URL, FILES_KEY, FILES_SECRET) if FILES_URL else None
STORAGES = {
    "default": {"BACKEND": "articles.stored_files.Bucket", "OPTIONS": IN_BUCKET}
    if IN_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if FROM_SOURCE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Limits ---

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# More than anybody may hand in at once, so that who hands in too many is told so by the form.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# --- What browsers are told ---

HTTPS = environment.flag("HTTPS")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
# A program that sends its token in the clear should fail, not be led on; a health probe on the machine has no TLS.
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^v1alpha1/", r"^healthz/?$"]
TRUST_PROXY = environment.flag("TRUST_PROXY")
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Background work ---

# Django's task API; jobs are rows of this database, and `manage.py worker` runs them.
TASKS = {"default": {"BACKEND": "articles.work.backend.Database", "QUEUES": []}}

# --- Other machines ---

# Webhooks go to public addresses by https alone. This adds http://127.0.0.1, on a developer's own machine.
REACH_THIS_MACHINE = environment.flag("REACH_THIS_MACHINE")

# --- A CDN in front ---

# Which keys and headers our answers have, and how it is told to forget: articles.cdn.shapes. Empty: none.
CDN = environment.text("CDN", choices=["", "fastly", "cloudflare", "varnish", "json"])
# Seconds that it may hold an answer without asking; 0 is that it asks each time.
CDN_SECONDS = environment.integer("CDN_SECONDS", 300, most=31_536_000)
CDN_PURGE_URLS = environment.items("CDN_PURGE_URLS")
CDN_TOKEN = environment.secret("CDN_TOKEN")
# An operator may name a machine of the own network here; nobody else can write an address that is asked so.
CDN_PURGE_INSIDE = environment.flag("CDN_PURGE_INSIDE")

# --- The record ---

# Signs the heads of the ledger (articles.signed_heads); a day's head is written below DATA_DIRECTORY/heads.
HEAD_KEY = environment.secret("HEAD_KEY")

# --- What readers send ---

# Submissions in an hour, from one network address and from everybody together; 0 is without limit.
SUBMISSIONS_PER_ADDRESS = environment.integer("SUBMISSIONS_PER_ADDRESS", 10)
SUBMISSIONS_IN_ALL = environment.integer("SUBMISSIONS_IN_ALL", 200)
# Sentences in an hour that readers may compare with the record on the page that checks a text; 0 is without limit.
CHECKED_SENTENCES_PER_ADDRESS = environment.integer("CHECKED_SENTENCES_PER_ADDRESS", 1_000)
CHECKED_SENTENCES_IN_ALL = environment.integer("CHECKED_SENTENCES_IN_ALL", 20_000)
# How many days after it was decided the words of a submission, and how to reach who sent it, are erased.
SUBMISSIONS_KEPT_DAYS = environment.integer("SUBMISSIONS_KEPT_DAYS", 365, least=1, most=36_500)

# --- Meaning ---

# The folder of a model that finds claims by what they mean; empty: they are found by their words alone.
MEANING_MODEL = environment.text("MEANING_MODEL")

# --- API ---

# Requests in a minute; 0 is without limit. People of the desk have the budget of a key.
API_LIMITS_ANONYMOUS = environment.integer("API_LIMITS_ANONYMOUS", 120)
API_LIMITS_READ = environment.integer("API_LIMITS_READ", 1200)
API_LIMITS_WRITE = environment.integer("API_LIMITS_WRITE", 240)
# Sites whose pages may use keys; every site's pages may read what everybody may read.
API_CORS_ORIGINS = environment.items("API_CORS_ORIGINS")
for origin in API_CORS_ORIGINS:
    if not re.fullmatch(r"https?://[a-z0-9.\[\]:-]+", origin):
        raise ImproperlyConfigured(
            f"API_CORS_ORIGINS holds {origin!r}: write each site as a browser does, such as https://desk.example."
        )
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.KeyHolder", "api.authentication.DeskSession"],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.MayWrite"],
    "DEFAULT_THROTTLE_CLASSES": ["api.limits.Limits"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.JSON"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": "api.metadata.Offer",
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "EXCEPTION_HANDLER": "api.errors.answer",
    # No `?format=`: there is one format, and an unknown parameter is refused.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "factcheck",
    "DESCRIPTION": "Articles, the claims they make, the sources that bear on them, and verdicts nobody can quietly "
    "change. Reading needs no key. Unknown is null; offsets count Unicode code points; what is unknown, malformed or "
    "given twice in an address is refused.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SORT_OPERATION_PARAMETERS": False,
    # Each field says its own words: the same name ("kind") has other words on other nouns.
    "POSTPROCESSING_HOOKS": ["api.describing.whole"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# --- Log ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"private": {"()": "factcheck.log.HidePrivateAddresses"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["private"]}},
    "root": {
        "handlers": ["stderr"],
        "level": environment.text("LOG_LEVEL", "INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"]),
    },
    # Django's own logger mails admins and prints only under DEBUG; here all goes one way.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
