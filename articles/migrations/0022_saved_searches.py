import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0021_desk_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "name",
                    models.CharField(
                        help_text="What you call it; only you read it.", max_length=100, verbose_name="name"
                    ),
                ),
                (
                    "q",
                    models.CharField(
                        help_text="All that the search page understands.",
                        max_length=1000,
                        verbose_name="words to look for",
                    ),
                ),
                (
                    "filters",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="As in the address of the search page: rating=contradicted.",
                        max_length=200,
                        verbose_name="conditions",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="saved"
                    ),
                ),
                (
                    "looked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last opened"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
                "ordering": ["owner_id", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"),
                        name="saved_search_once",
                        violation_error_message="You have saved a search under this name already: choose another.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("q", ""), _negated=True), models.Q(("name", ""), _negated=True)
                        ),
                        name="saved_search_says_what",
                        violation_error_message="A saved search needs a name, and words to look for.",
                    ),
                ],
            },
        ),
    ]
