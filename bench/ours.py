"""Measures our pages, and the floor beside each page that is read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import django


def main(to: Path) -> None:
    """Seeds an empty database and writes the rows."""
    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from bench import floor, packages
    from bench.measure import ENROLMENT, LIST, MATRIX, NEEDED, Row, measure, write
    from bench.seed import client_of, seed
    from courses.credentials import pdf
    from courses.credentials.models import Certificate

    call_command("migrate", verbosity=0)
    world = seed()
    slug, rows = world.module.slug, list[Row]()
    lesson = world.attempts[0].version.outline["lessons"][5]["slug"]
    certificate = Certificate.objects.select_related("completion", "holder", "person").get(completion=world.completion)
    anyone, learner, manager = Client(), client_of(world.learners[60]), client_of(world.manager)

    def page(name: str, client: Client, path: str) -> None:
        # Another address each time: checking certificates is limited by address.
        rows.append(measure(name, "ours", lambda n: client.get(path, REMOTE_ADDR=f"10.0.0.{n + 1}")))
        floor.answer = client.get(path).content
        rows.append(measure(name, "floor", lambda _: client.get("/bench-floor/")))

    page("catalogue, signed out", anyone, "/modules/")
    page("module page, signed out", anyone, f"/modules/{slug}/")
    page("module page, signed in", learner, f"/modules/{slug}/")
    page("lesson page", learner, f"/learn/{slug}/{lesson}/")
    page("my learning", learner, "/my-learning/")
    page("verify", anyone, f"/verify/{certificate.number}/")
    page(MATRIX, manager, "/manage/matrix/")
    lead, person = client_of(world.lead), world.learners[0].person.public_id
    page(LIST, lead, "/manage/people/")
    page(ENROLMENT, lead, f"/manage/people/{person}/")
    page("form for one enrolment", lead, f"/manage/people/{person}/{slug}/exempt/")
    rows.append(measure("list of everybody as CSV", "ours", lambda _: b"".join(lead.get("/manage/exports/matrix.csv"))))

    sittings = iter(world.sittings)
    answering = next(sittings)
    writer = client_of(_login_of(answering.attempt.enrolment.person_id))

    def save(number: int) -> Any:
        fields = {"answer": [answering.drawn[0]["options"][number % 2]], "try": [str(answering.number)]}
        body = {"fields": fields, "age_ms": 0, "client": "bench", "counter": number + 1}
        return writer.post(f"/learn/{slug}/assessment/1/", body, content_type="application/json")

    rows.append(measure("answer save", "ours", save))
    ready = [(client_of(_login_of(s.attempt.enrolment.person_id)), s) for s in sittings]

    def submit(number: int) -> Any:
        client, sitting = ready[number]
        return client.post(f"/learn/{slug}/assessment/submit/", {"try": sitting.number})

    rows.append(measure("completing submit", "ours", submit))
    others = world.learners[: 2 * NEEDED]
    sit, requests = packages.sittings(others[:NEEDED], client_of)
    rows.append(measure(packages.SITTING, "ours", sit, requests=requests))
    rows.append(measure(packages.STATEMENT, "ours", packages.statements(others[NEEDED:], client_of)))
    rows.append(measure("certificate PDF", "ours", lambda _: pdf.render(certificate, public=True)))
    write(rows, to)


def _login_of(person_id: int) -> Any:
    from courses.people.models import User

    return User.objects.select_related("person").get(person_id=person_id)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    main(Path(sys.argv[1]))
