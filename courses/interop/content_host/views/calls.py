"""The door for calls on a package's own origin: what a page that goes away could not hand to the page around it.

A leaving browser sends it by `navigator.sendBeacon`, as text and without a word of ours in its head, so the launch
token in the address is all that is asked for. It is for one person, one attempt and one activity, and it expires;
nobody's cookie has a say, so there is nothing that another site could forge.
"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from courses.interop import launches, trials
from courses.interop.calls import envelopes, receiving
from courses.interop.content_host.methods import only
from courses.interop.launches import Launch
from courses.interop.models import Trial
from courses.interop.versions import package_version
from courses.records import services
from courses.records.models import Attempt

TOLD_ELSEWHERE = frozenset({"ended", "not-here"})
"""An attempt that has ended gets no more lines; what is not here has none to write on."""


class _No(Exception):
    """What is answered instead."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.code = code
        self.answer = JsonResponse({"code": code, "message": message}, status=status, headers=headers)


@only("POST")
def take(request: HttpRequest, package: str, token: str) -> JsonResponse:
    """Calls of one opening, as at the site's door (`interop.calls.receiving`). Budget: 20 queries, a trial's 6.

    What is refused as a whole stands on the timeline of the attempt, once an hour and kind."""
    try:
        launch = _launch(package, token)
    except _No as no:
        return no.answer
    try:
        sent = _sent(request, launch)
        return _taken(launch, sent)
    except _No as no:
        _note(launch, no.code)
        return no.answer


def _launch(package: str, token: str) -> Launch:
    """What the token says, when it is for this origin's package."""
    unknown = _No(404, "not-here", "There is no such opening.")
    try:
        launch = launches.read(token)
    except launches.ExpiredError as error:
        raise _No(409, "expired", "This has been open for too long. Open the activity again.") from error
    except launches.ForgedError as error:
        raise unknown from error
    version = package_version(launch.version_id)
    if version is None or version.package.public_id != package:
        raise unknown
    return launch


def _sent(request: HttpRequest, launch: Launch) -> envelopes.Envelope:
    """What the package's own page sent, for this opening."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise _No(403, "from-elsewhere", "This can only be sent by the activity itself.")
    try:
        sent = envelopes.read(envelopes.body_of(request))
    except envelopes.EnvelopeError as error:
        raise _No(error.status, "unreadable", error.message) from error
    if sent.client not in {"", launch.client}:
        raise _No(403, "forged", "This is of another opening, so nothing was saved.")
    return sent


def _note(launch: Launch, why: str) -> None:
    if launch.mode != "normal" or why in TOLD_ELSEWHERE:
        return
    attempt = (
        Attempt.objects.select_related("version", "enrolment")
        .filter(pk=launch.attempt_id or 0, enrolment__person_id=launch.person_id)
        .first()
    )
    if attempt is not None:
        services.note_refused(attempt=attempt, block_id=launch.block_id, why=why, now=timezone.now())


def _taken(launch: Launch, sent: envelopes.Envelope) -> JsonResponse:
    try:
        return _trial(launch, sent) if launch.mode == "trial" else _record(launch, sent)
    except receiving.FloodError as error:
        raise _No(429, error.code, error.message, **{"Retry-After": str(error.seconds)}) from error
    except receiving.NotTakenError as error:
        raise _No(409, error.code, error.message) from error


def _record(launch: Launch, sent: envelopes.Envelope) -> JsonResponse:
    received = receiving.receive(launch=launch, calls=sent.calls)
    return JsonResponse(
        {
            "saved": f"{timezone.localtime(received.saved_at):%H:%M}",
            "upto": received.upto,
            "results": [{"seq": one.seq, "outcome": one.outcome, "reason": one.reason} for one in received.results],
            "satisfied": received.satisfied,
            "completed": received.completion is not None,
        }
    )


def _trial(launch: Launch, sent: envelopes.Envelope) -> JsonResponse:
    """A trainer's own trial: it is judged, and recorded nowhere but in the trial."""
    trial = (
        Trial.objects.select_related("version")
        .filter(pk=launch.trial_id or 0, person_id=launch.person_id, version_id=launch.version_id)
        .first()
    )
    if trial is None:
        raise _No(404, "not-here", "There is no such trial any more.")
    entries = trials.play(trial=trial, client=launch.client, calls=sent.calls)
    results = [{"seq": one["seq"], "outcome": one["outcome"], "reason": one["reason"]} for one in entries]
    return JsonResponse({"saved": "", "upto": max((call.seq for call in sent.calls), default=0), "results": results})
