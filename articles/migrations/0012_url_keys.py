"""By what a page is found in whatever spelling of its address: a key beside each address."""

from django.db import migrations, models

import articles.models.addressed
from articles.web_addresses import address_key

BATCH = 500
NOUNS = ("article", "copy", "source")


def make_the_keys(apps, schema_editor):
    """Fill the column. Imported and not spelled out: the keys must be those that the code asks for."""
    database = schema_editor.connection.alias
    for noun in NOUNS:
        rows = apps.get_model("articles", noun)._base_manager.using(database)
        last = 0
        while some := list(rows.filter(pk__gt=last).exclude(url="").order_by("pk").only("url")[:BATCH]):
            for row in some:
                row.url_key = address_key(row.url)
            rows.bulk_update(some, ["url_key"])
            last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_indexes_for_programs")]

    operations = [
        *(
            migrations.AddField(
                model_name=noun,
                name="url_key",
                field=articles.models.addressed.AddressKey(blank=True, editable=False, max_length=64),
            )
            for noun in NOUNS
        ),
        *(
            migrations.AddIndex(
                model_name=noun,
                index=models.Index(
                    condition=models.Q(("url_key", ""), _negated=True),
                    fields=["url_key"],
                    name=f"{noun}_by_url_key",
                ),
            )
            for noun in NOUNS
        ),
        # Of a long address PostgreSQL takes no index.
        migrations.RemoveIndex(model_name="source", name="source_by_url"),
        # Last, since PostgreSQL makes no index on a table with work that is checked at the end of the transaction.
        migrations.RunPython(make_the_keys, migrations.RunPython.noop),
    ]
