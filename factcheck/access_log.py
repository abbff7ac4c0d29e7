"""The access log of gunicorn, where one is written: `--logger-class=factcheck.access_log.AccessLog`."""

from typing import Any

from gunicorn.glogging import Logger

from factcheck.log import PRIVATE


class AccessLog(Logger):
    """Leaves out the tokens of readers, in addresses and in where somebody came from: whoever reads the log could open
    what a reader sent, and take it back."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        found = super().atoms(resp, req, environ, request_time)
        return {
            name: PRIVATE.sub(r"\1…", value) if isinstance(value, str) else value
            for name, value in found.items()
        }
