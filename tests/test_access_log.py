"""What the access log must not say."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django.utils.module_loading import import_string
from gunicorn.config import Config

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "a-token-of-forty-three-letters-in-all-and-so"


def test_the_image_writes_no_token_of_a_reader_into_its_access_log():
    command = (ROOT / "Dockerfile").read_text()
    assert "--access-logfile" in command
    [named] = re.findall(r'"--logger-class=([\w.]+)"', command)
    config = Config()
    log = import_string(named)(config)
    answer = SimpleNamespace(status="302 Found", sent=0, headers=[("Location", f"/submissions/{TOKEN}/")])
    asked = SimpleNamespace(headers=[("REFERER", f"https://desk.example/es/submissions/{TOKEN}/withdraw/")])
    environ = {
        "REQUEST_METHOD": "GET", "RAW_URI": f"/submissions/{TOKEN}/?x=1", "SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": f"/submissions/{TOKEN}/", "HTTP_REFERER": f"https://desk.example/submissions/{TOKEN}/received/",
    }  # fmt: skip
    atoms = log.atoms(answer, asked, environ, timedelta(seconds=1))
    line = config.access_log_format % log.atoms_wrapper_class(atoms)
    assert '"GET /submissions/…/?x=1 HTTP/1.1" 302' in line
    assert TOKEN not in str(atoms)
