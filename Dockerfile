# One image for both services; the command says which of them runs.
FROM python:3.13.9-slim-bookworm AS build
WORKDIR /app
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock README.md LICENSE THIRD_PARTY_NOTICES.md ./
COPY services services
COPY shared shared
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.13.9-slim-bookworm
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home sooner
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER sooner
EXPOSE 8000 8001
CMD ["python", "-m", "services.referral", "serve"]
