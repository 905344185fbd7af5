"""The file of one's own data is whole, and names nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from courses.learner.my_data import SECTIONS
from courses.learner.my_data_work import LEFT_OUT
from courses.people.models import Action, Organisation, Unit, User
from courses.people.services.auditing import note
from courses.people.services.claiming import relations
from courses.privacy.services import holding
from courses.records.models import AcceptedTraining, Exemption

from .world import a_full_life, asked

pytestmark = pytest.mark.django_db


def test_everything_that_points_to_a_person_is_told_or_explained() -> None:
    told = {label for section in SECTIONS for label in section.of}
    every = {f"{one.related_model._meta.label}.{one.field.name}" for one in relations()}
    assert every - told - set(LEFT_OUT) == set()
    assert (told | set(LEFT_OUT)) - every == set()
    assert told & set(LEFT_OUT) == set()
    assert all(why.endswith(".") for why in LEFT_OUT.values())


def everything(client: Client) -> dict[str, Any]:
    answer: Any = client.post("/my-learning/data/json/")
    data: dict[str, Any] = json.loads(b"".join(answer.streaming_content))
    return data


def test_a_full_life(
    amara: User, ben: User, lena: User, amara_client: Client, council: Organisation, assessments: Unit
) -> None:
    a_full_life(amara, ben, council, assessments)
    asked(amara.person)
    note(action=Action.SAW, what="person", by=ben.person, organisation=council, about=amara.person)
    holding.place(organisation=council, person=amara.person, reason="Sekrit claim", by=lena)
    data = everything(amara_client)
    for section in (
        "employments", "imported_rows", "accepted_training", "adjustments", "exemptions", "reminder_mails",
        "reminded_of", "mail_choice", "looked_at", "work_asked_for", "saved_views", "erasure_requests",
    ):  # fmt: skip
        assert data[section], section
    assert data["accepted_training"][0]["provider"] == "Sekrit college"
    assert data["adjustments"][0]["words"] == "Sekrit words on why"
    assert {row["because"] for row in data["events"]} == {None, "Sekrit reason about Amara"}
    assert {row["what"] for row in data["looked_at"]} == {"accepted", "agreement", "exempted", "person"}
    text = json.dumps(data)
    for word in ("Ben Hughes", "ben@example.org", "Sekrit claim", '"hold"', "Colleague No"):
        assert word not in text, word


def test_her_own_evidence(
    amara: User, ben: User, amara_client: Client, ben_client: Client, council: Organisation, assessments: Unit
) -> None:
    a_full_life(amara, ben, council, assessments)
    paths = [
        f"/my-learning/data/evidence/exemption/{Exemption.objects.get().pk}/",
        f"/my-learning/data/evidence/accepted/{AcceptedTraining.objects.get().pk}/",
    ]
    html = amara_client.get("/my-learning/data/").content.decode()
    for path in paths:
        assert path in html
        answer: Any = amara_client.get(path)
        assert b"".join(answer.streaming_content) == b"%PDF- Sekrit"
        assert "attachment" in answer["Content-Disposition"]
        assert "sandbox" in answer["Content-Security-Policy"]
        assert ben_client.get(path).status_code == 404
    assert amara_client.get("/my-learning/data/evidence/other/1/").status_code == 404
