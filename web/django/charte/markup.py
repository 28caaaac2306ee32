"""Makes a piece of HTML wait for consent, or refuses it.

The piece is taken apart and written anew, so browsers read it in one way only. A piece that has anything
else than what is listed here is refused: what is not understood might end the template early.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Dict, List

# No element here changes how a parser reads what follows, but script and iframe, which are dealt with.
ELEMENTS = frozenset(
    "a abbr address article aside b bdi bdo blockquote br button caption cite code col colgroup dd del details dfn div dl "
    "dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr i iframe img input ins kbd label legend li "
    "link main mark nav ol p pre q s samp script section small span strong sub summary sup table tbody td template tfoot "
    "th thead time tr u ul var wbr".split()
)
FETCHING = {"script": "src", "iframe": "src", "img": "src", "link": "href"}
REFUSED = frozenset(["srcset", "imagesrcset", "background", "poster", "shadowrootmode"])
FRAME = frozenset("allow allowfullscreen class data-content frameborder height id loading name referrerpolicy sandbox src title width".split())
RUNS = re.compile(r"\s*(|module|(text|application)/(x-)?(java|ecma|live|j)script.*)\s*", re.I | re.S | re.A)

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)"
    r"(?P<attributes>(?:[ \t\n\r\f]+[a-zA-Z_:@][a-zA-Z0-9_.:@-]*(?:[ \t\n\r\f]*=[ \t\n\r\f]*(?:\"[^\"]*\"|'[^']*'|[^ \t\n\r\f\"'=<>`]+))?)*)"
    r"[ \t\n\r\f]*/?>"
)
_ATTRIBUTE = re.compile(
    r"[ \t\n\r\f]+([a-zA-Z_:@][a-zA-Z0-9_.:@-]*)(?:[ \t\n\r\f]*=[ \t\n\r\f]*(?:\"([^\"]*)\"|'([^']*)'|([^ \t\n\r\f\"'=<>`]+)))?"
)
_COMMENT = re.compile(r"<!--(?!-?>)((?:(?!--).)*)-->", re.S)
# Browsers end a script at "</script x>" as well, so none is within.
_SCRIPT = re.compile(r"((?:(?!</script).)*)</script[ \t\n\r\f]*>", re.S | re.I | re.A)
_FRAME = re.compile(r"[ \t\n\r\f]*</iframe[ \t\n\r\f]*>", re.I | re.A)


class Unsafe(ValueError):
    """The piece may not be put into a page. The text says why."""


def waiting(html: str, category: str, service: str) -> str:
    """Returns HTML that waits for a category, or for a service of it. Raises Unsafe."""
    gate = {"data-category": escape(category)}
    if service:
        gate["data-service"] = escape(service)
    written: List[str] = []
    only_frames = True  # such frames wait by themselves, and have a placeholder that asks
    frames = depth = at = 0
    if "\0" in html:
        raise Unsafe("it has a character NUL")
    while at < len(html):
        if html[at] != "<":
            end = html.find("<", at)
            text = html[at : end if end >= 0 else len(html)]
            only_frames = only_frames and not text.strip()
            written.append(text)
            at += len(text)
            continue
        comment = _COMMENT.match(html, at)
        if comment:
            at = comment.end()
            continue
        tag = _TAG.match(html, at)
        if not tag:
            if at + 1 < len(html) and html[at + 1] in " \t\n=0123456789":
                written.append("&lt;")
                only_frames = False
                at += 1
                continue
            raise Unsafe(f"it has markup that is not plain: {html[at:at + 40]!r}")
        at = tag.end()
        name = tag["name"].lower()
        if name not in ELEMENTS:
            raise Unsafe(f"<{name}> is not taken")
        if tag["end"]:
            if name in ("script", "iframe"):
                raise Unsafe(f"</{name}> ends nothing")
            depth -= name == "template"
            if depth < 0:
                raise Unsafe("</template> ends nothing")
            only_frames = False
            written.append(f"</{name}>")
            continue
        attributes = _attributes(tag["attributes"])
        content = ""
        if name == "script":
            body = _SCRIPT.match(html, at)
            # After <!-- a browser may read past </script>.
            if not body or "<!--" in body[1] or re.search(r"<script", body[1], re.I):
                raise Unsafe("a script does not end, or has <!-- or <script in it")
            content, at = body[1], body.end()
        elif name == "iframe":
            body = _FRAME.match(html, at)
            if not body:
                raise Unsafe("an <iframe> has content, or does not end")
            at = body.end()
        depth += name == "template"
        frames += name == "iframe"
        only_frames = only_frames and name == "iframe" and "src" in attributes and FRAME.issuperset(attributes)
        written.append(_start(name, _gated(name, attributes, gate)) + content)
        if name in ("script", "iframe"):
            written.append(f"</{name}>")
    if depth:
        raise Unsafe("a <template> does not end")
    inside = "".join(written)
    return inside if frames and only_frames else _start("template", gate) + inside + "</template>"


def _attributes(source: str) -> Dict[str, str]:
    found: Dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        name = match[1].lower()
        if name in REFUSED:
            raise Unsafe(f"the attribute {name} is fetched before consent in some browsers")
        # The first one counts. It stays as it is written: only browsers know which "&copy" of an address is a character.
        found.setdefault(name, (match[2] or match[3] or match[4] or "").replace('"', "&quot;"))
    return found


def _gated(name: str, attributes: Dict[str, str], gate: Dict[str, str]) -> Dict[str, str]:
    """Makes an element wait by itself. Firefox fetches what is in a template, too."""
    address = FETCHING.get(name)
    if not address:
        if "src" in attributes:
            raise Unsafe(f"<{name}> has a src")
        return attributes
    runs = name == "script" and RUNS.fullmatch(unescape(attributes.get("type", "")))
    if address not in attributes and not runs:
        return attributes
    gated = {k: v for k, v in attributes.items() if k != address}
    if address in attributes:
        gated["data-" + address] = attributes[address]
    if "data-category" not in gated:
        gated.update(gate)
    if runs:
        if attributes.get("type"):
            gated["data-type"] = attributes["type"].strip()
        gated["type"] = "text/plain"
    return gated


def _start(name: str, attributes: Dict[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{value}"' for key, value in attributes.items()) + ">"
