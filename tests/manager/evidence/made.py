"""Packs made for tests, and read as an auditor would."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from html import unescape
from typing import Any

from django.test import Client

from courses.manager.models import EvidencePack
from courses.people.jobs import work_on


def asked(client: Client, **choice: Any) -> EvidencePack:
    """A pack, asked for on the screen, and worked on."""
    response = client.post("/manage/evidence/new/", choice)
    assert response.status_code == 302, response.content.decode()[-3000:]
    pack = EvidencePack.objects.get(public_id=response.headers["Location"].rstrip("/").rsplit("/", 1)[1])
    assert pack.job
    work_on.call(pack.job.pk)
    return EvidencePack.objects.select_related("job", "organisation").get(pk=pack.pk)


def opened(pack: EvidencePack) -> zipfile.ZipFile:
    assert pack.file, pack.job and pack.job.said
    return zipfile.ZipFile(io.BytesIO(pack.file.read()))


def text_of(pack: zipfile.ZipFile, name: str) -> str:
    """What a page says, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", pack.read(name).decode())).split())


def everything(pack: zipfile.ZipFile) -> str:
    """All that can be read anywhere in it, names of files too."""
    readable = [name for name in pack.namelist() if not name.endswith((".pdf", ".xlsx", ".png", ".sig"))]
    return "\n".join([*pack.namelist(), *(pack.read(name).decode() for name in readable)])


def unlisted(pack: zipfile.ZipFile) -> list[str]:
    """What is not as the manifest says; nothing for a whole pack."""
    listed = {one["path"]: one for one in json.loads(pack.read("manifest.json"))["files"]}
    names = set(pack.namelist()) - {"manifest.json", "manifest.sig", "manifest.sig.txt"}
    wrong = sorted(names ^ set(listed))
    for name in names & set(listed):
        content = pack.read(name)
        if (len(content), hashlib.sha256(content).hexdigest()) != (listed[name]["bytes"], listed[name]["sha256"]):
            wrong.append(name)
    return wrong
