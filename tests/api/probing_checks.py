"""What schemathesis asks of each answer besides its own checks; loaded by the process that probes."""

from __future__ import annotations

import os
from typing import Any

import schemathesis

#: In drafts, in rows at the desk, in what a stranger must never read.
SECRET = os.environ.get("PROBING_SECRET", "")
#: What is right by the schema and refused all the same, because no schema can know it.
NO_SCHEMA_KNOWS = {
    "ambiguous",
    "bad_request",
    "both",
    "does_not_exist",
    "invalid",
    "invalid_choice",
    "invalid_cursor",
    "malformed_if_match",
    "malformed_parameter",
    "not_a_date",
    "not_a_day",
    "no_address",
    "no_rating",
    "not_a_list",
    "not_a_moment",
    # 3.0 is a whole number to a schema.
    "not_a_number",
    # Control characters.
    "not_a_text",
    "not_an_id",
    "not_in_text",
    "nothing_to_change",
    "null_characters_not_allowed",
    "number_too_large",
    "one_of_two",
    "not_those_words",
    "refused_file",
    "required",
    "twice",
    "unknown_parameter",
}


@schemathesis.check
def no_secret_is_told(ctx: Any, response: Any, case: Any) -> None:
    """Nothing only the desk sees is in an answer to somebody else."""
    if SECRET and SECRET in (response.text or ""):
        raise AssertionError(f"{case.method} {case.path} tells what only the desk sees.")


@schemathesis.check
def is_refused_for_a_reason(ctx: Any, response: Any, case: Any) -> None:
    """What the schema allows is refused only for what no schema can say."""
    if response.status_code != 400 or not case.meta or not case.meta.generation.mode.is_positive:
        return
    codes = {one["code"] for one in response.json()["errors"]} or {response.json()["code"]}
    assert codes <= NO_SCHEMA_KNOWS, f"{codes - NO_SCHEMA_KNOWS}: {response.text[:300]}"
