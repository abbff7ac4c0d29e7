"""Language tags, as BCP 47 writes them: en, es-MX, zh-Hant."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def require_language(**languages: str) -> None:
    """Raise ValidationError for what is no language tag: nobody would find the row by its language."""
    wrong = {
        name: ValidationError("This must be a language tag (BCP 47) such as en or es-MX.", "not_a_language")
        for name, value in languages.items()
        if not TAG.fullmatch(value)
    }
    if wrong:
        raise ValidationError(wrong)
