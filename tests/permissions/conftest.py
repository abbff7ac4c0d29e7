"""The people of the table: one of each role, somebody else of the desk, and nobody."""

from __future__ import annotations

import pytest

from tests.factories import UserFactory


@pytest.fixture
def people(newsroom, reporter, editor, administrator, stranger):
    return {
        "stranger": stranger,
        "reporter": reporter,
        "editor": editor,
        "administrator": administrator,
        "other": UserFactory(),
    }
