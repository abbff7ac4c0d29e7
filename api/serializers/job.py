"""Jobs: background work, how far it is and how it went. The desk's alone."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.record import ApiUrl, Fields, RecordSerializer, told
from articles.models import Job

ROW = (
    "id", "task", "queue", "priority", "state", "progress", "attempts", "most_attempts", "enqueued_at", "run_after",
    "started_at", "finished_at", "last_error", "api_url",
)  # fmt: skip


class ProgressShape(serializers.Serializer):
    """How many of how many steps are done."""

    done = serializers.IntegerField(read_only=True)
    of = serializers.IntegerField(read_only=True)


class JobRow(RecordSerializer):
    """One piece of background work."""

    progress = ProgressShape(
        allow_null=True, read_only=True, help_text="Null where the work does not say how far it is."
    )
    last_error = serializers.CharField(
        read_only=True, allow_null=True, help_text="The last line of what went wrong last."
    )
    api_url = ApiUrl("api-job")

    class Meta:
        model = Job
        fields: Fields = ROW
        extra_kwargs = told(
            task="The function, by its module and name.",
            state="dead: given up after `most_attempts` tries.",
            run_after="Not before; later with each try.",
        )


class JobDetail(JobRow):
    """One piece of background work with what came of it."""

    result: Any = serializers.JSONField(read_only=True, help_text="What it returned; null until it is done.")

    class Meta(JobRow.Meta):
        fields: Fields = (*ROW, "result")
