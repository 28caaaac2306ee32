"""The setting CHARTE, and the folder that it names."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from django.conf import settings

from .policy import Policy

logger = logging.getLogger("charte")


def setting(name: str) -> Any:
    """Returns one of the keys of CHARTE, or None."""
    given = getattr(settings, "CHARTE", None)
    return given.get(name) if isinstance(given, dict) else None


def url() -> str:
    """Returns where the folder is served, with a slash at its end."""
    return str(setting("URL") or "/charte/").rstrip("/") + "/"


def text(name: str) -> str:
    """Returns a file of the folder. Raises OSError or ValueError if there is none."""
    folder = setting("FOLDER")
    if not folder:
        raise ValueError("CHARTE has no FOLDER")
    file = Path(folder, name)
    return _read(str(file), file.stat().st_mtime_ns)


def policy() -> Optional[Policy]:
    """Returns the policy of policy.json. Where there is none it logs that, and nothing is granted."""
    try:
        return _parse(text("policy.json"))
    except (OSError, ValueError) as error:
        logger.error("charte: nothing is granted: %s", error)
        return None


# A new build is read without a restart: the file's time is part of the key.
@lru_cache(maxsize=16)
def _read(file: str, _time: int) -> str:
    return Path(file).read_text("utf-8")


@lru_cache(maxsize=4)
def _parse(source: str) -> Policy:
    return Policy.parse(source)
