import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0019_complaints")]
    operations = [
        migrations.CreateModel(
            name="KeptForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=500)),
                ("page", models.CharField(max_length=500)),
                ("fields", models.JSONField(blank=True, default=list)),
                ("seen", models.PositiveIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_forms",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "form that was begun",
                "verbose_name_plural": "forms that were begun",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["at"], name="kept_form_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "form"),
                        name="kept_form_once",
                        violation_error_message="What this person typed into this form is kept already.",
                    )
                ],
            },
        ),
    ]
