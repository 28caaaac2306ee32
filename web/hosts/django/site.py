"""Un site Django, comme il en existe tant : sessions, csrf, langue, et sa propre politique de sécurité.

    python3 site.py <origine de charte.js>

écrit son adresse sur la première ligne, et sert jusqu'à ce que son entrée standard se ferme.
"""

import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.urls import include, path

CHARTE = sys.argv[1]

settings.configure(
    SECRET_KEY="un secret pour une page d'essai",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        __name__ + ".security_policy",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    # Scripts can reach it: that nobody touches it must be due to Charte, and not to the browser.
    SESSION_COOKIE_HTTPONLY=False,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    LANGUAGE_CODE="fr",
    LANGUAGES=[("fr", "Français"), ("de", "Deutsch")],
    USE_I18N=True,
    USE_TZ=True,
)


def security_policy(respond):
    """La politique du site : ses propres fichiers, un nonce pour ses scripts, et ce que Charte demande."""

    def policy(request):
        response = respond(request)
        response["Content-Security-Policy"] = (
            "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
            f"script-src 'nonce-d4ng0' {CHARTE} 'wasm-unsafe-eval'; connect-src 'self' {CHARTE}"
        )
        return response

    return policy


PAGE = """{% load i18n %}{% get_current_language as lang %}<!doctype html>
<html lang="{{ lang }}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Un site Django</title>
    <script src="{{ charte }}/charte.js" defer></script>
  </head>
  <body>
    <p id="visits">{{ visits }}</p>
    <p id="sent">{{ sent }}</p>
    <form method="post" id="message">{% csrf_token %}<input name="text"><button id="send">Envoyer</button></form>
    <form method="post" action="{% url 'set_language' %}">{% csrf_token %}<button name="language" value="de" id="german">Deutsch</button></form>
    <footer><button type="button" id="manage" data-charte="open">Gérer mes cookies</button></footer>
    <script type="text/plain" data-category="statistics" data-service="google-analytics" nonce="d4ng0">
      document.cookie = "_ga=GA1.1.1; Path=/; Max-Age=63072000";
    </script>
  </body>
</html>"""


def home(request):
    """Compte les visites dans la session, et reçoit un message protégé par le jeton csrf."""
    get_token(request)
    request.session["visits"] = request.session.get("visits", 0) + 1
    context = {"charte": CHARTE, "visits": request.session["visits"], "sent": request.POST.get("text", "")}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("", home), path("i18n/", include("django.conf.urls.i18n"))]


class Threads(ThreadingMixIn, WSGIServer):
    """Les navigateurs ouvrent des connexions d'avance : une seule tâche attendrait sur elles."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


server = make_server("127.0.0.1", 0, get_wsgi_application(), Threads, Quiet)
print(f"http://localhost:{server.server_port}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
