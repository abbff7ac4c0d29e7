from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("articles", "0014_submissions")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="claimant",
            index=models.Index(fields=["name", "id"], name="claimant_by_name"),
        ),
    ]
