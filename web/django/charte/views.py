"""Passes answers and receipts on to Charte's own server."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import conf

MAX_BYTES = 64 << 10  # of a body, in either direction
TIMEOUT_S = 5


def _pass_on(request: HttpRequest, path: str) -> HttpResponse:
    parts = urlsplit(str(conf.setting("SERVER") or ""))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return HttpResponse("no server", status=404, content_type="text/plain")
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return HttpResponse("too large", status=413, content_type="text/plain")
    via = (request.META.get("HTTP_X_FORWARDED_FOR"), request.META.get("REMOTE_ADDR"))
    headers = {"Host": request.get_host(), "X-Forwarded-For": ", ".join(filter(None, via))}
    for name in ("Content-Type", "Content-Encoding", "Origin", "Sec-Fetch-Site"):
        if name in request.headers:
            headers[name] = request.headers[name]
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            content = answer.read(MAX_BYTES)
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        conf.logger.error("charte: the server does not answer: %s", error)
        return HttpResponse("the server does not answer", status=502, content_type="text/plain")
    response = HttpResponse(content, status=answer.status)
    for name in ("Content-Type", "Cache-Control", "Retry-After", "Set-Cookie", "X-Content-Type-Options", "Referrer-Policy"):
        value = answer.getheader(name)
        if value:
            response[name] = value
    return response


# Without a CSRF token: pages from a cache have none. The server takes JSON alone, which no form can send, from pages of
# the site's own origin alone, and the only thing that it sets is the answer that the page has set already.
@csrf_exempt
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Has the server set the answer's cookie, so that Safari keeps it for longer than a week."""
    return _pass_on(request, "/answer")


@csrf_exempt
@require_POST
def receipts(request: HttpRequest) -> HttpResponse:
    """Hands a receipt of an answer to the server."""
    return _pass_on(request, "/receipts")
