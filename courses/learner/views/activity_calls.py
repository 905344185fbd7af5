"""The site's door for what a package reports: the page around it sends the calls here, and gets new tokens here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.interop import launches, opening
from courses.interop.calls import envelopes, receiving
from courses.interop.launches import Launch
from courses.learner.player.addresses import Addresses
from courses.learner.player.given import Refused, is_script
from courses.people.models import Person
from courses.records import queries, services
from courses.records.models import Attempt, Completion

from .answers import clock
from .guards import ANOTHER_RUN, SOMEBODY_ELSE, for_attempt, person_of, refuse, sign_in

P = ParamSpec("P")
FORGED = "This does not belong to the activity that you have open, so nothing was saved. Open the activity again."
EXPIRED = "The activity has been open for long. It goes on in a moment."


def script_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Posts of the page's script, and of nothing else; what is refused is said in JSON."""

    @never_cache
    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_script(request):
            return JsonResponse({"message": "This can only be sent by the page of an activity."}, status=415)
        try:
            return view(request, *args, **kwargs)
        except envelopes.EnvelopeError as error:
            _note(request, "unreadable", kwargs)
            return refuse(request, "", Refused(error.status, error.message))
        except launches.ExpiredError:
            return refuse(request, "", Refused(409, EXPIRED, code="expired"))
        except launches.ForgedError:
            _note(request, "forged", kwargs)
            return refuse(request, "", Refused(403, FORGED, code="forged"))
        except Refused as error:
            return refuse(request, "", error)

    return wrapped


def _note(request: HttpRequest, why: str, parts: Mapping[str, object]) -> None:
    """A request that was refused whole stands on the timeline of whoever is signed in. 2 queries."""
    if request.user.is_authenticated:
        attempt = queries.attempt_for(person_of(request), str(parts["slug"]))
        if attempt is not None:
            services.note_refused(attempt=attempt, block_id=str(parts["block"]), why=why, now=timezone.now())


@script_only
def calls(request: HttpRequest, slug: str, lesson: str, block: str) -> HttpResponse:
    """Calls of one opening. Budget: 20 queries when they complete the module, 8 for a state.

    The token says whose, which attempt's and which activity's they are, and the service holds exactly that; so the
    attempt is not looked up a second time.
    """
    if not request.user.is_authenticated:
        return sign_in(request)
    person = person_of(request)
    sent = envelopes.read(envelopes.body_of(request))
    launch = sent.launch()
    _hers(person, launch, sent.person)
    if sent.attempt not in ("", str(launch.attempt_id)):
        raise Refused(409, ANOTHER_RUN, code="ended")
    if launch.block_id != block:
        raise launches.ForgedError
    try:
        received = receiving.receive(launch=launch, calls=sent.calls)
    except receiving.FloodError as error:
        answer = refuse(request, slug, Refused(429, error.message, code=error.code))
        answer["Retry-After"] = str(error.seconds)
        return answer
    except receiving.NotTakenError as error:
        raise Refused(409, error.message, code=error.code) from error
    return JsonResponse(
        {
            "saved": clock(received.saved_at),
            "upto": received.upto,
            "results": [{"seq": one.seq, "outcome": one.outcome, "reason": one.reason} for one in received.results],
            "satisfied": received.satisfied,
            "completed": received.completion is not None,
            "certificate": _certificate(received.completion),
        }
    )


def _hers(person: Person, launch: Launch, said: str) -> None:
    """Refuses what somebody else left on this computer."""
    if launch.person_id != person.pk or said not in ("", str(person.public_id)):
        raise Refused(409, SOMEBODY_ELSE, code="somebody-else")


def _certificate(completion: Completion | None) -> str:
    """Where the certificate is that was issued just now."""
    try:
        return f"/certificates/{completion.certificate.number}/" if completion else ""
    except ObjectDoesNotExist:
        return ""


@script_only
def renew(request: HttpRequest, slug: str, lesson: str, block: str) -> HttpResponse:
    """A new token for an opening whose token has run out, as long as she is signed in. Budget: 2 queries."""
    return _renew(request, slug, lesson=lesson, block=block)


@for_attempt
def _renew(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: str, block: str) -> HttpResponse:
    sent = envelopes.read_json(envelopes.body_of(request))
    token, said = sent.get("token"), sent.get("person", "")
    if not isinstance(token, str) or not isinstance(said, str):
        raise envelopes.EnvelopeError(400, envelopes.UNREADABLE)
    launch = launches.read(token, expired=True)
    _hers(person_of(request), launch, said)
    if launch.attempt_id != attempt.pk:
        raise Refused(409, ANOTHER_RUN, code="ended")
    if attempt.finished_at is not None:
        raise Refused(409, receiving.EndedError.message, code="ended")
    own = queries.activity_block(attempt, block)
    if own is None:
        raise launches.ForgedError
    fresh = opening.renew(token=token, person=attempt.enrolment.person, attempt=attempt, block=own)
    return JsonResponse({"token": fresh, "address": launches.address(own["package"], fresh)})
