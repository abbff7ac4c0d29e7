"""The lock of the judges holds on every machine."""

from __future__ import annotations

import json

from tests.browser.workshop import LOCK


def test_the_lock_has_hashes_and_no_addresses():
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    assert {"node_modules/axe-core", "node_modules/lighthouse", "node_modules/vnu-jar"} <= set(packages)
    for name, one in packages.items():
        if name:
            assert one["integrity"].startswith("sha512-") and "resolved" not in one, name
