"""`/help/report/`: report a problem with a page."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

pytestmark = pytest.mark.django_db
WHAT = {"what": "The picture has no words.", "page": "/modules/x/", "email": "", "website": ""}


def test_sends_one_mail_and_says_what_happens_next(client: Client) -> None:
    answer = client.post("/help/report/", {**WHAT, "email": "sam@example.org"}, follow=True)
    assert "Thank you" in answer.content.decode()
    assert "two working days" in answer.content.decode()
    [sent] = mail.outbox
    assert "The picture has no words." in sent.body
    assert sent.subject == "Problem with a page: /modules/x/"
    assert sent.reply_to == ["sam@example.org"]


def test_knows_the_page_it_was_opened_from(client: Client) -> None:
    html = client.get("/help/report/?page=/modules/carer-awareness/").content.decode()
    assert 'value="/modules/carer-awareness/"' in html


def test_works_without_an_address_to_answer_to(client: Client) -> None:
    client.post("/help/report/", WHAT)
    assert mail.outbox[0].reply_to == []


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"what": ""}, "Say what went wrong", "id_what"),
        ({"email": "sam at example"}, "Write the e-mail address in full", "id_email"),
        ({"what": "x" * 3001}, "3000", "id_what"),
    ],
)
def test_says_what_is_wrong_beside_the_field(client: Client, change: dict[str, str], error: str, field: str) -> None:
    answer = client.post("/help/report/", {**WHAT, **change})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count(error) >= 2
    assert f'href="#{field}"' in html
    assert f'id="{field}_error"' in html
    assert "<title>Error: " in html
    assert mail.outbox == []


def test_line_breaks_cannot_reach_the_headers_of_the_mail(client: Client) -> None:
    client.post("/help/report/", {**WHAT, "page": "x\nBcc: all@example.org"})
    assert mail.outbox[0].subject == "Problem with a page: x Bcc: all@example.org"
    assert mail.outbox[0].recipients() == mail.outbox[0].to


def test_a_program_that_fills_in_every_field_is_thanked_and_ignored(client: Client) -> None:
    answer = client.post("/help/report/", {**WHAT, "website": "https://buy.example"})
    assert answer.status_code == 302
    assert mail.outbox == []


def test_one_address_cannot_flood_the_mailbox(client: Client) -> None:
    for _ in range(10):
        client.post("/help/report/", WHAT)
    answer = client.post("/help/report/", WHAT)
    assert answer.status_code == 429
    assert "The picture has no words." in answer.content.decode()
    assert len(mail.outbox) == 10
    cache.clear()
    client.post("/help/report/", WHAT)
    assert len(mail.outbox) == 11


def test_needs_its_protection_token() -> None:
    answer = Client(enforce_csrf_checks=True).post("/help/report/", WHAT)
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()
