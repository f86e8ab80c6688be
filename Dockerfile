# The gateway as a shop runs it: nothing but Python and what requirements-serve.lock names, as a user without rights,
# on a file system that may be read-only but for /data (SQLite) and /tmp. docs/operations.md says how.
# A tag can be moved; a shop that must know what it runs pins the digest of the image it has tried.

FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements-build.lock requirements-serve.lock ./
RUN python -m venv tools \
    && tools/bin/pip install --no-deps --require-hashes --requirement requirements-build.lock \
    && python -m venv /opt/comptoir \
    && /opt/comptoir/bin/pip install --no-deps --require-hashes --only-binary :all: --requirement requirements-serve.lock
COPY . .
RUN tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir wheels . \
    && /opt/comptoir/bin/pip install --no-deps wheels/*.whl \
    && /opt/comptoir/bin/pip uninstall --yes pip

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin comptoir \
    && install --directory --owner comptoir --group comptoir /data
COPY --from=build /opt/comptoir /opt/comptoir
ENV PATH=/opt/comptoir/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    COMPTOIR_DATABASE_URL=sqlite+aiosqlite:////data/comptoir.db \
    COMPTOIR_LOG=json
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s CMD ["python", "-c", "from http.client import HTTPConnection as To; to = To('127.0.0.1', 8000, timeout=2); to.request('GET', '/healthz'); raise SystemExit(to.getresponse().status != 200)"]
ENTRYPOINT ["comptoir"]
CMD ["serve", "--host", "0.0.0.0"]
