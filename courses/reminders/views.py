"""`/reminders/stop/<token>/`: not wanting one kind of mail."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .services import stopping


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks, then stops the mail that the link is about; a mail program may post to it (RFC 8058). The link is the
    permission and says nothing about anybody."""
    found = stopping.read_link(token)
    if found is None:
        raise Http404
    person, kind = found
    if request.method == "POST":
        stopping.stop(person=person, kind=kind, wanted=request.POST.get("again") == "yes")
        done = "again" if request.POST.get("again") == "yes" else "stopped"
        return render(request, "reminders/stop.html", {"kind": kind, "done": done})
    return render(request, "reminders/stop.html", {"kind": kind, "done": ""})
