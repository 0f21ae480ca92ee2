"""The report as a file to take along, for those who have joined."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from facilitate.exports.reports import Report
from facilitate.web.identity import asker
from facilitate.web.reporting import FORMATS, copy_of, prepared
from facilitate.web.rooms import Rooms
from facilitate.web.scenes import Scene
from facilitate.web.showing import forbidden, not_there

MEDIA_TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


async def downloaded(request: Request) -> Response:
    """``GET /forums/{forum}/report.{ending}``, in the language the asker reads."""
    rooms: Rooms = request.app.state.rooms
    live = await rooms.forum(request.path_params["forum"])
    by = await asker(request, live) if live else None
    ending = request.path_params["ending"]
    if live is None or ending not in FORMATS:
        return not_there(request, by)
    if by is None:
        return RedirectResponse("/join", HTTPStatus.SEE_OTHER)
    if by.id not in live.state.people:
        return forbidden(request, by)
    scene = Scene(live, "", by.language, by.person.roles)
    await prepared(scene)
    copy = copy_of(scene)
    body = await run_in_threadpool(copy.written, ending)
    named = {"content-disposition": f'attachment; filename="{file_name(copy.report, ending)}"'}
    return Response(body, media_type=MEDIA_TYPES[ending], headers=named)


def file_name(made: Report, ending: str) -> str:
    """With the number of the record, so that two reports of one day are told apart."""
    return f"{made.forum}-report-{made.seq}-{made.language}.{ending}"
