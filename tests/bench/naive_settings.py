"""The settings of the naive peer: what `startproject` writes, on the database of the bench."""

from tests.bench.settings import *  # noqa: F403
from tests.bench.settings import BASE_DIR, DATABASES

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Nothing starts without it where the app is installed.
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "tests.bench.naive"
REST_FRAMEWORK: dict[str, object] = {}
DATABASES["default"].update(CONN_MAX_AGE=0, CONN_HEALTH_CHECKS=False, OPTIONS={})
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "tests" / "bench" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
