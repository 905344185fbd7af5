"""`/help/report/`: report a problem with a page, signed in or not."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.credentials.limits import AN_HOUR, seconds_to_wait
from courses.learner.forms import ReportForm

A_WINDOW = 10
"""Reports from one address in an hour. More is a program, or somebody who would do better to write a mail."""
CRUMBS = [("Help", "/help/")]


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, with the page it was opened from filled in; sent, it is one mail and no row."""
    if request.method != "POST":
        form = ReportForm(initial={"page": request.GET.get("page", "")[:300]})
        return render(request, "learner/report.html", {"form": form, "crumbs": CRUMBS})
    form = ReportForm(request.POST)
    if not form.is_valid():
        return render(request, "learner/report.html", {"form": form, "crumbs": CRUMBS}, status=422)
    if form.is_from_a_program:
        return redirect("report_thanks")
    if wait := seconds_to_wait(request, name="report", most=A_WINDOW, seconds=AN_HOUR):
        minutes = -(-wait // 60)
        form.add_error(
            None,
            "Many reports have come from your network in the last hour. "
            f"Yours is not lost: send it again in {minutes} minute{'' if minutes == 1 else 's'}.",
        )
        answer = render(request, "learner/report.html", {"form": form, "crumbs": CRUMBS}, status=429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    _send(form)
    return redirect("report_thanks")


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "learner/report_thanks.html", {"crumbs": CRUMBS})


def _send(form: ReportForm) -> None:
    said = form.cleaned_data
    page = " ".join(said["page"].split()) or "not said"
    EmailMessage(
        subject=f"Problem with a page: {page}"[:150],
        body=f"{said['what']}\n\nPage: {page}\nAnswer to: {said['email'] or 'no answer asked for'}\n",
        to=[settings.DEFAULT_FROM_EMAIL],
        reply_to=[said["email"]] if said["email"] else None,
    ).send()
