"""The arena as it stands on the open net: nginx in front with https, cookies for https alone."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import Browser, expect

from arena.identity.staff import Role
from arena.web.guard import COOKIE
from tests.browser.visitor import CHROMIUM, LONG, Visitor
from tests.forked import ForkedArena
from tests.servers import free_port, need
from tests.staffing import hire, staff_at

NGINX = Path("/usr/sbin/nginx")
OPENSSL = Path("/usr/bin/openssl")
CONFIGURATION = """\
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
        client_max_body_size 12m;
        location / {{
            proxy_pass http://127.0.0.1:{upstream}; proxy_http_version 1.1;
            proxy_set_header Host $http_host; proxy_set_header Connection "";
        }}
    }}
}}
"""


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """An arena with `ARENA_HTTPS=1`, nginx before it, and an operator with her password and codes."""
    need(Path(CHROMIUM).exists(), f"Chromium ({CHROMIUM})")
    need(NGINX.exists() and OPENSSL.exists(), "nginx and openssl")
    folder, port = tmp_path_factory.mktemp("front"), free_port()
    arena = ForkedArena(folder, ARENA_HTTPS="1", ARENA_DEMO_SPEED="50")
    arena.start()
    _, book = staff_at(folder, f"sqlite:///{folder}/arena.db")
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([str(OPENSSL), *made, *files, "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)
    config = folder / "nginx.conf"
    config.write_text(CONFIGURATION.format(folder=folder, port=port, upstream=arena.port))
    process = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(config)])
    transport = httpx.HTTPTransport(verify=False, retries=20)
    with httpx.Client(transport=transport) as client:
        client.get(f"https://127.0.0.1:{port}/readyz").raise_for_status()
    yield SimpleNamespace(url=f"https://127.0.0.1:{port}", member=hire(book, Role.OPERATOR))
    process.terminate()
    process.wait(timeout=10)
    book.store.close()
    arena.stop()


@pytest.fixture
def come(browser: Browser, front: SimpleNamespace):
    """Come in through nginx; nothing may go wrong on any page."""
    visitor = Visitor(browser, front.url, ignore_https_errors=True)
    yield visitor
    troubles = visitor.troubles
    visitor.close()
    assert troubles == []


def test_a_rehearsal_behind_nginx(come, front):
    """The operator signs in over https, starts a rehearsal, and sees that every vote was kept."""
    page, member = come.page, front.member
    come.go("/ko/sign-in?next=/ko/operator/rehearsal")
    page.locator("#name").fill(member.name)
    page.locator("#password").fill(member.password)
    page.locator("#code").fill(member.code(datetime.now(UTC)))
    page.keyboard.press("Enter")
    expect(page.locator(".text").filter(has_text="연습한 적이 없습니다").first).to_be_visible(timeout=LONG)
    page.get_by_label("투표 수").fill("20")
    page.get_by_label("가상 시민 수").fill("5")
    page.get_by_role("button", name="연습 시작").press("Enter")
    expect(page.locator(".text").filter(has_text="연습을 마쳤습니다").first).to_be_visible(timeout=2 * LONG)

    cookies = {one["name"]: one for one in come.context.cookies()}
    assert cookies["arena_staff"]["secure"]
    assert page.url == f"{front.url}/ko/operator/rehearsal"


def test_a_battle_behind_nginx(come):
    """A citizen asks, reads both answers as they are written, and votes, over https."""
    come.consent()
    come.ask()
    come.answered()
    come.vote()

    assert come.me()["votes"] == 1
    assert [one["secure"] for one in come.context.cookies() if one["name"] == COOKIE] == [True]
