"""The app, by which Django finds the tags and the checks."""

from django.apps import AppConfig


class CharteConfig(AppConfig):
    """The app named charte. It has no models."""

    name = "charte"

    def ready(self) -> None:
        """Registers what manage.py check runs."""
        from . import checks  # noqa: F401
