"""Language tags, as BCP 47 writes them: en, es-MX, zh-Hant."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info

TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def language_name(tag: str) -> str:
    """Return what a language is called in the language of the page; its tag where Django knows no word for it."""
    try:
        return str(get_language_info(tag.lower())["name_translated"])
    except KeyError:
        return tag


def require_language(**languages: str) -> None:
    """Raise ValidationError for what is no language tag: nobody would find the row by its language."""
    wrong = {
        name: ValidationError("This must be a language tag (BCP 47) such as en or es-MX.", "not_a_language")
        for name, value in languages.items()
        if not TAG.fullmatch(value)
    }
    if wrong:
        raise ValidationError(wrong)
