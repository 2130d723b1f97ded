"""What a browser posted, read before a page that runs in a thread."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse


async def posted(request: Request) -> FormData:
    """The fields of the form; more than 300, or any file, is refused.

    A NUL, which no keyboard types and PostgreSQL keeps nowhere, becomes the sign for "unreadable".
    """
    form = await request.form(max_fields=300, max_files=0)
    return FormData([(name, _readable(value)) for name, value in form.multi_items()])


def _readable(value: str | UploadFile) -> str | UploadFile:
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value


Posted = Annotated[FormData, Depends(posted)]


def see(href: str) -> RedirectResponse:
    """After a good post the browser gets another page, so that reloading sends nothing twice."""
    return RedirectResponse(href, 303)
