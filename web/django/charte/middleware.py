"""request.consent, and what a response that depends on it must say to caches."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from functools import lru_cache
from typing import Any, Callable, Optional

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from . import conf
from .policy import COOKIE, Answer

try:
    from asgiref.sync import iscoroutinefunction  # since asgiref 3.6
except ImportError:
    from asyncio import iscoroutinefunction


class Consent:
    """What the visitor of a request answered. Without an answer nothing is granted."""

    def __init__(self, cookies: str) -> None:
        """Reads the Cookie header by the server's clock."""
        self._policy = conf.policy()
        today = datetime.now(timezone.utc).date()
        self._answer = self._policy.read(cookies, today) if self._policy else Answer()

    @property
    def answered(self) -> bool:
        """Whether an answer is in force."""
        return self._answer.on is not None

    @property
    def on(self) -> Optional[date]:
        """The day of the answer, in UTC."""
        return self._answer.on

    def allows(self, id: str) -> bool:
        """Whether a category, a service, "category.service" or a cookie's name may be."""
        return self._policy is not None and self._policy.allows(self._answer, id)


def cookies_of(request: HttpRequest) -> str:
    """Returns all Cookie headers as one. request.COOKIES would keep one cookie of several."""
    scope = getattr(request, "scope", None)
    if scope is not None:  # ASGI. HTTP/2 may bring several headers (RFC 9113, 8.2.3)
        headers = (value for name, value in scope.get("headers", ()) if name.lower() == b"cookie")
        return ";".join(value.decode("latin-1") for value in headers)
    # Some WSGI servers join headers by a comma. A cookie after one must count, since it may refuse.
    return re.sub(rf",(?= *{COOKIE})", ";", request.META.get("HTTP_COOKIE", ""))


@lru_cache(maxsize=None)
def _with_consent(kind: type) -> type:
    class Request(kind):  # type: ignore[misc, valid-type]
        """A request that knows whether its answer was read."""

        @property
        def consent(self) -> Consent:
            read = self.__dict__.get("_charte_consent")
            if read is None:
                read = self.__dict__["_charte_consent"] = Consent(cookies_of(self))
            return read

        # Django's cache looks at this before it keeps a response, also where cache_page runs before
        # our middleware has seen the response. No answer that was read may get into the cache.
        @property
        def _cache_update_cache(self) -> bool:
            return "_charte_consent" not in self.__dict__ and self.__dict__.get("_charte_update", False)

        @_cache_update_cache.setter
        def _cache_update_cache(self, update: bool) -> None:
            self.__dict__["_charte_update"] = update

    Request.__name__, Request.__qualname__, Request.__module__ = kind.__name__, kind.__qualname__, kind.__module__
    return Request


def _begin(request: HttpRequest) -> None:
    if "_charte_update" in request.__dict__:
        return  # the middleware is there twice
    update = request.__dict__.pop("_cache_update_cache", False)
    request.__class__ = _with_consent(request.__class__)
    request.__dict__["_charte_update"] = update


def _end(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if "_charte_consent" in request.__dict__:
        patch_vary_headers(response, ["Cookie"])
        patch_cache_control(response, private=True)
    return response


@sync_and_async_middleware
def ConsentMiddleware(respond: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Gives each request its consent. Responses that depend on it become private."""
    if iscoroutinefunction(respond):

        async def waiting(request: HttpRequest) -> HttpResponseBase:
            _begin(request)
            return _end(request, await respond(request))

        return waiting

    def middleware(request: HttpRequest) -> HttpResponseBase:
        _begin(request)
        return _end(request, respond(request))

    return middleware
