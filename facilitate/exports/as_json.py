"""The report as JSON, in exactly the shape of :class:`facilitate.exports.reports.Report`."""

import msgspec

from facilitate.exports.reports import Report


def render(report: Report) -> bytes:
    """UTF-8, indented by two; the same report always gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def read(body: bytes) -> Report:
    """Raises :class:`msgspec.DecodeError`."""
    return msgspec.json.decode(body, type=Report)


def schema() -> bytes:
    """The JSON Schema (2020-12) of the report."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Report)), indent=2)
