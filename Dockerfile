# The webhook, as Fly.io runs it. The daemon lives on the person's own machine.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /app
# What it depends on changes less often than what it is: that layer can be kept.
COPY pyproject.toml uv.lock ./
# Only what the webhook imports: aioboto3 and boto3 want two packages more for S3.
RUN uv sync --locked --only-group webhook \
    --no-install-package aiofiles --no-install-package s3transfer
COPY README.md LICENSE ./
COPY companion companion
RUN uv pip install --python .venv --no-deps .

FROM python:3.13-slim
RUN useradd --create-home --uid 1000 companion
# The scripts in a virtual environment name its path: it must be the same in both stages.
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1
USER 1000
WORKDIR /home/companion
EXPOSE 8080
CMD ["companion", "webhook"]
