# syntax=docker/dockerfile:1

FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# requirements-files.txt for files in a bucket, requirements-semantic.txt for claims found by what they mean.
ARG REQUIREMENTS=requirements.txt
COPY requirements*.txt ./
RUN python -m venv /venv && /venv/bin/pip install --quiet --require-hashes -r "$REQUIREMENTS"
COPY . .
# The key signs nothing and stays in this layer of the build, which is thrown away.
RUN SECRET_KEY=only-while-static-files-are-being-collected /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q factcheck articles api

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin factcheck \
    && install -d -o factcheck -g factcheck /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIRECTORY=/data
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
USER factcheck
VOLUME /data
EXPOSE 8000
# Asks as one of the site's own names: any other is refused.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(web.Request('http://127.0.0.1:8000/healthz', headers={'Host': (os.environ.get('ALLOWED_HOSTS') or 'localhost').split(',')[0].strip().lstrip('.')}), timeout=4)"]
# One arena: threads that each made a large answer otherwise keep, each for itself, the memory that it took.
# Threads, since most of a request is waiting for the database. No --preload: a connection pool does not survive a fork.
# No control socket: nothing uses it, and the file system is read-only. Workers beat in memory, not on a disk.
CMD ["gunicorn", "factcheck.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--worker-class=gthread", "--threads=4", "--timeout=30", "--max-requests=50000", "--max-requests-jitter=5000", "--no-control-socket", "--limit-request-line=8190", "--worker-tmp-dir=/dev/shm", "--access-logfile=-", "--logger-class=factcheck.access_log.AccessLog"]
