"""`/manage/people/<uuid>/same/`: a training lead sees two entries of one colleague, compares them, and makes them one;
and takes that back within a month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.forms import Form
from courses.manager.sought import sought
from courses.manager.workforce.import_access import Lead, for_leads
from courses.manager.workforce.posts import answer, user_of
from courses.people.models import Organisation, Person
from courses.privacy.services import merging
from courses.records.keyset import Cut


class MergeForm(Form):
    """Which entry stays, where the lead may choose, and why she knows that they are one."""

    stays = forms.ChoiceField(
        label="Which name and entry stays?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which entry stays.", "invalid_choice": "Choose one of the two."},
    )
    reason = forms.CharField(
        label="How do you know that they are one person?",
        max_length=500,
        help_text="Kept with the joining. Nothing about health or family.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a few words how you know."},
    )

    def __init__(self, data: Mapping[str, Any] | None, *, pair: tuple[merging.Side, merging.Side]) -> None:
        super().__init__(data)
        self.pair = pair
        with_login = [side.person for side in pair if side.has_login]
        self.fixed = with_login[0] if with_login else None
        if self.fixed:
            del self.fields["stays"]
        else:
            choices = [(str(side.person.public_id), _named(side)) for side in pair]
            field = self.fields["stays"]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def people(self) -> tuple[Person, Person]:
        """Who goes, and who stays."""
        one, other = (side.person for side in self.pair)
        stays = self.fixed or next(p for p in (one, other) if str(p.public_id) == self.cleaned_data["stays"])
        return (other, one) if stays == one else (one, other)


def _named(side: merging.Side) -> str:
    references = ", ".join(sorted({one.reference for one in side.employments if one.reference}))
    return f"{side.person.name}, reference {references}" if references else side.person.name


@require_safe
@for_leads
def person_same(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """Who is this the same person as? Shows who has the same name, until she looks for another. At most 6 queries:
    session, user, units, person, found, their references."""
    person = _person(lead, public_id)
    q = sought(request) if "q" in request.GET else person.name
    cut = Cut.read(request.GET, 20)
    found = merging.people_of(lead.organisation_ids, q, besides=person) if q else Person.objects.none()
    rows = list(cut.of(found.prefetch_related("employments"))) if q else []
    page = cut.page(rows, lambda row: row.pk)
    lines = [(row, _references(row, lead.organisation_ids)) for row in page.rows]
    context = {"team": lead.team, "person": person, "q": q, "page": page, "lines": lines}
    return render(request, "manager/merging/same.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def person_merge(request: HttpRequest, lead: Lead, public_id: UUID, other_id: UUID) -> HttpResponse:
    """The two side by side, and the word that they are one. At most 8 queries to look: session, user, units, the two,
    who knows of them, what there is of each, posts, employments."""
    person, other = _two(lead, public_id, other_id)
    user = user_of(request)
    refused = merging.refusal(lead.organisation_ids, person, other)
    pair = merging.sides(person, other)
    form = MergeForm(request.POST if request.method == "POST" else None, pair=pair)
    if request.method == "POST" and not refused and form.is_valid():
        goes, stays = form.people()
        try:
            merging.merge_entries(
                goes=goes,
                stays=stays,
                by=user,
                organisation=_organisation(lead, pair),
                reason=form.cleaned_data["reason"],
            )
        except merging.CannotMergeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{stays.name}: the two entries are one now. You can take it back for 30 days.")
            return redirect("manager:person", stays.public_id)
    context = {
        "team": lead.team,
        "person": person,
        "other": other,
        "pair": pair if not refused else [],
        "gains": _gains(pair),
        "refused": refused,
        "anybody": any(side.has_login for side in pair),
    }
    response = answer(request, "manager/merging/merge.html", form, **context)
    if request.method == "POST" and refused:
        response.status_code = 403
    return response


@for_leads
@require_POST
def ask_them(request: HttpRequest, lead: Lead, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Mails both that they may join their accounts themselves. The answer does not say who has an account."""
    person, other = _two(lead, public_id, other_id)
    merging.ask_to_join(one=person, other=other, by=user_of(request), organisation=lead.organisations[0])
    messages.success(request, "Whoever of the two has an account is asked by e-mail, once a day at most.")
    return redirect("manager:person-merge", public_id, other_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def merge_part(request: HttpRequest, lead: Lead, public_id: UUID, pk: int) -> HttpResponse:
    """Takes a joining apart. At most 5 queries to look."""
    person = _person(lead, public_id)
    merged = get_object_or_404(merging.found_again(person, lead.organisation_ids), pk=pk)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            stayed = merging.part(merged=merged, by=user_of(request))
        except merging.CannotMergeError as error:
            form.add_error(None, str(error))
        else:
            more = " What was gone on with or changed since stays where it is." if stayed else ""
            messages.success(request, f"{merged.goes.name} is an entry of its own again.{more}")
            return redirect("manager:person-same", public_id)
    context = {"team": lead.team, "person": person, "merged": merged, "until": merging.undo_until(merged)}
    return answer(request, "manager/merging/part.html", form, **context)


def _person(lead: Lead, public_id: UUID) -> Person:
    """Somebody whom the lead's organisations know, now or once. Anybody else is as if there were no such person."""
    found: Person = get_object_or_404(
        merging.people_of(lead.organisation_ids, "", besides=Person()), public_id=public_id
    )
    return found


def _two(lead: Lead, one: UUID, other: UUID) -> tuple[Person, Person]:
    """As `_person`, two different people. One query."""
    known = merging.people_of(lead.organisation_ids, "", besides=Person()).filter(public_id__in=[one, other])
    found = {person.public_id: person for person in known}
    if len(found) < 2:
        raise Http404
    return found[one], found[other]


def _organisation(lead: Lead, pair: tuple[merging.Side, merging.Side]) -> Organisation:
    """The organisation in whose name she says it: where the two work."""
    ids = [one.organisation_id for side in pair for one in side.employments]
    ids += [post.unit.organisation_id for side in pair for post in side.posts if post.unit]
    return next((one for one in lead.organisations if one.pk in ids), lead.organisations[0])


def _references(person: Person, organisations: list[int]) -> str:
    found = {one.reference for one in person.employments.all() if one.organisation_id in organisations}
    return ", ".join(sorted(found - {""}))


def _gains(pair: tuple[merging.Side, merging.Side]) -> list[str]:
    """Roles that an account comes to by the joining: never without saying so."""
    today = timezone.localdate()
    if not any(side.has_login for side in pair):
        return []
    return [
        str(role)
        for side in pair
        for role in side.roles
        if not side.has_login and (role.ends_on is None or role.ends_on >= today)
    ]
