"""Typed readers of environment variables.

Each reader answers a value of its type or refuses with one sentence that names the variable, what it holds and
what it may hold. Guessing is worse than refusing: `DEBUG=off` read as true would show tracebacks to the world.
"""

import os
from collections.abc import Collection
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "", *, choices: Collection[str] | None = None) -> str:
    """The variable without surrounding white space; unset and empty both mean the default."""
    value = os.environ.get(name, "").strip() or default
    if choices is not None and value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}: use one of {', '.join(choices)}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = text(name)
    if not value:
        return default
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name} is {value!r}: use True or False.")
    return value == "True"


def integer(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    value = text(name)
    if not value:
        return default
    # int() alone would also take "1_000", "+5" and digits of other scripts.
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and least <= int(value) <= most):
        raise ImproperlyConfigured(f"{name} is {value!r}: use a whole number from {least} to {most}.")
    return int(value)


def items(name: str, default: Collection[str] = ()) -> list[str]:
    """A comma-separated list. Something that holds only commas is a slip, not an empty list."""
    value = text(name)
    if not value:
        return list(default)
    found = [item.strip() for item in value.split(",")]
    if not all(found):
        raise ImproperlyConfigured(
            f"{name} is {value!r}: separate the items with single commas, none of them empty."
        )
    return found


def secret(name: str, default: str = "") -> str:
    """NAME, or the content of the file that NAME_FILE points to, which keeps secrets out of process listings."""
    value, file_name = text(name), text(f"{name}_FILE")
    if value and file_name:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: use one of them.")
    if not file_name:
        return value or default
    try:
        value = Path(file_name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or "it is not UTF-8 text"
        raise ImproperlyConfigured(
            f"{name}_FILE is {file_name!r}, which cannot be read ({reason}): use a readable text file."
        ) from trouble
    if not value:
        raise ImproperlyConfigured(
            f"{name}_FILE is {file_name!r}, which is empty: use a file that holds the secret."
        )
    return value


def secrets(name: str) -> list[str]:
    """A comma-separated list of secrets, or the content of the file that NAME_FILE points to. Refusals repeat none."""
    value = secret(name)
    found = [one.strip() for one in value.split(",")] if value else []
    if not all(found):
        raise ImproperlyConfigured(f"{name}: separate the items with single commas, none of them empty.")
    return found
