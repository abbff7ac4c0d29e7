"""Sends one request as one of several web processes would carry it out: ask_api.py METHOD PATH TOKEN BODY HEADERS.

BODY and HEADERS are JSON. Says the status and the answer.
"""

import json
import sys

from django.test import Client
from starting_line import wait

method, path, token, body, headers = sys.argv[1:]
client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}", **json.loads(headers)})
wait()
answer = client.generic(method, path, body, content_type="application/json")
print(json.dumps([answer.status_code, json.loads(answer.content or b"null")]))
