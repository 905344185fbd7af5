"""The page that plays a package, in a frame of the site's."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from courses.content.models import PackageKind
from courses.interop import launches
from courses.interop.content_host import player_page, policies
from courses.interop.content_host.methods import only


@only("GET", "HEAD")
def show(request: HttpRequest, package: str, token: str) -> HttpResponse:
    """The H5P page or the SCORM wrapper, with what it goes on from in a data block. Budget: 3 queries.

    An opening whose token has expired gets a page that tells the page around it, which renews and loads it again.

    What a package has left in the browser's storage is cleared at each opening: on a shared computer it would tell the
    next learner what the last one did, and without a cookie nobody here can know whether it is another one. What is
    worth keeping comes back as state. It costs 30 ms an opening (Chromium, 25 openings with and without)."""
    try:
        launch = launches.read(token)
    except launches.ExpiredError:
        return _expired(package)
    except launches.ForgedError as error:
        raise Http404 from error
    opening = player_page.opening_of(launch, package=package)
    if opening is None:
        raise Http404
    is_h5p = opening.version.kind == PackageKind.H5P
    page = render_to_string(
        "interop/h5p.html" if is_h5p else "interop/scorm.html",
        {
            "title": opening.version.title,
            "language": _language(opening.version.manifest.get("language")),
            "site": settings.SITE_ORIGIN,
            "player": player_page.player_address(package),
            "launch": player_page.data_of(opening, token),
        },
    )
    policy = policies.of_page(opening.version.kind)
    return HttpResponse(page, headers={"Content-Security-Policy": policy, "Clear-Site-Data": '"storage"'})


def _language(said: str | None) -> str:
    return said if said and said.replace("-", "").isalnum() else "en"


def _expired(package: str) -> HttpResponse:
    player = player_page.player_address(package)
    page = render_to_string("interop/expired.html", {"site": settings.SITE_ORIGIN, "player": player})
    return HttpResponse(page, status=410, headers={"Content-Security-Policy": policies.of_message()})
