"""“Try as a learner”: plays any version of a package, says what each call would come to, and records nothing."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from courses.content.models import Package, PackageVersion
from courses.interop import launches, trials
from courses.interop.calls import envelopes, receiving
from courses.interop.models import Trial

from .views import trainer_of


def _version(package_id: int, number: int) -> PackageVersion:
    package = get_object_or_404(Package, pk=package_id)
    found: PackageVersion = get_object_or_404(package.versions.select_related("package"), number=number)
    return found


def try_it(request: HttpRequest, package_id: int, number: int) -> HttpResponse:
    """The package as a learner meets it, beside the log of its calls. Budget: 8 queries."""
    person = trainer_of(request)
    version = _version(package_id, number)
    trial = trials.begin(person=person, version=version)
    part = request.GET.get("part", "")
    token = trials.token(trial=trial, part=part)
    context: dict[str, Any] = {
        "package": version.package,
        "version": version,
        "trial": trial,
        "address": launches.address(version.package.public_id, token),
        "origin": launches.origin(version.package.public_id),
        "parts": list(trials.parts_of(version)),
        "part": part,
    }
    response = render(request, "trainer/packages/try.html", context)
    csp_replace({"frame-src": [context["origin"]]})(lambda _: response)(request)
    return response


@require_POST
def calls(request: HttpRequest, trial_id: int) -> HttpResponse:
    """What the package reported: answered as a learner's would be, written into the trial alone."""
    trial = get_object_or_404(Trial.objects.select_related("version__package"), pk=trial_id, person=trainer_of(request))
    try:
        sent = envelopes.read(envelopes.body_of(request))
        entries = trials.play(trial=trial, client=sent.client[:40], calls=sent.calls)
    except envelopes.EnvelopeError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    except receiving.FloodError as error:
        said = {"code": error.code, "message": error.message}
        return JsonResponse(said, status=429, headers={"Retry-After": str(error.seconds)})
    upto = max((call.seq for call in sent.calls), default=0)
    return JsonResponse({"entries": entries, "attempts": trial.attempts, "upto": upto})


@require_POST
def renew(request: HttpRequest, trial_id: int) -> HttpResponse:
    """A new token for an opening that is still in use."""
    trial = get_object_or_404(Trial, pk=trial_id, person=trainer_of(request))
    return JsonResponse({"token": trials.token(trial=trial, part=request.POST.get("part", ""))})


@require_POST
def reset(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Forgets one's own trial: the next opening begins at the beginning."""
    trial = get_object_or_404(Trial.objects.select_related("version"), pk=trial_id, person=trainer_of(request))
    trials.reset(trial=trial)
    messages.success(request, "Your trial was forgotten. The package begins at its beginning.")
    return redirect("package_try", trial.version.package_id, trial.version.number)
