"""{% charte %} and {% consent "youtube" %}…{% endconsent %}."""

from __future__ import annotations

from typing import Any, Optional

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .. import conf
from ..markup import Unsafe, waiting

register = template.Library()


@register.simple_tag(takes_context=True)
def charte(context: template.Context, way: str = "") -> SafeString:
    """The tag for the page's head: one for everybody, or with "chosen" the one that suits the visitor's answer."""
    request = getattr(context, "request", None) or context.get("request")
    # Django 6's nonce is made when it becomes a text, and false before.
    nonces = (getattr(request, "csp_nonce", None), context.get("csp_nonce"))
    nonce = next((str(given) for given in nonces if given is not None), "")
    extra = f' nonce="{escape(nonce)}"' if nonce else ""
    if (way or conf.setting("TAG")) == "chosen":
        try:
            consent = getattr(request, "consent", None)
            tag = conf.text("answered.html" if consent and consent.answered else "unanswered.html").strip()
            if tag.startswith("<script "):
                return mark_safe("<script" + extra + tag[len("<script") :])
            conf.logger.error("charte: answered.html or unanswered.html is not what charte build writes")
        except (OSError, ValueError) as error:
            conf.logger.error("charte: %s", error)
    if conf.setting("SERVER"):
        for name in ("answer", "receipts"):
            try:
                extra += f' data-{name}="{escape(reverse("charte:" + name))}"'
            except NoReverseMatch:
                pass  # manage.py check says so
    return mark_safe(f'<script src="{escape(conf.url())}charte.js"{extra} defer></script>')


class ConsentNode(template.Node):
    """A block that waits in the page."""

    child_nodelists = ("nodelist",)

    def __init__(self, id: FilterExpression, nodelist: NodeList) -> None:
        """Keeps what the block waits for, and the block."""
        self.id, self.nodelist = id, nodelist

    def render(self, context: template.Context) -> str:
        """Renders the block for everybody alike. What cannot wait safely is left out."""
        id = str(self.id.resolve(context))
        policy = conf.policy()
        place = policy.place(id) if policy else None
        if place is None:
            if policy and settings.DEBUG:
                raise template.TemplateSyntaxError(_unknown(id))
            conf.logger.error("charte: a block is left out: %s", _unknown(id))
            return ""
        try:
            return mark_safe(waiting(self.nodelist.render(context), *place))
        except Unsafe as error:
            conf.logger.error('charte: the block {%% consent "%s" %%} is left out: %s', id, error)
            return ""


def _unknown(id: str) -> str:
    return f"{{% consent {id!r} %}}: the catalogue declares no such category or service"


@register.tag
def consent(parser: Parser, token: Token) -> ConsentNode:
    """{% consent ID %}…{% endconsent %}, where ID is a category, a service or "category.service"."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError('consent takes one ID: {% consent "youtube" %}')
    id = parser.compile_filter(parts[1])
    given: Optional[Any] = id.var if isinstance(id.var, str) else None
    policy = conf.policy() if given is not None and settings.DEBUG else None
    if policy and not policy.place(str(given)):
        raise template.TemplateSyntaxError(_unknown(str(given)))
    nodelist = parser.parse(("endconsent",))
    parser.delete_first_token()
    return ConsentNode(id, nodelist)
