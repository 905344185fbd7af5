"""`/my-learning/cpd/`: her CPD record by the year of her profession, reflection notes, a peer's sign-off, exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.forms import Form
from courses.learner import cpd_document
from courses.learner.requests import LearnerRequest
from courses.records import cpd, cpd_years, learning
from courses.records.errors import RecordsError
from courses.records.models import Completion, CpdNote
from courses.spreadsheets import csv_response

CRUMBS = [("My learning", "/my-learning/"), ("CPD record", "/my-learning/cpd/")]


class NoteForm(Form):
    """A reflection. Names of people have no place in it, and the form says so before she writes."""

    learned = forms.CharField(
        label="What I learned",
        required=False,
        max_length=cpd.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": f"Keep what you learned to {cpd.MAX_TEXT:,} characters."},
    )
    change = forms.CharField(
        label="What I will change",
        help_text="In your work, with the carers you meet. One small, sure thing is enough.",
        required=False,
        max_length=cpd.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": f"Keep what you will change to {cpd.MAX_TEXT:,} characters."},
    )
    discussed_on = forms.DateField(
        label="Discussed with a colleague on",
        help_text="If you have talked about it.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input cpd-date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the date as day, month and year, such as 3/11/2026."},
    )
    drop = forms.BooleanField(label="Drop the sign-off, because I am changing the note", required=False)

    def __init__(self, note: CpdNote | None, *args: object, **kwargs: object) -> None:
        said = {name: getattr(note, name) for name in ("learned", "change", "discussed_on")} if note else {}
        super().__init__(*args, initial=said, **kwargs)
        if note is None or note.peer_signed_at is None:
            del self.fields["drop"]

    def clean_discussed_on(self) -> date | None:
        day: date | None = self.cleaned_data["discussed_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("The day of your talk cannot lie in the future.")
        if day and day.year < cpd_years.FIRST_YEAR:
            raise forms.ValidationError("Check the year of your talk.")
        return day


def _year(request: LearnerRequest, number: int | None) -> cpd_years.Record:
    person, today = request.user.person, timezone.localdate()
    if number is None:
        year = cpd_years.year_of(today, person.profession)
    elif cpd_years.FIRST_YEAR <= number <= cpd_years.LAST_YEAR:
        year = cpd_years.year_numbered(number, person.profession)
    else:
        raise Http404("No such year.")
    return cpd_years.record(person, year, today)


@login_required
@never_cache
@require_safe
def cpd_year(request: LearnerRequest, number: int | None = None) -> HttpResponse:
    """A year's record, made to be printed too. Budget: 4 queries."""
    record, today = _year(request, number), timezone.localdate()
    context = {
        "record": record,
        "today": today,
        "days_left": (record.year.ends - today).days if record.year.begins <= today <= record.year.ends else None,
        "asked": cpd_years.PIECES_ASKED,
        "crumbs": CRUMBS[:1],
    }
    return render(request, "learner/cpd/year.html", context)


@login_required
@never_cache
@require_safe
def cpd_csv(request: LearnerRequest, number: int) -> HttpResponseBase:
    """The year as a table for a spreadsheet."""
    record = _year(request, number)
    return csv_response(_lines(record), f"cpd-{record.year.number}")


def _lines(record: cpd_years.Record) -> Iterator[list[object]]:
    yield [
        "Completed", "Module", "Version", "Minutes", "Score (%)", "What I learned", "What I will change",
        "Discussed on", "Signed by", "Role", "Signed on",
    ]  # fmt: skip
    for piece in record.pieces:
        done, note = piece.completion, piece.note
        signed = timezone.localdate(note.peer_signed_at) if note and note.peer_signed_at else ""
        said = [note.learned, note.change, note.discussed_on, note.peer_name, note.peer_role] if note else [""] * 5
        yield [
            timezone.localdate(done.completed_at), done.version.title, done.version.number, done.minutes, done.score,
            *said, signed,
        ]  # fmt: skip


@login_required
@never_cache
@require_safe
def cpd_pdf(request: LearnerRequest, number: int) -> HttpResponse:
    """The year as a tagged PDF."""
    record = _year(request, number)
    answer = HttpResponse(cpd_document.render(request.user.person, record), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="cpd-{record.year.number}.pdf"'
    return answer


def _mine(request: LearnerRequest, pk: int) -> tuple[Completion, CpdNote | None]:
    """Something she completed, and her note; anybody else's is not found. 1 query."""
    completion = get_object_or_404(
        learning.completions(request.user.person).select_related("version", "cpd_note"), pk=pk
    )
    completion.person = request.user.person
    return completion, getattr(completion, "cpd_note", None)


def _context(completion: Completion, note: CpdNote | None, person_profession: str) -> dict[str, object]:
    year = cpd_years.year_of(timezone.localdate(completion.completed_at), person_profession)
    return {
        "completion": completion,
        "note": note,
        "year": year,
        "piece": cpd_years.Piece(completion, note),
        "link_open": bool(note and note.peer_link_expires_at and note.peer_link_expires_at > timezone.now()),
        "crumbs": [*CRUMBS, (str(year.number), reverse("cpd_year", args=[year.number]))],
    }


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cpd_note(request: LearnerRequest, pk: int) -> HttpResponse:
    """Writes and shows the note on one completion. Budget: 4 queries to show."""
    completion, note = _mine(request, pk)
    form = NoteForm(note, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            cpd.save_note(
                completion=completion,
                learned=data["learned"],
                change=data["change"],
                discussed_on=data["discussed_on"],
                drop_sign_off=data.get("drop", False),
            )
        except cpd.SignedOff as error:
            form.add_error("drop" if "drop" in form.fields else None, error.message)
        except RecordsError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Your note is saved.")
            return redirect("cpd_note", pk)
    context = {"form": form, **_context(completion, note, request.user.person.profession)}
    return render(request, "learner/cpd/note.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_POST
def cpd_delete(request: LearnerRequest, pk: int) -> HttpResponse:
    """Takes her words away; what she completed stays. Asked twice: the button stands behind a fold."""
    completion, _ = _mine(request, pk)
    cpd.delete_note(person=request.user.person, completion_id=completion.pk)
    messages.success(request, "Your note is deleted. What you completed, and its minutes, stay in your record.")
    return redirect("cpd_note", pk)


@login_required
@never_cache
@require_POST
def cpd_ask(request: LearnerRequest, pk: int) -> HttpResponse:
    """Makes the link for a colleague and shows it once: it is kept as a hash and cannot be shown again."""
    completion, _ = _mine(request, pk)
    try:
        token = cpd.ask_peer(person=request.user.person, completion_id=completion.pk)
    except RecordsError as error:
        messages.error(request, error.message)
        return redirect("cpd_note", pk)
    completion, note = _mine(request, pk)
    link = request.build_absolute_uri(reverse("cpd_peer", args=[token]))
    context = {"link": link, **_context(completion, note, request.user.person.profession)}
    return render(request, "learner/cpd/link.html", context)


@login_required
@never_cache
@require_POST
def cpd_withdraw(request: LearnerRequest, pk: int) -> HttpResponse:
    """Closes the link."""
    completion, _ = _mine(request, pk)
    cpd.withdraw_link(person=request.user.person, completion_id=completion.pk)
    messages.success(request, "The link is closed. Nobody can open it any more.")
    return redirect("cpd_note", pk)
