"""The same application for ASGI servers; nothing here needs one."""

import os

from django.core.asgi import get_asgi_application

from factcheck import process

process.answers_requests = True
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
application = get_asgi_application()
