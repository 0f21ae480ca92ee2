"""Who wrote which words of a paragraph, told to those who write its draft together."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from facilitate.web import endings
from facilitate.web.drafting import STATUS, NoRoom, named, room_of
from facilitate.web.drawing import draw
from facilitate.web.scenes import Scene


async def told(request: Request) -> Response:
    """``GET /drafts/{name}/written/{paragraph}``: its runs, as items of a list."""
    try:
        by, room = await room_of(request, named(request.path_params["name"]))
    except NoRoom as wrong:
        return Response(status_code=STATUS[wrong.code])
    if room.breakout not in by.person.breakouts:
        return Response(status_code=STATUS[endings.BEGIN_ANEW])
    scene = Scene(by.live, room.breakout, by.language, by.person.roles)
    runs = room.paper.runs(request.path_params["paragraph"])
    return HTMLResponse(draw("parts/written.html", by.language, {"scene": scene, "runs": runs}))
