"""Tags and filters every template may use (registered as builtins)."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, FileInput, Select, Textarea
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courses.content import listing, public, typography
from courses.content.models import HelpPage, ResourcePage
from courses.content.rendering import kept_body, render_blocks
from courses.forms import control
from courses.learner import icons, navigation
from courses.learner.standing import latest, standing

register = template.Library()

TAG_ICONS = {"done": "tick", "soon": "clock", "over": "bang", "open": "half", "none": "ring", "exempt": "right"}


@register.simple_tag
def icon(name: str, classes: str = "icon") -> SafeString:
    """`{% icon "tick" %}`: a small drawing in the colour of the text; a word must stand beside it."""
    return SafeString(icons.svg(name, classes))


@register.simple_tag
def mark() -> SafeString:
    """Our mark: two people side by side."""
    return SafeString(icons.MARK)


@register.simple_tag
def state_tag(kind: str, words: str) -> SafeString:
    """`{% state_tag "done" "Valid" %}`: word + mark + tint. Kinds: done, soon, over, open, none, exempt."""
    kind = kind if kind in TAG_ICONS else "none"
    return format_html('<span class="tag tag--{}">{}{}</span>', kind, SafeString(icons.svg(TAG_ICONS[kind], "")), words)


@register.simple_tag
def meter(done: float, total: float, label: str) -> SafeString:
    """`{% meter 2 7 "2 of 7 lessons done" %}`: a bar drawn without inline style, which our content policy refuses."""
    share = min(100, max(0, round(100 * done / total))) if total else 0
    return format_html(
        '<span class="meter" role="img" aria-label="{}"><svg viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false"><rect width="{}" height="10"/></svg></span>',
        label,
        share,
    )


@register.inclusion_tag("components/navigation.html", takes_context=True)
def site_navigation(context: template.Context) -> dict[str, Any]:
    """The header's navigation. Reads nothing but the session and the signed-in person who is loaded anyway."""
    request = context.get("request")
    return {
        "links": navigation.links(request),
        "user": context.get("user"),
        "csrf_token": context.get("csrf_token"),
        "path": getattr(request, "path", "/"),
    }


@register.simple_tag(takes_context=True)
def nav_current(context: template.Context, prefix: str) -> SafeString:
    """`<a href="/manage/" {% nav_current "/manage/" %}>`: marks the part of the site one is in."""
    path = getattr(context.get("request"), "path", "")
    return SafeString('aria-current="page"') if path.startswith(prefix) else SafeString("")


@register.simple_tag
def page_body(stream: Any) -> SafeString:
    """`{% page_body page.body %}`: the body of a Wagtail page, frozen and rendered like a lesson's."""
    return render_blocks(kept_body(stream))


@register.simple_tag(takes_context=True)
def modules_with_standing(context: template.Context, at_most: int = 100) -> list[tuple[Any, Any]]:
    """`{% modules_with_standing 3 as cards %}`: modules this visitor may open, each with where she stands. A content
    page shows a learner's progress by this tag, so that imports still point down (DESIGN §2)."""
    request = context["request"]
    cards = public.catalogue().open_to(request)[:at_most]
    taken = latest(request.user, (card.module_id for card in cards))
    return [(card, standing(taken.get(card.module_id), card.lessons)) for card in cards]


@register.simple_tag(takes_context=True)
def page_address(context: template.Context, page: Any) -> str:
    """The address of a Wagtail page, found without a query where the request has been asked before."""
    return page.get_url(context.get("request")) or ""


@register.simple_tag(takes_context=True)
def crumbs_of(context: template.Context, page: Any) -> list[tuple[str, str]]:
    """The pages above a Wagtail page, but for the front page, as (title, address). 1 query."""
    above = page.get_ancestors().filter(depth__gt=2)
    return [(one.title, one.get_url(context.get("request")) or "") for one in above]


@register.simple_tag(takes_context=True)
def help_pages(context: template.Context, page: Any) -> list[Any]:
    """The help pages below their index that this visitor may read."""
    return listing.children(HelpPage, page, context["request"])


@register.simple_tag(takes_context=True)
def packs_of(context: template.Context, page: Any) -> list[Any]:
    """The packs below the index of resources, each with how many resources it has."""
    return listing.packs(page, context["request"])


@register.simple_tag(takes_context=True)
def resources_of(context: template.Context, page: Any) -> list[Any]:
    """The resources of a pack that this visitor may read."""
    return listing.children(ResourcePage, page, context["request"])


@register.filter
def curly(text: str) -> str:
    """Straight quotation marks and apostrophes as typesetters write them, in a title or a sentence typed by hand."""
    return typography.curly(text)


@register.filter
def lower_first(text: str) -> str:
    """A phrase that began a line, inside a sentence: "Primary school staff" → "primary school staff"."""
    return text[:1].lower() + text[1:]


@register.filter
def media_url(name: str) -> str:
    """Storage name of a frozen file as its address."""
    return f"{settings.MEDIA_URL}{name}" if name else ""


@register.filter
def iso_date(text: str) -> datetime.date | None:
    """A date kept as text in frozen data, for the `date` filter."""
    return parse_date(text or "")


@register.filter
def get(data: Any, key: Any) -> Any:
    """`feedback|get:option.key`: the value of a dictionary under a key that is itself a variable."""
    return data.get(key) if data else None


@register.filter
def times(count: int) -> range:
    """`{% for _ in 3|times %}`."""
    return range(int(count))


@register.filter
def duration(minutes: int) -> str:
    """75 as "1 hour 15 minutes"; short times stay in minutes, as people say them."""
    if minutes < 100:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours, rest = divmod(minutes, 60)
    return f"{hours} hour{'' if hours == 1 else 's'}" + (f" {rest} minutes" if rest else "")


@register.filter
def months(count: int) -> str:
    """How long a certificate is valid: 24 as "2 years", 18 as "18 months"."""
    if not count:
        return "no end date"
    years, rest = divmod(count, 12)
    return f"{count} months" if rest else f"{years} year{'' if years == 1 else 's'}"


@register.simple_tag
def form_field(field: BoundField, label: str = "") -> SafeString:
    """One field of any form, allauth's included, in our markup: label, hint, error and control tied together."""
    return SafeString(render_to_string("forms/field.html", {"field": field, "label": label or field.label}))


@register.simple_tag
def form_errors(form: Any) -> SafeString:
    """The error summary of any form; nothing when it has no errors."""
    return SafeString(render_to_string("forms/errors.html", {"form": form}))


@register.simple_tag
def form_control(field: BoundField) -> SafeString:
    """The control alone, with our classes and what assistive technology needs."""
    return control(field)


@register.filter
def field_kind(field: BoundField) -> str:
    """Which markup a field needs: "choices", "tick", "file", "select", "area" or "text"."""
    widget = field.field.widget
    if field.use_fieldset and hasattr(widget, "choices"):
        return "choices"
    for kind, name in ((CheckboxInput, "tick"), (FileInput, "file"), (Select, "select"), (Textarea, "area")):
        if isinstance(widget, kind):
            return name
    return "text"
