"""What the programs beside this one share: Django set up, and a line at which they wait for each other."""

import sys

import django

django.setup()


def wait() -> None:
    """Say that this process is ready, and wait until it is told to go."""
    from django.db import connection

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
