"""`/manage/evidence/`: packs for an inspector. Asked for here, made as long work, kept, taken away, shared."""

from __future__ import annotations

import smtplib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.manager.access import for_managers
from courses.manager.models import EvidencePack, EvidenceShare
from courses.manager.out.asking import asker
from courses.people.models import Action
from courses.people.permissions import led_organisations
from courses.people.services.auditing import note
from courses.records.team import Team

from . import services, sharing
from .forms import PackForm, ShareForm
from .scope import packs_seen, scope

PAGE = 20
NO_MAIL = "The mail could not be handed to the mail server, so nothing was shared. Try again in a while."


@require_safe
@for_managers
def evidence(request: HttpRequest, team: Team) -> HttpResponse:
    """The packs that she may see, newest first. At most 6 queries: session, user, units, how many, the page, its
    shares."""
    newest = EvidenceShare.objects.select_related("by").order_by("-created_at", "-pk")
    found = packs_seen(team).prefetch_related(Prefetch("shares", queryset=newest)).order_by("-asked_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "manager/evidence/list.html", {"team": team, "page": page, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def evidence_new(request: HttpRequest, team: Team) -> HttpResponse:
    """Asks for a pack; first says what it will hold. At most 8 queries to look: session, user, units twice, modules of
    today and of the day, people, certificates."""
    form = PackForm(request.POST if request.method == "POST" else request.GET or None, team)
    context: dict[str, Any] = {"team": team, "form": form}
    if not team.tops:
        return render(request, "manager/evidence/new.html", {**context, "nothing": True})
    if not form.is_bound or not form.is_valid():
        return render(request, "manager/evidence/new.html", context, status=422 if form.errors else 200)
    covered = scope(team, on=form.day, tops=form.tops, modules=form.chosen)
    if request.method == "POST":
        pack = services.ask_for_pack(
            by=asker(request),
            organisation=covered.organisation,
            on=form.day,
            unit=form.cleaned_data["unit"],
            tops=form.tops,
            modules=form.chosen,
        )
        return redirect("manager:evidence-pack", pack.public_id)
    preview = {
        "people": covered.team.people.count(),
        "modules": len(covered.modules),
        "certificates": covered.most_certificates(),
        "on": form.day,
    }
    return render(request, "manager/evidence/new.html", {**context, "preview": preview})


@require_safe
@for_managers
def evidence_pack(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """One pack: what it holds, its file, with whom it is shared. At most 6 queries: session, user, units, the pack, its
    units, its shares."""
    pack = get_object_or_404(packs_seen(team), public_id=public_id)
    shares = list(pack.shares.select_related("by", "withdrawn_by").order_by("-created_at", "-pk"))
    mine = asker(request).pk
    today = timezone.localdate()
    open_ones = [each for each in shares if not each.withdrawn_at and each.ends_on >= today]
    last = max((each.ends_on for each in open_ones), default=None)
    context = {
        "team": team,
        "pack": pack,
        "units": pack.units.order_by("path"),
        "shares": [
            (each, each in open_ones, each in open_ones and (each.by_id == mine or pack.organisation_id in team.led))
            for each in shares
        ],
        "kept_until": max(filter(None, (pack.kept_until, last)), default=None),
        "asked_by_me": pack.by_id == mine,
    }
    return render(request, "manager/evidence/pack.html", context)


@require_safe
@for_managers
def evidence_file(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponseBase:
    """The file. The log says so in the same transaction: what could not be noted is not given."""
    pack = get_object_or_404(packs_seen(team), public_id=public_id)
    opened = opened_file(pack)
    if opened is None:
        messages.info(request, "There is no file of this pack, or not any more. Ask for it again.")
        return redirect("manager:evidence-pack", pack.public_id)
    if request.method == "GET":
        with transaction.atomic():
            note(
                action=Action.DOWNLOADED,
                what="evidence",
                by=asker(request),
                organisation=pack.organisation,
                key=pack.public_id,
                bytes=pack.size,
            )
    return opened


def opened_file(pack: EvidencePack) -> FileResponse | None:
    """The pack as a download; None where the file was taken away or lost."""
    if not pack.file:
        return None
    try:
        file = pack.file.open("rb")
    except FileNotFoundError:
        return None
    headers = {"X-Content-Type-Options": "nosniff"}
    return FileResponse(file, as_attachment=True, filename=pack.name, content_type="application/zip", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def evidence_share(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Shares a finished pack with an auditor. At most 6 queries to look."""
    pack = get_object_or_404(packs_seen(team), public_id=public_id)
    if not pack.file:
        messages.info(request, "Only a pack that is ready can be shared.")
        return redirect("manager:evidence-pack", pack.public_id)
    form = ShareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = sharing.share(pack=pack, by=asker(request), **form.fields_of_share)
        except (smtplib.SMTPException, OSError):
            form.add_error(None, NO_MAIL)
        else:
            messages.success(request, f"Shared with {made.name} until the end of {made.ends_on:%-d %B %Y}.")
            return redirect("manager:evidence-pack", pack.public_id)
    context = {"team": team, "pack": pack, "form": form}
    return render(request, "manager/evidence/share.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def evidence_withdraw(request: HttpRequest, team: Team, public_id: UUID, share: UUID) -> HttpResponse:
    """Asks, then withdraws a share: who made it, or the lead. At most 7 queries to look."""
    pack = get_object_or_404(packs_seen(team), public_id=public_id)
    found = get_object_or_404(pack.shares.select_related("by"), public_id=share)
    found.pack = pack
    me = asker(request)
    if not sharing.may_withdraw(found, me, led_organisations(request.user)):
        messages.info(request, f"Only {found.by.name} and the training lead can withdraw this.")
        return redirect("manager:evidence-pack", pack.public_id)
    if request.method == "POST":
        if sharing.withdraw(found=found, by=me):
            messages.success(request, "Withdrawn. From now on nobody can read the pack by this share.")
        return redirect("manager:evidence-pack", pack.public_id)
    return render(request, "manager/evidence/withdraw.html", {"team": team, "pack": pack, "share": found})
