"""How answers are written."""

from rest_framework.renderers import JSONRenderer


class JSON(JSONRenderer):
    """JSON as UTF-8, and saying so: some clients take an unnamed charset for Latin-1."""

    charset = "utf-8"
