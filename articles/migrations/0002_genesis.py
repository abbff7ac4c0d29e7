"""The first entry of the ledger: an instance id, so that no two records share a chain."""

import hashlib
import json
import uuid
from datetime import UTC, datetime

from django.db import migrations


def open_the_ledger(apps, schema_editor):
    Change = apps.get_model("articles", "Change")
    LedgerHead = apps.get_model("articles", "LedgerHead")
    database = schema_editor.connection.alias
    if LedgerHead.objects.using(database).exists():
        return
    at = datetime.now(UTC)
    # Spelled out here and not imported: what was written once must not change with the code.
    envelope = json.dumps(
        {
            "actor": None,
            "at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "commitment": "0" * 64,
            "id": None,
            "instance": str(uuid.uuid4()),
            "object": "ledger",
            "previous": "0" * 64,
            "public": True,
            "rows": 0,
            "seq": 0,
            "verb": "genesis",
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    digest = hashlib.sha256(envelope.encode()).hexdigest()
    Change.objects.using(database).create(
        seq=0, envelope=envelope, hash=digest, at=at, actor=None, verb="genesis", object_type="ledger",
        object_id=None, public=True, rows=0,
    )  # fmt: skip
    LedgerHead.objects.using(database).create(pk=1, seq=0, hash=digest)


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_the_record")]

    # Going back leaves the ledger alone; the tables go with the migration before.
    operations = [migrations.RunPython(open_the_ledger, migrations.RunPython.noop)]
