# Shortlist as a container: no shell starts it, nobody is root in it, and it writes to /data alone.
FROM python:3.11-slim AS build

WORKDIR /build
COPY requirements-run.lock requirements-build.lock ./
# Wheels only, each by its hash: nothing that is installed runs code of its own while it is.
RUN ["python", "-m", "venv", "/opt/shortlist"]
RUN ["/opt/shortlist/bin/python", "-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", \
     "--only-binary", ":all:", "--require-hashes", "--requirement", "requirements-run.lock"]
RUN ["python", "-m", "venv", "/opt/builder"]
RUN ["/opt/builder/bin/python", "-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", \
     "--only-binary", ":all:", "--require-hashes", "--requirement", "requirements-build.lock"]

COPY pyproject.toml README.md LICENSE ./
COPY connectors connectors
COPY commands commands
COPY bot bot
RUN ["/opt/builder/bin/python", "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", \
     "--wheel-dir", "/wheels", "."]
RUN ["/opt/shortlist/bin/python", "-m", "pip", "install", "--no-deps", "--no-index", "--no-cache-dir", \
     "--find-links", "/wheels", "shortlist"]
RUN ["mkdir", "/data"]


FROM python:3.11-slim

COPY --from=build /opt/shortlist /opt/shortlist
COPY --from=build --chown=10001:10001 /data /data

ENV PATH=/opt/shortlist/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SHORTLIST_DATABASE_URL=sqlite:////data/shortlist.db \
    SHORTLIST_HOST=0.0.0.0 \
    SHORTLIST_PORT=3000

USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 3000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['SHORTLIST_PORT'] + '/healthz', timeout=3)"]

ENTRYPOINT ["shortlist"]
CMD ["serve"]
