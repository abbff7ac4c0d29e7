"""The settings of production, as an installation reads them, with the static files in a folder of the test's own."""

import os
from pathlib import Path

from factcheck.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["STATIC_OF_THE_TEST"])
