"""Style sheets and scripts: packed when they were bundled, and kept by browsers for ever."""

import os
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from facilitate.web.drawing import asset

ENDINGS = {"br": ".br", "gzip": ".gz"}  # of what lies packed beside a file; the smallest first
FOR_EVER = "public, max-age=31536000, immutable"


class Files(StaticFiles):
    """A file whose digest stands in its address may be kept; any other is asked for again.

    Where it lies packed beside itself, it is sent as the browser takes it.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        if "\0" in path:
            raise HTTPException(404)
        answer = await super().get_response(path, scope)
        named = scope["query_string"].decode("latin-1")
        kept = named and f"/static/{path}?{named}" == asset(path)
        answer.headers["cache-control"] = FOR_EVER if kept else "no-cache"
        return answer

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        for coding in _taken(Headers(scope=scope).get("accept-encoding", "")):
            packed = Path(f"{os.fspath(full_path)}{ENDINGS[coding]}")
            if packed.is_file():
                answer = super().file_response(packed, packed.stat(), scope, status_code)
                answer.headers["content-encoding"] = coding
                break
        else:
            answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers["vary"] = "Accept-Encoding"
        return answer


def _taken(said: str) -> list[str]:
    """Of our codings those a browser takes, after RFC 9110, 12.5.3: not those of weight 0."""
    each_said = (each.partition(";q=") for each in said.replace(" ", "").lower().split(","))
    weights = {coding: weight or "1" for coding, _, weight in each_said}
    return [coding for coding in ENDINGS if weights.get(coding, "0").strip("0.")]
