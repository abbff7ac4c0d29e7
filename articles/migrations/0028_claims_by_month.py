"""The index under the question which claims were said in a month, the newest first."""

from django.db import migrations, models
from django.db.models import F

from articles.models.month import MonthOf


class Migration(migrations.Migration):
    dependencies = [("articles", "0027_parts_and_figures")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(MonthOf("asserted_earliest"), F("id").desc(), name="claim_by_month"),
        )
    ]
