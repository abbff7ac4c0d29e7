"""The indexes under the sitemap's question, which row of a range of 10,000 numbers changed last; and a place for what
tasks find out for pages."""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("articles", "0026_counted_claims")]

    operations = [
        migrations.AddIndex(
            model_name=noun,
            index=models.Index((F("id") - 1) / 10_000, F("public_seq").desc(), name=f"{noun}_by_part"),
        )
        for noun in ("article", "claim", "claimant", "source")
    ] + [
        migrations.AddField(
            model_name="schedule", name="found", field=models.JSONField(editable=False, null=True)
        ),
    ]
