"""The addresses of a package's host, asked absurdly: never a 500, nothing of the site's, nothing written."""

from __future__ import annotations

import io
from typing import Any

import pytest

from courses.content import trees
from courses.interop.content_host import player_page
from courses.people.models import User
from courses.records.models import ActivityCall, Event
from tests.interop.hosting import Opened, body, on_host, opened
from tests.packages import make_package

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
ODD = (
    "/%00", "/%ff%fe", "//", "/..", "/../", "/%2e%2e/%2e%2e/etc/passwd", "/files", "/files//", "/files/x/y",
    "/files/" + "a" * 4000 + "/b/c", "/player/" + "0" * 32 + "/../../manage.py", "/launch/" + "x" * 8000 + "/",
    "/launch/./", "/launch/%2f/", "/launch/x/calls/", "/launch/x/y/calls", "/cms/login/", "/?next=/manage/",
    "/launch/\u0130/", "/files/\u2028/\u2029/x",
)  # fmt: skip
HEADERS = (
    {"Range": "bytes=" + "9" * 5000}, {"Range": "bytes=0-0," * 500}, {"Range": "bytes=-9999999999999999999"},
    {"Range": "bytes=00000000000000000000-1"}, {"If-None-Match": '"' * 2000}, {"If-None-Match": 'W/"' + "x" * 9000},
    {"If-Range": "\u0130"}, {"Accept-Encoding": "gzip;q=" + "0" * 5000}, {"Accept-Encoding": "," * 5000},
    {"Accept-Encoding": "gzip;q=nonsense"}, {"If-Modified-Since": "never"}, {"Cookie": "sessionid=\x01; a=b"},
    {"X-Forwarded-Host": "localhost"}, {"X-Original-URL": "/cms/"}, {"X-HTTP-Method-Override": "DELETE"},
    {"Origin": "null"}, {"Content-Type": "text/plain; charset=hex"}, {"Content-Type": "multipart/form-data"},
)  # fmt: skip


@pytest.fixture
def hers(amara: User) -> Opened:
    return opened(amara, make_package())


def pages(hers: Opened) -> dict[str, str]:
    public_id, token = hers.package.public_id, hers.token()
    return {
        "page": f"/launch/{token}/",
        "calls": f"/launch/{token}/calls",
        "file": f"{player_page.files_address(public_id, hers.version.sha256)}/h5p.json",
        "player": f"{player_page.player_address(public_id)}/calls.js",
    }


def ask(hers: Opened, method: str, path: str, **more: Any) -> Any:
    asked = on_host(hers.package)
    asked.raise_request_exception = False
    return getattr(asked, method)(path, **more)


def test_odd_addresses(hers: Opened) -> None:
    for path in ODD:
        for method in METHODS:
            answer = ask(hers, method, path)
            assert answer.status_code in {400, 404, 405}, (method, path)
            assert b"Alongside" not in body(answer)
            assert not answer.cookies


def test_odd_heads(hers: Opened) -> None:
    for name, path in pages(hers).items():
        for headers in HEADERS:
            for method in METHODS:
                answer = ask(hers, method, path, headers=headers)
                assert answer.status_code < 500, (name, method, headers)
                assert "worker-src 'none'" in answer["Content-Security-Policy"]
                assert not answer.cookies
    assert not ActivityCall.objects.exists()


def test_odd_bodies(hers: Opened) -> None:
    before = Event.objects.exclude(data__has_key="refused").count()
    deep = b'{"calls":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    odd = [
        b"\x00", b"\xff" * 1000, deep, b'{"calls": [], "calls": 1}', b'{"calls": [{"seq": 1e400, "kind": "state"}]}',
        b'{"calls": [{"seq": NaN, "kind": "state"}]}', b'{"calls": [{"seq": true, "kind": "state"}]}',
        b'{"calls": {"0": {}}}', b'{"calls": "x", "token": {}}', b"calls=1&token=2", b"\xef\xbb\xbf{}",
    ]  # fmt: skip
    for data in odd:
        for kind in (
            "text/plain",
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ):
            answer = ask(hers, "post", pages(hers)["calls"], data=data, content_type=kind)
            assert answer.status_code == 400, (data[:40], kind)
    assert not ActivityCall.objects.exists()
    assert Event.objects.exclude(data__has_key="refused").count() == before


def test_what_is_kept_in_a_tree_is_served_whatever_its_name(amara: User) -> None:
    """The importer refuses such names; if one got in, it is a file like any other, and no way out."""
    names = ["../x.txt", "/etc/passwd", "a\\b.txt", "con.txt", "x\r\nSet-Cookie: a=b.txt", 'x"y.txt', "x;y.txt"]
    files = {name: trees.put_blob(io.BytesIO(b"its own")) for name in ["h5p.json", *names]}
    package = make_package()
    tree = trees.put_tree(files)
    folder = player_page.files_address(package.public_id, tree)
    for name in names:
        answer = on_host(package).get(f"{folder}/{name}".replace("\r\n", "%0d%0a").replace('"', "%22"))
        assert answer.status_code in {200, 404}, name
        if answer.status_code == 200:
            assert body(answer) == b"its own"
        assert not answer.cookies
        assert "Set-Cookie" not in answer.headers
