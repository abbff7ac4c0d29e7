"""Indexes under the questions that programs ask of lists, and of a page's address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_answered_requests")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("url", ""), _negated=True), fields=["url"], name="article_by_url"
            ),
        ),
        migrations.AddIndex(
            model_name="copy",
            index=models.Index(
                condition=models.Q(("url", ""), _negated=True), fields=["url"], name="copy_by_url"
            ),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["title", "id"], name="source_by_title"),
        ),
    ]
