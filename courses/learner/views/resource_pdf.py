"""`/resources/<pack>/<slug>/pdf/` and `/resources/<pack>/zip/`: resources to print, free without an account."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from courses.content import pdf
from courses.content.freezing import digest
from courses.content.models import ResourcePage
from courses.content.models.resource import ResourceKind
from courses.content.pdf_document import render_document
from courses.content.rendering import kept_body, with_stories

KEPT_SECONDS = 60 * 60 * 24


def _pages(pack: str) -> list[ResourcePage]:
    """The resources of a pack that anyone may read, in their order."""
    return list(ResourcePage.objects.live().public().filter(url_path__contains=f"/resources/{pack}/").order_by("path"))


def _pdf_of(page: ResourcePage) -> tuple[str, bytes]:
    """The PDF of a resource and the hash of all that it says; made once as long as nothing changes."""
    blocks = with_stories(kept_body(page.body))
    reviewed = f"Last reviewed {date_format(page.reviewed, 'j F Y')}. " if page.reviewed else ""
    facts = [("For", page.audience)] if page.audience else []
    says = {
        "title": page.title,
        "kicker": page.get_kind_display(),
        "lead": page.summary,
        "footer": f"{reviewed}{urlsplit(settings.SITE_ORIGIN).netloc}{page.url}",
        "language": page.locale.language_code,
        "poster": page.kind == ResourceKind.POSTER,
    }
    mark = digest([says, facts, blocks, str(page.last_published_at), pdf.layouts_mark()])
    key = f"resource-pdf:{mark}"
    content: bytes | None = cache.get(key)
    if content is None:
        at = page.last_published_at or page.latest_revision_created_at or page.first_published_at or timezone.now()
        content = render_document(blocks=blocks, at=at, facts=facts, **says)
        cache.set(key, content, KEPT_SECONDS)
    return mark, content


@require_safe
def resource_pdf(request: HttpRequest, pack: str, slug: str) -> HttpResponse:
    """One resource as a tagged PDF. Budget once made: 8 queries, none for whom is asking."""
    page = next((page for page in _pages(pack) if page.slug == slug), None)
    if page is None:
        raise Http404
    mark, content = _pdf_of(page)
    etag = quote_etag(mark)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    response["ETag"] = etag
    return response


@require_safe
def pack_zip(request: HttpRequest, pack: str) -> HttpResponse:
    """The whole pack as PDFs in one file, numbered in the order of the pack."""
    pages = _pages(pack)
    if not pages:
        raise Http404
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, page in enumerate(pages, 1):
            archive.writestr(zipfile.ZipInfo(f"{pack}/{number:02}-{page.slug}.pdf"), _pdf_of(page)[1])
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{pack}.zip"'
    return response
