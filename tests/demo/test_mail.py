"""`/demo/mail/`: the demo's mails, read in the browser; nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def send(folder: Path, subject: str, body: str) -> None:
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder)
    EmailMessage(subject, body, "a@example.org", ["b@example.org"], connection=connection).send()


def test_a_sent_mail_is_listed_and_can_be_read(client: Client, mailbox: Path) -> None:
    send(mailbox, "Confirm your address", "Go to http://localhost:8000/accounts/confirm-email/abc/ <b>now</b>")
    page = client.get("/demo/mail/").content.decode()
    assert "Confirm your address" in page
    link = re.search(r"/demo/mail/[^/\"]+/", page)
    assert link
    message = client.get(link[0]).content.decode()
    assert 'href="http://localhost:8000/accounts/confirm-email/abc/"' in message
    assert "&lt;b&gt;now" in message


def test_an_empty_mailbox_says_how_a_mail_comes(client: Client, mailbox: Path) -> None:
    assert "None yet" in client.get("/demo/mail/").content.decode()
    assert client.get("/demo/mail/nonsense/").status_code == 404


def test_outside_the_demo_there_is_no_mail_page(client: Client) -> None:
    assert client.get("/demo/mail/").status_code == 404
