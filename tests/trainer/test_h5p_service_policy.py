"""The button "Edit in the H5P editor" leads on to the service: the CMS's content policy has to let it, and no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def form_action(client: Client, path: str) -> str:
    policy = client.get(path)["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("form-action"))


def test_forms_of_the_cms_may_lead_to_the_service(tariq_client: Client, settings: Any) -> None:
    settings.H5P_SERVICE_URL = "https://h5p.example.org/"
    assert form_action(tariq_client, "/cms/") == "form-action 'self' https://h5p.example.org"


def test_without_a_service_they_lead_nowhere(tariq_client: Client, settings: Any) -> None:
    settings.H5P_SERVICE_URL = ""
    assert form_action(tariq_client, "/cms/") == "form-action 'self'"


def test_forms_elsewhere_never_do(client: Client, settings: Any) -> None:
    settings.H5P_SERVICE_URL = "https://h5p.example.org"
    assert form_action(client, "/help/") == "form-action 'self'"
