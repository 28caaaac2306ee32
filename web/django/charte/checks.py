"""What manage.py check says about the setting CHARTE and the templates."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Iterator, List
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error, Warning, register
from django.template import engines
from django.template.backends.django import DjangoTemplates

from . import conf
from .policy import Policy

_CONSENT = re.compile(r"""\{%\s*consent\s+["']([^"'|]*)["']\s*%\}""")


@register("charte")
def check(**_: Any) -> List[CheckMessage]:
    """Returns what is wrong."""
    return list(_wrong())


def _wrong() -> Iterator[CheckMessage]:
    folder = conf.setting("FOLDER")
    if not folder or not Path(folder).is_dir():
        yield Error(f"CHARTE's FOLDER is no folder: {folder!r}", hint="Name the folder that charte build -o wrote.", id="charte.E001")
        return
    try:
        policy = Policy.parse(conf.text("policy.json"))
    except (OSError, ValueError) as error:
        yield Error(f"CHARTE's FOLDER has no policy: {error}", hint="Build the folder again with charte build.", id="charte.E002")
        return
    server = conf.setting("SERVER")
    if server:
        parts = urlsplit(str(server))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            yield Error(f"CHARTE's SERVER is no origin: {server!r}", hint="Such as http://127.0.0.1:8080", id="charte.E003")
    try:
        built = json.loads(conf.text("manifest.json"))["revision"]
        if built != policy.revision:
            yield Warning(
                f"policy.json is of the catalogue's revision {policy.revision}, and charte.js of {built}: no answer will be read",
                hint="Build the folder again with charte build.",
                id="charte.W001",
            )
    except (OSError, ValueError, KeyError, TypeError):
        yield Warning("CHARTE's FOLDER has no manifest.json", hint="Build the folder again with charte build.", id="charte.W002")
    for file in _templates():
        for id in _CONSENT.findall(file.read_text("utf-8", "replace")):
            if not policy.place(id):
                yield Error(f"{file}: {{% consent {id!r} %}}: the catalogue declares no such category or service", id="charte.E004")


def _templates() -> Iterator[Path]:
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            for folder in engine.template_dirs:
                yield from (file for file in sorted(Path(folder).rglob("*")) if file.suffix in (".html", ".txt", ".xml") and file.is_file())
