"""Interactive packages in the CMS: a trainer uploads files, reads what is in them, keeps them, looks after them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.content.models import Library, Package, PackageUpload, PackageVersion
from courses.people.models import User
from courses.people.services.cms import sync_cms_groups
from tests.interop import packages

CHOOSER = "/cms/snippets/choose/content/package/"
pytestmark = pytest.mark.django_db

UPLOAD, UPLOADS = "/cms/packages/upload/", "/cms/packages/uploads/"


def a_file(content: bytes, name: str = "talk.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/zip")


def upload(client: Client, content: bytes, name: str = "talk.zip", to: str = UPLOAD) -> Any:
    return client.post(to, {"packages": a_file(content, name)})


def kept(client: Client, content: bytes, name: str = "talk.zip", title: str = "A talk") -> Package:
    client.post(f"{upload(client, content, name).url}keep/", {"title": title})
    return PackageVersion.objects.latest("pk").package


def refused(answer: Any) -> bool:
    """403, or Wagtail's way of saying it: back to where she may be."""
    return answer.status_code == 403 or (answer.status_code == 302 and "/packages/" not in answer.url.partition("?")[0])


def test_a_file_is_reported_on_and_kept(trainer: Client, tariq: User) -> None:
    answer = upload(trainer, packages.scorm())
    assert answer.status_code == 302
    page = trainer.get(answer.url).content.decode()
    assert "Ready to be kept" in page
    assert "SCORM 1.2" in page
    assert not PackageVersion.objects.exists()  # nothing is stored before she says so

    after = trainer.post(f"{answer.url}keep/", {"title": "A first talk"}, follow=True).content.decode()

    version = PackageVersion.objects.get()
    assert "Kept as version 1." in after
    assert (version.package.title, version.stored_by) == ("A first talk", tariq.person)
    assert version.package.current_version == version
    overview = trainer.get(f"/cms/packages/{version.package_id}/").content.decode()
    assert "In no published lesson yet" in overview


def test_several_at_once_are_listed_with_their_states(trainer: Client) -> None:
    files = [a_file(packages.scorm(), "one.zip"), a_file(b"no zip at all", "two.zip")]
    assert trainer.post(UPLOAD, {"packages": files}).headers["Location"] == UPLOADS
    page = trainer.get(UPLOADS).content.decode()
    assert "Ready to be kept" in page
    assert "Cannot be used" in page


def test_the_script_is_answered_in_its_language(trainer: Client) -> None:
    good = trainer.post(UPLOAD, {"packages": a_file(packages.scorm())}, headers={"accept": "application/json"})
    assert good.json()["uploads"] == [str(PackageUpload.objects.get().pk)]
    bad = trainer.post(UPLOAD, {"packages": a_file(b"x", "film.mp4")}, headers={"accept": "application/json"})
    assert bad.status_code == 400
    assert "neither an .h5p nor a .zip" in bad.json()["message"]


@pytest.mark.parametrize(
    ("files", "words"), [({}, "This field is required"), ({"packages": a_file(b"", "a.zip")}, "empty")]
)
def test_a_form_without_a_usable_file_says_so_at_the_field(trainer: Client, files: Any, words: str) -> None:
    answer = trainer.post(UPLOAD, files)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not PackageUpload.objects.exists()


def test_what_cannot_be_used_is_told_in_words_and_not_kept(trainer: Client) -> None:
    answer = upload(trainer, b"this is no zip file")
    page = trainer.get(answer.url).content.decode()
    assert "Why it cannot be used" in page
    trainer.post(f"{answer.url}keep/", {"title": "Hm"})
    assert not Package.objects.exists()


def test_throwing_away_leaves_nothing(trainer: Client, django_capture_on_commit_callbacks: Any) -> None:
    answer = upload(trainer, packages.scorm())
    file = PackageUpload.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        trainer.post(f"{answer.url}discard/")
    assert not PackageUpload.objects.exists()
    assert not file.storage.exists(str(file.name))


def test_the_same_button_twice_makes_one_version(trainer: Client) -> None:
    answer = upload(trainer, packages.scorm())
    for _ in range(2):
        trainer.post(f"{answer.url}keep/", {"title": "Once"})
    assert PackageVersion.objects.count() == 1


def test_a_changed_file_becomes_the_next_version_and_the_old_one_stays(trainer: Client) -> None:
    package = kept(trainer, packages.scorm())
    changed = packages.zipped(packages.scorm_files() | {"more.txt": "More words."})
    answer = upload(trainer, changed, to=f"/cms/packages/{package.pk}/upload/")
    trainer.post(f"{answer.url}keep/")
    package.refresh_from_db()
    assert [version.number for version in package.versions.all()] == [2, 1]
    assert package.current_version == package.versions.get(number=2)


def test_unknown_libraries_wait_for_a_curator(trainer: Client, admin_client: Client, admin: User) -> None:
    sync_cms_groups(admin)
    answer = upload(trainer, packages.h5p(), "choice.h5p")
    assert "nobody has approved here yet" in trainer.get(answer.url).content.decode()
    assert refused(trainer.post(f"{answer.url}keep/"))
    assert not Library.objects.exists()

    assert "Approve its libraries" in admin_client.get(answer.url).content.decode()
    admin_client.post(f"{answer.url}keep/", {"title": "Choice"})

    assert Library.objects.exists()
    assert PackageVersion.objects.get().kind == "h5p"


def test_put_away_it_can_be_chosen_no_more_and_brought_back(trainer: Client) -> None:
    package = kept(trainer, packages.scorm(), title="The long talk")
    listed = trainer.get(CHOOSER).content.decode()
    assert "The long talk" in listed
    trainer.post(f"/cms/packages/{package.pk}/put-away/")
    assert "The long talk" not in trainer.get(CHOOSER).content.decode()
    trainer.post(f"/cms/packages/{package.pk}/put-away/", {"back": "1"})
    assert "The long talk" in trainer.get(CHOOSER).content.decode()


def test_the_list_and_the_page_of_a_package_are_for_trainers(
    trainer: Client, amara_client: Client, ben_client: Client, olga_client: Client
) -> None:
    package = kept(trainer, packages.scorm())
    upload_id = PackageUpload.objects.get().pk
    addresses = [UPLOAD, UPLOADS, f"{UPLOADS}{upload_id}/", f"/cms/packages/{package.pk}/"]
    for address in addresses:
        assert trainer.get(address).status_code == 200
        for outsider in (amara_client, ben_client, olga_client):
            assert refused(outsider.get(address))
    for outsider in (amara_client, ben_client, olga_client):
        outsider.post(f"/cms/packages/{package.pk}/put-away/")
    package.refresh_from_db()
    assert package.archived_at is None


def test_another_trainers_upload_is_not_hers(trainer: Client, rosa_client: Client, rosa: User) -> None:
    sync_cms_groups(rosa)
    answer = upload(trainer, packages.scorm())
    assert refused(rosa_client.get(answer.url))
    assert refused(rosa_client.post(f"{answer.url}discard/"))
    assert PackageUpload.objects.exists()


@pytest.mark.parametrize("number", [1, 12])
def test_the_lists_ask_as_often_for_one_as_for_many(
    trainer: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    for index in range(number):
        upload(trainer, packages.scorm(), f"talk{index}.zip")
    trainer.get(UPLOADS)
    with django_assert_max_num_queries(12):
        trainer.get(UPLOADS)
