"""What the log must not say."""

import logging
import re

# Whoever knows the private address of what a reader sent may read it, and take it back.
PRIVATE = re.compile(r"(/submissions/)[^/\s\"']+")


class HidePrivateAddresses(logging.Filter):
    """Leaves the tokens of readers out of the paths that are logged where something goes wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = PRIVATE.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, None
        return True
