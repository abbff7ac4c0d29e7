"""The index under what programs ask of a list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_answered_requests")]

    operations = [
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["title", "id"], name="source_by_title"),
        ),
    ]
