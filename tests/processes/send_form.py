"""Posts a reader's form as one of several web processes would take it in: send_form.py PATH FIELDS.

FIELDS is JSON. Says the status and where it leads.
"""

import json
import sys

from django.test import Client
from starting_line import wait

path, fields = sys.argv[1:]
client = Client(SERVER_NAME="localhost")
wait()
answer = client.post(path, json.loads(fields))
print(json.dumps([answer.status_code, answer.get("Location", "")]))
