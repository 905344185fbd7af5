"""Measures wagtail-lms: the same learners, lessons and words as ours. Run by the Python of its own environment."""

from __future__ import annotations

import json
import os
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

SYSTEM = "wagtail-lms 0.11.1"
SITTINGS = 10
"""Rounds of the long sitting: more than a thousand requests."""


def main(to: Path) -> None:
    """Seeds an empty database and writes the rows."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client
    from wagtail.models import Page, Site
    from wagtail_lms.models import (
        CourseEnrollment,
        CoursePage,
        H5PActivity,
        H5PAttempt,
        H5PLessonPage,
        SCORMAttempt,
        SCORMPackage,
    )

    from bench import packages
    from bench.measure import LEARNERS, LESSONS, NEEDED, PARAGRAPH, PARAGRAPHS, Row, measure, write

    call_command("migrate", verbosity=0)
    # bulk_create leaves out the unpacking of a package file: only the pages around it are measured.
    activities = H5PActivity.objects.bulk_create(
        [H5PActivity(title=f"Activity {n}", extracted_path=f"h5p_{n}") for n in range(LESSONS)]
    )
    root = Page.objects.get(depth=1)
    course = root.add_child(instance=CoursePage(title="Measured", slug="measured", description=PARAGRAPH))
    Site.objects.update(root_page=course, hostname="testserver", port=80)
    for number, activity in enumerate(activities, 1):
        body: list[dict[str, Any]] = [
            {"type": "paragraph", "id": str(uuid.uuid4()), "value": PARAGRAPH} for _ in range(PARAGRAPHS)
        ]
        body.append({"type": "h5p_activity", "id": str(uuid.uuid4()), "value": {"activity": activity.pk}})
        course.add_child(
            instance=H5PLessonPage(
                title=f"Lesson {number}",
                slug=f"lesson-{number}",
                intro="<h2>What the law asks</h2>",
                body=json.dumps(body),
            )
        )
    user_model = get_user_model()
    users = user_model.objects.bulk_create([user_model(username=f"learner{n}") for n in range(LEARNERS)])
    CourseEnrollment.objects.bulk_create([CourseEnrollment(user=user, course=course) for user in users])

    def client_of(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    anyone, learner = Client(), client_of(users[60])
    state = f"/lms/h5p-content-user-data/{activities[5].pk}/?dataType=state&subContentId=0"
    rows: list[Row] = [
        measure("module page, signed out", SYSTEM, lambda _: anyone.get("/")),
        measure("module page, signed in", SYSTEM, lambda _: learner.get("/")),
        measure("lesson page", SYSTEM, lambda _: learner.get("/lesson-6/")),
        measure("answer save", SYSTEM, lambda n: learner.post(state, {"data": json.dumps({"answers": [n % 2]})})),
    ]
    rows += admin_rows(client_of, users[0])
    # All lessons but the last are done: the last statement completes lesson and course.
    last = activities[-1]
    ready = users[-NEEDED:]
    from wagtail_lms.models import H5PLessonCompletion

    pages = list(H5PLessonPage.objects.order_by("path"))
    H5PLessonCompletion.objects.bulk_create([H5PLessonCompletion(user=u, lesson=p) for u in ready for p in pages[:-1]])
    H5PAttempt.objects.bulk_create(
        [H5PAttempt(user=u, activity=a, completion_status="completed") for u in ready for a in activities[:-1]]
    )
    clients = [client_of(user) for user in ready]
    statement = {
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en-US": "completed"}},
        "result": {"score": {"raw": 4, "max": 4, "min": 0, "scaled": 1}, "completion": True},
    }

    def complete(number: int) -> Any:
        return clients[number].post(f"/lms/h5p-xapi/{last.pk}/", statement, content_type="application/json")

    rows.append(measure("completing submit", SYSTEM, complete))
    # The same request beside ours of the same kind.
    rows.append(replace(rows[-1], name=packages.STATEMENT))
    # bulk_create leaves out the unpacking here too.
    [package] = SCORMPackage.objects.bulk_create([SCORMPackage(title="Talk", extracted_path="x", launch_url="a.html")])
    attempts = [SCORMAttempt.objects.create(user=user, scorm_package=package) for user in users[:NEEDED]]
    sitters = [client_of(user) for user in users[:NEEDED]]

    def sit(number: int) -> Any:
        for method, parameters in packages.api_calls():
            answer = sitters[number].post(
                f"/lms/scorm-api/{attempts[number].pk}/",
                {"method": method, "parameters": parameters},
                content_type="application/json",
            )
        return answer

    rows.append(measure(packages.SITTING, SYSTEM, sit, requests=len(packages.api_calls()), rounds=SITTINGS))
    done = CourseEnrollment.objects.filter(user__in=ready, completed_at__isnull=False).count()
    if done != len(ready):
        raise SystemExit(f"only {done} of {len(ready)} courses were completed: the comparison would be unfair")
    write(rows, to)


def admin_rows(client_of: Any, learner: Any) -> list[Any]:
    """Its admin, which is what a manager has there. Who may do everything asks."""
    from django.contrib.auth import get_user_model
    from wagtail_lms.models import CourseEnrollment

    from bench.measure import ENROLMENT, LIST, measure

    manager = client_of(get_user_model().objects.create_superuser("manager"))
    form = f"/cms/courseenrollment/edit/{CourseEnrollment.objects.get(user=learner).pk}/"
    return [
        measure(LIST, SYSTEM, lambda _: manager.get("/cms/courseenrollment/")),
        measure(ENROLMENT, SYSTEM, lambda _: manager.get(form)),
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer.settings")
    main(Path(sys.argv[1]))
