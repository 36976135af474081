"""Lists that people download, as office programs open them."""

from collections.abc import Iterable, Sequence

from flask import Response

from claims.lists.writing import written

__all__ = ["csv_file"]


def csv_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    """The rows as a file of that name; no cell of it is a formula, and nobody keeps it on the way."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": "text/csv; charset=utf-8",
    }
    return Response(written(rows), 200, headers)
