"""People begin, change posts, go on leave and leave: `/manage/people/new/`, `…/posts/`, `…/leave/`, `…/absence/`.

Everything is said from a day; a past day stays as it was, unless the day that is given has passed already.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.access import for_managers
from courses.people.models import Absence, Membership, Organisation, Person, Unit, User
from courses.people.permissions import may_end_employment
from courses.people.services import staffing
from courses.people.services.posts import PostError
from courses.records.team import Team

from .post_forms import DayForm, LeaveForm, NewPersonForm, PostForm
from .queries import leave_of, organisations_of, posts_of, staff_of


def user_of(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user


def answer(request: HttpRequest, template: str, form: Form, **context: object) -> HttpResponse:
    """The page of a form: 422 when something in it is wrong."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def person_new(request: HttpRequest, team: Team) -> HttpResponse:
    """Somebody begins. At most 6 queries to look: session, user, roles, units, job roles, managers."""
    posted = request.POST if request.method == "POST" else None
    form = NewPersonForm(posted, team=team, around=_around(team, request))
    asked = False
    if posted is not None and posted.get("do") != "find" and form.is_valid():
        said = form.cleaned_data
        asked = not said["again"] and form.same_name()
        if not asked:
            try:
                post = staffing.bring_in(
                    name=said["name"],
                    place=form.place(),
                    starts_on=said["on"],
                    by=user_of(request),
                    reference=said["reference"].strip(),
                    email=said["email"],
                )
            except PostError as error:
                form.add_error(None, str(error))
            else:
                sent = staffing.ask_in(post=post, by=user_of(request))
                more = " An invitation is on its way." if sent else ""
                messages.success(request, f"{post.person.name} begins on {post.starts_on:%-d %B %Y}.{more}")
                return redirect("manager:posts", post.person.public_id)
    if posted is not None and posted.get("do") == "find":
        form.errors.clear()
    return answer(request, "manager/workforce/person_new.html", form, team=team, asked=asked)


@require_safe
@for_managers
def posts(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Posts and leave of one person. At most 6 queries: session, user, units, posts, leave."""
    person, held, organisations = _person(team, public_id)
    context = {
        "team": team,
        "person": person,
        "posts": held,
        "leave": leave_of(person, [one.pk for one in organisations]),
        "leads": any(one.pk in team.led for one in organisations),
    }
    return render(request, "manager/workforce/posts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def post_new(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """A further post. At most 8 queries to look."""
    person, _, _ = _person(team, public_id)
    posted = request.POST if request.method == "POST" else None
    form = PostForm(posted, team=team, around=_around(team, request), initial={"on": team.on})
    if _sent(form, request):
        try:
            post = staffing.add_post(
                person=person, place=form.place(), starts_on=form.cleaned_data["on"], by=user_of(request)
            )
        except PostError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{person.name} has another post, from {post.starts_on:%-d %B %Y}.")
            return redirect("manager:posts", public_id)
    return answer(request, "manager/workforce/post.html", form, team=team, person=person, post=None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def post_change(request: HttpRequest, team: Team, public_id: UUID, pk: int) -> HttpResponse:
    """A post changes from a day. At most 8 queries to look."""
    person, held, _ = _person(team, public_id)
    post = _post(held, pk)
    posted = request.POST if request.method == "POST" else None
    first = max(team.on, post.starts_on)
    form = PostForm(posted, team=team, post=post, initial={"on": first})
    if _sent(form, request):
        try:
            staffing.change_post(post=post, place=form.place(), on=form.cleaned_data["on"], by=user_of(request))
        except PostError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The post is changed from {form.cleaned_data['on']:%-d %B %Y}.")
            return redirect("manager:posts" if _still(team, person) else "manager:people", *_still(team, person))
    return answer(request, "manager/workforce/post.html", form, team=team, person=person, post=post)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def post_end(request: HttpRequest, team: Team, public_id: UUID, pk: int) -> HttpResponse:
    """One post of several ends. At most 8 queries to look."""
    person, held, _ = _person(team, public_id)
    post = _post(held, pk)
    form = DayForm(request.POST if request.method == "POST" else None, about="The post is theirs until its end.")
    if _sent(form, request):
        try:
            staffing.end_post(post=post, last_day=form.day(), by=user_of(request))
        except PostError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The post ends with {form.day():%-d %B %Y}.")
            return redirect("manager:posts" if _still(team, person) else "manager:people", *_still(team, person))
    return answer(request, "manager/workforce/post_end.html", form, team=team, person=person, post=post)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def person_leave(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Somebody leaves the organisation. At most 7 queries to look: user, units, posts; of a manager four more for
    whether she may say so."""
    person, held, organisations = _person(team, public_id)
    organisation = _chosen(organisations, request)
    may = organisation.pk in team.led or may_end_employment(request.user, person, organisation)
    form = DayForm(request.POST if request.method == "POST" else None, about="They belong to you until its end.")
    if request.method == "POST" and not may:
        raise PermissionDenied
    if _sent(form, request):
        try:
            staffing.let_go(person=person, organisation=organisation, last_day=form.day(), by=user_of(request))
        except PostError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{person.name} leaves {organisation} with {form.day():%-d %B %Y}.")
            return redirect("manager:leavers")
    return answer(
        request,
        "manager/workforce/person_leave.html",
        form,
        team=team,
        person=person,
        organisation=organisation,
        organisations=organisations,
        may=may,
        posts=[post for post in held if post.unit and post.unit.organisation_id == organisation.pk],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def absence(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Leave of absence. At most 6 queries to look."""
    person, _, organisations = _person(team, public_id)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if _sent(form, request):
        said = form.cleaned_data
        try:
            staffing.grant_leave(
                person=person,
                organisation=_chosen(organisations, request),
                starts_on=said["starts_on"],
                ends_on=said["ends_on"],
                by=user_of(request),
            )
        except PostError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{person.name} is on leave from {said['starts_on']:%-d %B %Y}.")
            return redirect("manager:posts", public_id)
    return answer(
        request,
        "manager/workforce/absence.html",
        form,
        team=team,
        person=person,
        organisation=_chosen(organisations, request),
        organisations=organisations,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def absence_end(request: HttpRequest, team: Team, public_id: UUID, pk: int) -> HttpResponse:
    """Somebody comes back. At most 7 queries to look."""
    person, _, organisations = _person(team, public_id)
    leave = next((one for one in leave_of(person, [o.pk for o in organisations]) if one.pk == pk), None)
    if leave is None:
        raise Http404
    form = DayForm(request.POST if request.method == "POST" else None, about="The day before they are back.")
    if _sent(form, request):
        _end_leave(leave, form, request)
        return redirect("manager:posts", public_id)
    return answer(request, "manager/workforce/absence_end.html", form, team=team, person=person, leave=leave)


def _end_leave(leave: Absence, form: DayForm, request: HttpRequest) -> None:
    staffing.end_leave(absence=leave, last_day=form.day(), by=user_of(request))
    messages.success(request, f"The leave of {leave.person.name} ends with {form.day():%-d %B %Y}.")


def _person(team: Team, public_id: UUID) -> tuple[Person, list[Membership], list[Organisation]]:
    """Somebody of the team's, with her posts in it and whom she works for by them; anybody else is not there."""
    held = posts_of(team, public_id)
    if not held:
        raise Http404
    return held[0].person, held, organisations_of(held)


def _post(held: list[Membership], pk: int) -> Membership:
    found = next((post for post in held if post.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _chosen(organisations: list[Organisation], request: HttpRequest) -> Organisation:
    """Of several employers the one that is meant; most people have one."""
    said = request.POST.get("organisation") or request.GET.get("organisation", "")
    return next((one for one in organisations if str(one.pk) == said), organisations[0])


def _sent(form: Form, request: HttpRequest) -> bool:
    """Whether a form came whole, and was not sent to look for a unit."""
    if request.method != "POST":
        return False
    if request.POST.get("do") == "find":
        form.full_clean()
        form.errors.clear()
        return False
    return form.is_valid()


def _around(team: Team, request: HttpRequest) -> Unit | None:
    """The unit she comes from."""
    return team.unit(request.GET.get("unit", ""))


def _still(team: Team, person: Person) -> list[UUID]:
    """Her address among the team's people, where she is still one."""
    return [person.public_id] if staff_of(team).filter(pk=person.pk).exists() else []
