"""The demo page and the widget's files as browsers want them: compressed, sent again only when changed, and open to a clinic's own site."""

from __future__ import annotations

import gzip
import json
import mimetypes
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sanic import Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from assistant import paths
from assistant.content.clinic import Clinic

FOLDER = paths.ROOT / "widget"
CLINIC = "clinic.js"  # what the widget knows of the clinic before a patient opens it; the one in the folder is empty


class File(NamedTuple):
    """A file to serve; `tag` changes with its content."""

    content: bytes
    packed: bytes
    tag: str
    kind: str


def install(app: Sanic, clinic: Clinic) -> None:
    """Serve the demo page at `/`, and the files of the widget at `/widget/`."""
    files = {path.name: path for path in FOLDER.iterdir() if path.is_file()}
    about = f"// From clinic.yml.\nexport default {json.dumps(clinic.shown())};\n".encode()

    async def page(request: Request) -> HTTPResponse:
        return _answer(request, _read(FOLDER / "demo.html"))

    async def part(request: Request, name: str) -> HTTPResponse:
        if name not in files:
            raise NotFound(name)
        return _answer(request, _file(name, about) if name == CLINIC else _read(files[name]))

    app.add_route(page, "/", methods=["GET", "HEAD"])
    app.add_route(part, "/widget/<name:str>", methods=["GET", "HEAD"])


def _read(path: Path) -> File:
    return _read_once(path, path.stat().st_mtime_ns)


@lru_cache
def _read_once(path: Path, changed: int) -> File:
    return _file(path.name, path.read_bytes())


@lru_cache
def _file(name: str, content: bytes) -> File:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return File(content, gzip.compress(content, mtime=0), f'"{sha256(content).hexdigest()[:16]}"', kind + charset)


def _answer(request: Request, file: File) -> HTTPResponse:
    headers = {
        # Asked for each time, or a browser could keep one module of an older version beside a newer one
        "Cache-Control": "no-cache",
        "ETag": file.tag,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",  # a module from another address is read only with this; the files are public
    }
    if request.headers.get("If-None-Match") == file.tag:
        return HTTPResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return HTTPResponse(file.packed, headers={**headers, "Content-Encoding": "gzip"}, content_type=file.kind)
    return HTTPResponse(file.content, headers=headers, content_type=file.kind)
