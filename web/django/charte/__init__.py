"""Charte, a cookie-consent banner, in Django's templates and requests."""
