"""What the app answers to requests. The folder that charte build wrote is the first argument."""

import asyncio
import http.server
import json
import shutil
import sys
import tempfile
import threading
import unittest
from datetime import datetime, timezone
from pathlib import Path

import django
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.template import TemplateSyntaxError, engines
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.views.decorators.cache import cache_page

FOLDER = Path(sys.argv.pop(1))
CHARTE = {"FOLDER": FOLDER, "URL": "/static/cookies"}
CONSENT = "charte.middleware.ConsentMiddleware"
UPDATE = "django.middleware.cache.UpdateCacheMiddleware"
FETCH = "django.middleware.cache.FetchFromCacheMiddleware"

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="a secret for a test",
    INSTALLED_APPS=["charte"],
    MIDDLEWARE=[CONSENT, "django.middleware.csrf.CsrfViewMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    CHARTE=CHARTE,
    LOGGING_CONFIG=None,
)
django.setup()

from charte import checks  # noqa: E402
from charte.middleware import ConsentMiddleware  # noqa: E402

REVISION = json.loads((FOLDER / "policy.json").read_text())["rev"]
ACCEPTED = f"cookies_preferences=v=1&on={datetime.now(timezone.utc).date()}&rev={REVISION}&yes=first-party+statistics+third-party"
REFUSED = ACCEPTED.partition("&yes=")[0]


def private(request):
    return HttpResponse("yes" if request.consent.allows("youtube") else "no")


def public(request):
    return HttpResponse("everybody")


def outer(respond):
    """A site's own middleware, which asks before the view's cache does."""

    def middleware(request):
        request.may = request.consent.allows("youtube")
        return respond(request)

    return middleware


urlpatterns = [
    path("private", private),
    path("cached", cache_page(60)(private)),
    path("carried", cache_page(60)(lambda request: HttpResponse(str(request.may)))),
    path("public", cache_page(60)(public)),
    path("cookies/", include("charte.urls")),
]


def get(address, cookies=""):
    return Client().get(address, HTTP_COOKIE=cookies)


def render(source, request=None):
    return engines["django"].from_string("{% load charte %}" + source).render({}, request)


class Responses(unittest.TestCase):
    def setUp(self):
        cache.clear()

    def test_depends(self):
        response = get("/private", ACCEPTED)
        self.assertEqual((response.content, response["Vary"], response["Cache-Control"]), (b"yes", "Cookie", "private"))
        self.assertEqual(get("/private", ACCEPTED + "; " + REFUSED).content, b"no")
        self.assertEqual(get("/private", ACCEPTED + "; a=b," + REFUSED).content, b"no")

    def test_public(self):
        response = get("/public")
        self.assertNotIn("Vary", response)
        self.assertEqual(response["Cache-Control"], "max-age=60")

    def test_cache(self):
        orders = [[CONSENT], [CONSENT, UPDATE, FETCH], [UPDATE, CONSENT, FETCH], [UPDATE, FETCH, CONSENT]]
        for order in orders:
            with self.subTest(order=order), override_settings(MIDDLEWARE=order):
                cache.clear()
                for address in ("/private", "/cached"):
                    self.assertEqual(get(address, ACCEPTED).content, b"yes")
                    self.assertEqual(get(address, REFUSED).content, b"no")
                self.assertEqual(cache._cache, {})
        with override_settings(MIDDLEWARE=[CONSENT, __name__ + ".outer"]):
            self.assertEqual(get("/carried", ACCEPTED).content, b"True")
            self.assertEqual(get("/carried", REFUSED).content, b"False")

    def test_async(self):
        from django.core.handlers.asgi import ASGIRequest

        async def respond(request):
            return HttpResponse(str(request.consent.allows("youtube")))

        def ask(*cookies):
            scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"cookie", c.encode()) for c in cookies]}
            return asyncio.run(ConsentMiddleware(respond)(ASGIRequest(scope, None)))

        self.assertEqual(ask("a=b", ACCEPTED).content, b"True")
        self.assertEqual(ask("a=b", ACCEPTED)["Cache-Control"], "private")
        self.assertEqual(ask(ACCEPTED, REFUSED).content, b"False")

    def test_tags(self):
        self.assertEqual(render("{% charte %}"), '<script src="/static/cookies/charte.js" defer></script>')
        request = RequestFactory().get("/", HTTP_COOKIE=ACCEPTED)
        request.csp_nonce = 'a"b'
        ConsentMiddleware(lambda r: HttpResponse())(request)
        tag = render('{% charte "chosen" %}', request)
        self.assertIn("integrity=", tag)
        self.assertIn(' nonce="a&quot;b"', tag)
        self.assertIn("data-base", render('{% charte "chosen" %}'))
        self.assertEqual(
            render('{% consent "youtube" %}<p>{{ x }}</p>{% endconsent %}'),
            '<template data-category="third-party" data-service="youtube"><p></p></template>',
        )

    def test_written(self):
        gate = 'data-category="third-party" data-service="youtube"'
        frame = "<iframe title='\"' src='https://example.org/?a=1&copy=2&amp;b'></iframe>"
        rows = {
            "a < b & c": f"<template {gate}>a &lt; b & c</template>",
            frame: f'<iframe title="&quot;" data-src="https://example.org/?a=1&copy=2&amp;b" {gate}></iframe>',
            "<iframe src=/f onload=go()></iframe>": f'<template {gate}><iframe onload="go()" data-src="/f" {gate}></iframe></template>',
            "<iframe src=/f srcdoc=x></iframe>": f'<template {gate}><iframe srcdoc="x" data-src="/f" {gate}></iframe></template>',
            "<script>go()</script>": f'<template {gate}><script {gate} type="text/plain">go()</script></template>',
            "<script type=module src=/m></script>": f'<template {gate}><script type="text/plain" data-src="/m" {gate} data-type="module"></script></template>',
        }
        for block, written in rows.items():
            with self.subTest(block=block):
                self.assertEqual(render('{% consent "youtube" %}' + block + "{% endconsent %}"), written)

    def test_left_out(self):
        early = "<script type=text/template></script x><template></script>"  # browsers end the script at its first end tag
        for source in (
            '{% consent "none" %}x{% endconsent %}',
            '{% consent "youtube" %}<textarea>{% endconsent %}',
            '{% consent "youtube" %}' + early + "{% endconsent %}",
        ):
            with self.assertLogs("charte"):
                self.assertEqual(render(source), "")
        with override_settings(DEBUG=True), self.assertRaises(TemplateSyntaxError):
            render('{% consent "none" %}x{% endconsent %}')
        with override_settings(CHARTE={}), self.assertLogs("charte"):
            self.assertEqual(render('{% consent "youtube" %}x{% endconsent %}'), "")
            self.assertEqual(get("/private", ACCEPTED).content, b"no")
            self.assertIn("charte.js", render('{% charte "chosen" %}'))

    def test_checks(self):
        self.assertEqual(checks.check(), [])

        def ids(**changes):
            with override_settings(**changes):
                return [message.id for message in checks.check()]

        self.assertEqual(ids(CHARTE={}), ["charte.E001"])
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(ids(CHARTE={"FOLDER": empty}), ["charte.E002"])
            shutil.copy(FOLDER / "manifest.json", empty)
            policy = (FOLDER / "policy.json").read_text()
            Path(empty, "policy.json").write_text(policy.replace(REVISION, "other"))
            self.assertEqual(ids(CHARTE={"FOLDER": empty}), ["charte.W001"])
            Path(empty, "page.html").write_text('{% consent "none" %}{% endconsent %}')
            templates = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [empty]}]
            self.assertEqual(ids(TEMPLATES=templates), ["charte.E004"])
        self.assertEqual(ids(CHARTE={**CHARTE, "SERVER": "example.org"}), ["charte.E003"])

    def test_passed_on(self):
        seen = []

        class Server(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                seen.append((self.path, self.headers["Host"], self.headers["Origin"], self.headers["Cookie"], body))
                self.send_response(204)
                self.send_header("Set-Cookie", "cookies_preferences=x; Path=/")
                self.end_headers()

            def log_message(self, *_):
                pass

        def post(address, **more):
            body = more.pop("body", '"x"')
            return Client(enforce_csrf_checks=True).post(
                address, body, "application/json", HTTP_HOST="example.org", HTTP_ORIGIN="https://example.org", HTTP_COOKIE="sessionid=secret", **more
            )

        with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            origin = f"http://127.0.0.1:{server.server_port}"
            with override_settings(CHARTE={**CHARTE, "SERVER": origin}):
                response = post("/cookies/answer")
                self.assertEqual((response.status_code, response["Set-Cookie"]), (204, "cookies_preferences=x; Path=/"))
                self.assertEqual(post("/cookies/receipts").status_code, 204)
                self.assertEqual(
                    seen, [(p, "example.org", "https://example.org", None, b'"x"') for p in ("/answer", "/receipts")]
                )
                self.assertEqual(post("/cookies/answer", body="x" * 70000).status_code, 413)
                self.assertEqual(get("/cookies/answer").status_code, 405)
                self.assertIn('data-answer="/cookies/answer" data-receipts="/cookies/receipts"', render("{% charte %}"))
            server.shutdown()
        with override_settings(CHARTE={**CHARTE, "SERVER": origin}), self.assertLogs("charte"):
            self.assertEqual(post("/cookies/answer").status_code, 502)


unittest.main(verbosity=0)
