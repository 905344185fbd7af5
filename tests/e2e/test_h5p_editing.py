"""From a stored version to a working copy in the real authoring service, and back as a version of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from courses.content import trees
from courses.content.models import Package
from courses.interop.h5p.editing import changed_package, open_copy
from courses.interop.h5p.service import client_for
from courses.people.models import User
from tests.interop.packages import PNG, h5p_files, zipped
from tests.interop.uploading import checked, kept
from tests.support.h5p_service import RunningService, running_service

pytestmark = pytest.mark.django_db
PICTURE = {"path": "images/one.png", "mime": "image/png", "width": 1, "height": 1}


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Iterator[RunningService]:
    with running_service(tmp_path_factory.mktemp("h5p")) as running:
        settings.H5P_SERVICE_URL, settings.H5P_SERVICE_TOKEN = running.url, running.secret
        yield running


def test_a_stored_version_is_edited_and_becomes_a_new_one(service: RunningService, tariq: User) -> None:
    content = {**json.loads(str(h5p_files()["content/content.json"])), "picture": PICTURE}
    first = kept(zipped({**h5p_files(content), "content/images/one.png": PNG}), by=tariq.person)

    copy = open_copy(user=tariq, version=first)
    client = client_for(tariq)
    assert client.role == "trainer"
    params = {**client.read(copy.id).params, "question": "<p>Who cares?</p><script>alert(1)</script>"}
    client.save(copy.id, params=params, metadata={"title": "Who cares?"})
    with changed_package(client, copy.id, name="edited.h5p") as file:
        data = file.read()
    upload = checked(data, package=first.package)
    assert (upload.status, upload.faults) == ("ready", [])

    second = kept(data, by=tariq.person, package=Package.objects.get(pk=first.package_id))
    assert (second.number, second.title) == (2, "Who cares?")
    changed = json.loads(trees.read_file(second.sha256, "content/content.json"))
    assert changed["question"] == "<p>Who cares?</p>"
    assert trees.read_file(second.sha256, f"content/{changed['picture']['path']}") == PNG
    library = "Test.Choice-1.1/scripts/library.js"
    assert trees.tree(second.sha256)[library] == trees.tree(first.sha256)[library], "the same blob"
    client.delete(copy.id)
