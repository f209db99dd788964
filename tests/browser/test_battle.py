import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.visitor import LONG, QUESTION, Visitor
from tests.browser.wire import wire

NETWORK = re.compile(r"net::ERR_(CONNECTION|INTERNET|EMPTY|INCOMPLETE|NETWORK|ABORTED)")


def test_whole_battle_by_mouse(guest):
    """A citizen consents, takes a suggestion, edits it, reads, votes, says why and goes on, by mouse."""
    page = guest.page
    guest.go("/")
    expect(page).to_have_url(f"{guest.url}/ko/")
    expect(page.locator("#consent")).to_contain_text("개인정보")
    page.locator("#consent-yes").click()
    page.get_by_label("수학").check()
    page.locator(".chip").first.click()
    expect(page.locator("#prompt")).to_be_focused()
    page.locator("#prompt").press_sequentially(" 쉽게요.")
    page.get_by_role("button", name="두 AI에게 묻기").click()

    expect(page.locator(".pane").first).to_have_attribute("aria-busy", "true")
    guest.answered()
    for pane in page.locator(".pane").all():
        expect(pane).to_have_attribute("aria-busy", "false")
        expect(pane).to_contain_text("생성형 AI 답변")
    page.get_by_role("button", name="둘 다 좋다").click()

    expect(page.get_by_role("heading", name="고맙습니다. 투표가 기록되었습니다.")).to_be_focused()
    expect(page.locator("#thanks-count")).to_have_text("1 / 20")
    page.get_by_text("영수증 자세히 보기").click()
    expect(page.locator("#thanks-leaf")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    tag = page.get_by_role("group", name="답변 B").get_by_role("button", name="간결해요")
    tag.click()
    expect(tag).to_have_attribute("aria-pressed", "true")
    page.get_by_label("남기고 싶은 말").fill("둘 다 쉬웠어요")
    page.get_by_role("button", name="의견 저장").click()
    expect(page.locator("#feedback-status")).to_contain_text("저장했습니다")
    page.get_by_role("button", name="다음 대결").click()

    expect(page.locator("#prompt")).to_be_focused()
    expect(page.locator("#prompt")).to_have_value("")
    record = guest.me()["record"]
    assert record[0]["verdict"] == "tie"
    assert record[0]["category"] == "math"


def test_whole_battle_by_keyboard(guest):
    """The same battle is possible with the keyboard alone, and focus is never lost."""
    page, keys = guest.page, guest.page.keyboard
    guest.go()
    expect(page.locator("#consent-yes")).to_be_visible()
    tab_to(page, "#consent-yes")
    keys.press("Enter")
    expect(page.locator("#prompt")).to_be_focused()
    keys.type("1부터 100까지 더하면 얼마인가요? AB12")
    keys.press("Control+Enter")
    guest.answered()
    assert guest.me()["votes"] == 0
    assert page.evaluate("document.activeElement.matches('.turn')")
    keys.press("2")
    expect(page.locator("#thanks h2")).to_be_focused()
    expect(page.locator("#thanks-verdict")).to_have_text("B가 더 좋다")
    tab_to(page, '.tags[data-side="b"] [data-reason="clear"]')
    keys.press("Space")
    tab_to(page, "#feedback-save")
    keys.press("Enter")
    expect(page.locator("#feedback-status")).to_contain_text("저장했습니다")
    tab_to(page, "[data-next]", back=True)
    keys.press("Enter")

    expect(page.locator("#prompt")).to_be_focused()
    assert guest.me()["votes"] == 1


def tab_to(page, selector, *, back=False):
    """Press Tab until an element has the focus; the focus must always be somewhere visible."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_keys_do_not_vote_while_typing(guest):
    """Letters and digits typed into a box are text, and the keys can be turned off."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    page.locator("#follow-prompt").press_sequentially("1 a 2 b n t")
    page.locator("#keys").uncheck()
    page.locator("#verdict-title").focus()
    page.keyboard.press("1")
    page.keyboard.press("b")
    page.wait_for_timeout(300)

    assert guest.me()["votes"] == 0
    expect(page.locator("#choice")).to_be_visible()


def test_double_click_is_one_vote(guest):
    """A double click on a verdict casts one vote, and the first verdict stands."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    page.evaluate(
        """() => { const [a, b] = document.querySelectorAll('[data-verdict]');
                   a.click(); a.click(); b.click(); }"""
    )
    expect(page.locator("#thanks")).to_be_visible()

    assert guest.me()["votes"] == 1
    assert guest.me()["record"][0]["verdict"] == "a"


def test_ask_on_until_the_turns_are_used(guest):
    """She may ask on, both sides answer again, and the box goes when the turns are used."""
    page = guest.page
    guest.consent()
    guest.ask()
    for turn in range(2, 5):
        guest.answered()
        page.locator("#follow-prompt").fill(f"{turn}번째 질문입니다")
        page.locator("#follow-send").click()
        expect(page.locator(".turn")).to_have_count(turn)
    guest.answered()

    expect(page.locator("#follow")).to_be_hidden()
    guest.vote("both_bad")
    assert guest.me()["votes"] == 1


def test_skip_and_again(guest):
    """A battle given up costs no vote, and the same question is one tap away."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    page.locator("#skip").click()
    expect(page.locator("#void h2")).to_be_focused()
    expect(page.locator("#void-text")).to_contain_text("투표 수는 줄지 않습니다")
    page.locator("#again").click()
    guest.answered()

    expect(page.locator(".prompt")).to_have_text(QUESTION)
    assert guest.me()["votes"] == 0


def test_reload_brings_everything_back(paced, browser):
    """Reloading while the answers are written, and after, shows the same battle; no model is asked twice."""
    before = paced.asked()
    citizen = Visitor(browser, paced.arena.url)
    citizen.consent()
    citizen.ask()
    citizen.growing()
    citizen.page.reload()
    citizen.growing()
    expect(citizen.page.locator(".prompt")).to_have_text(QUESTION)
    citizen.answered()
    texts = citizen.page.locator(".reply").all_inner_texts()
    citizen.page.reload()
    citizen.answered()

    assert words_of(citizen.page.locator(".reply").all_inner_texts()) == words_of(texts)
    assert paced.asked() - before == 2
    citizen.vote()
    citizen.page.reload()
    expect(citizen.page.locator("#thanks")).to_be_visible()
    expect(citizen.page.locator("#thanks-leaf")).not_to_be_empty()
    assert citizen.troubles == []
    citizen.close()


def test_draft_survives_a_reload(guest):
    """A question that was not sent yet is still there after a reload."""
    guest.consent()
    guest.page.locator("#prompt").fill("아직 보내지 않은 질문")
    guest.page.reload()

    expect(guest.page.locator("#prompt")).to_have_value("아직 보내지 않은 질문")


def slowed(teams):
    """Let the teams' servers write so slowly that nobody is done when something happens."""
    httpx.put(f"{teams.url}/control/speed", json={"factor": 0.4}).raise_for_status()


def test_team_server_killed(start, teams, browser):
    """When a team's server dies in the middle of an answer, she reads a kind message and can ask again."""
    slowed(teams)
    arena = start(teams.url)
    citizen = Visitor(browser, arena.url)
    citizen.consent()
    citizen.ask()
    citizen.growing()
    teams.stop()

    expect(citizen.page.locator("#void")).to_be_visible(timeout=LONG)
    expect(citizen.page.locator("#void-text")).to_contain_text("잘못이 아닙니다")
    expect(citizen.page.get_by_role("button", name="같은 질문으로 다시")).to_be_visible()
    assert citizen.me()["votes"] == 0
    assert citizen.troubles == []
    citizen.close()


def test_arena_restarted(start, teams, browser):
    """When the arena restarts in the middle of an answer, the page comes back by itself and says so."""
    slowed(teams)
    arena = start(teams.url)
    citizen = Visitor(browser, arena.url)
    citizen.consent()
    citizen.ask()
    citizen.growing()
    arena.kill()
    expect(citizen.page.locator("#status")).to_contain_text("다시 잇는 중", timeout=LONG)
    arena.start()

    expect(citizen.page.locator("#void-text")).to_contain_text("서버가 다시 시작", timeout=LONG)
    httpx.put(f"{teams.url}/control/speed", json={"factor": 5}).raise_for_status()
    citizen.page.locator("#again").click()
    citizen.answered()
    citizen.vote()
    assert [trouble for trouble in citizen.troubles if not NETWORK.search(trouble)] == []
    citizen.close()


def words_of(texts):
    """Give the words of texts, however they are broken into lines."""
    return [text.split() for text in texts]


def test_lost_connection(paced, browser):
    """When her network goes away and comes back, the answers go on where they were, without a reload."""
    before = paced.asked()
    with wire(paced.arena.port) as line:
        citizen = Visitor(browser, line.url)
        citizen.consent()
        citizen.ask("파이썬으로 점수의 평균을 구하는 코드를 보여 주세요.")
        citizen.growing()
        for _ in range(2):
            line.cut()
            expect(citizen.page.locator("#status")).to_contain_text("다시 잇는 중", timeout=LONG)
            line.mend()
            expect(citizen.page.locator("#status")).not_to_contain_text("다시 잇는 중", timeout=LONG)
        citizen.answered()
        shown = words_of(citizen.page.locator(".reply").all_inner_texts())
        citizen.page.reload()
        citizen.answered()

        assert shown == words_of(citizen.page.locator(".reply").all_inner_texts())
        assert paced.asked() - before == 2
        assert [trouble for trouble in citizen.troubles if not NETWORK.search(trouble)] == []
        citizen.close()


def test_two_tabs(paced, browser):
    """Two tabs show one battle, and a tab notices what was voted in the other."""
    citizen = Visitor(browser, paced.arena.url)
    citizen.consent()
    citizen.ask()
    citizen.growing()
    other = citizen.tab()
    other.goto(f"{citizen.url}/ko/")
    expect(other.locator(".prompt")).to_have_text(QUESTION)
    citizen.answered()
    expect(other.locator("#choice")).to_be_visible(timeout=LONG)
    other.locator('[data-verdict="b"]').click()
    expect(other.locator("#thanks")).to_be_visible()
    citizen.page.bring_to_front()
    citizen.page.evaluate("dispatchEvent(new Event('focus'))")

    expect(citizen.page.locator("#thanks")).to_be_visible()
    expect(citizen.page.locator("#thanks-verdict")).to_have_text("B가 더 좋다")
    assert citizen.me()["votes"] == 1
    assert citizen.troubles == []
    citizen.close()


def test_personal_data_is_taken_out(guest):
    """A phone number in a question is gone before it leaves, the page says so, and a reload keeps both."""
    guest.consent()
    guest.ask("010-1234-5678로 보낼 안부 문자를 써 주세요.")
    guest.answered()
    shown = guest.page.locator(".asked").inner_text()
    guest.page.reload()
    guest.settled()

    assert "[전화번호]로 보낼 안부 문자를 써 주세요." in shown
    assert "개인정보로 보이는 부분(전화번호)을 가린 뒤에" in shown
    expect(guest.page.locator(".asked")).to_have_text(re.compile(re.escape("[전화번호]로 보낼")))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ko", "남기신 말에서 개인정보로 보이는 부분(전화번호)을 지우고 저장했습니다."),
        ("en", "What looked like personal data (phone number) was taken out of your comment"),
    ],
)
def test_personal_data_is_taken_out_of_a_comment(guest, language, told):
    """A phone number in a comment is gone before it is kept, and the page says so, now and after a reload."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    guest.vote()
    guest.go(f"/{language}/")
    page.locator("#comment").fill("010-1234-5678로 답을 주세요.")
    page.locator("#feedback-save").click()
    expect(page.locator("#comment-taken")).to_contain_text(told)
    kept = page.locator("#comment").input_value()
    page.reload()

    expect(page.locator("#comment-taken")).to_contain_text(told)
    assert "010-1234-5678" not in kept
    assert page.locator("#comment").input_value() == kept


def test_personal_data_is_taken_out_on_the_way_out(guest):
    """Who writes a phone number and goes on is told at the next question."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    guest.vote()
    page.locator("#comment").fill("010-1234-5678로 답을 주세요.")
    page.get_by_role("button", name="다음 대결").click()
    expect(page.locator("#prompt")).to_be_focused()

    expect(page.locator("#status")).to_contain_text("개인정보로 보이는 부분(전화번호)을 지우고 저장했습니다.")


def test_second_tab_cannot_start_another(guest):
    """A question sent while another battle waits for a vote brings that battle back and keeps the draft."""
    guest.consent()
    other = guest.tab()
    other.goto(f"{guest.url}/ko/")
    other.locator("#prompt").fill("다른 창의 질문")
    guest.ask()
    guest.answered()
    other.locator("#ask-send").click()
    expect(other.locator("#choice")).to_be_visible(timeout=LONG)

    expect(other.locator("#alert")).not_to_be_empty()
    expect(other.locator(".prompt")).to_have_text(QUESTION)
    guest.vote()
    other.wait_for_timeout(1_100)  # the page looks again after a second at the earliest
    other.evaluate("dispatchEvent(new Event('focus'))")
    expect(other.locator("#thanks")).to_be_visible()
    expect(other.locator("#alert")).to_be_empty()
    assert [trouble for trouble in guest.troubles if "409" not in trouble] == []
    guest.troubles.clear()


@pytest.mark.parametrize(("status", "presses"), [(None, 2), (503, 2), (403, 1), (404, 1)])
def test_opinion_that_cannot_be_saved(guest, status, presses):
    """An opinion that cannot be saved holds nobody back: she is told, and the second press goes on."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    guest.vote()
    page.locator(".tag").first.click()
    body = {"error": "x", "message": "지금은 안 됩니다."}
    page.route(
        "**/vote",
        lambda route: (
            route.fulfill(status=status, json=body) if status else route.abort("internetdisconnected")
        ),
    )
    if presses == 2:
        page.get_by_role("button", name="다음 대결").click()
        expect(page.locator("#feedback-status")).to_contain_text("저장하지 못했습니다")
        expect(page.locator("#thanks")).to_be_visible()
    page.get_by_role("button", name="다음 대결").click()

    expect(page.locator("#prompt")).to_be_focused()
    assert [trouble for trouble in guest.troubles if "page error" in trouble] == []
    guest.troubles.clear()


def test_answers_in_the_language_of_the_page(guest):
    """Every call of the API says in which language its page is."""
    for language in ("en", "ko"):
        with guest.page.expect_request("**/api/round") as asked:
            guest.go(f"/{language}/")

        assert asked.value.headers["arena-language"] == language


def test_report(guest):
    """A harmful answer is reported in a dialog that gives the focus back."""
    page = guest.page
    guest.consent()
    guest.ask()
    guest.answered()
    button = page.get_by_role("button", name="답변 B 신고")
    button.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="신고하기").click()
    expect(page.locator("#report-alert")).to_have_text("하나를 골라 주세요.")
    page.get_by_label("해로운 거짓입니다").check()
    with page.expect_request("**/reports") as sent:
        page.get_by_role("button", name="신고하기").click()
    assert sent.value.post_data_json == {"side": "b", "turn": 1, "harm": "false", "comment": ""}
    expect(page.locator("#status")).to_contain_text("신고를 받았습니다")

    expect(button).to_be_focused()


def test_record_and_erase(guest):
    """She sees her own record and erases it in two steps."""
    page = guest.page
    guest.consent()
    guest.ask("**굵은** <b>질문</b> $$x$$ `코드`")
    guest.answered()
    guest.vote()
    guest.go("/ko/record")
    expect(page.locator(".prose.record li")).to_contain_text("**굵은** <b>질문</b> $$x$$ `코드`")
    expect(page.locator(".prose.record li")).to_contain_text("A가 더 좋다")
    page.locator("#erase-ask").click()
    expect(page.locator("#erase-no")).to_be_focused()
    page.locator("#erase-yes").click()
    expect(page.locator("#erase-status")).to_contain_text("지웠습니다")

    expect(page.locator(".prose.record")).to_contain_text("아직 기록이 없습니다")
    assert guest.me()["consented"] is False


@pytest.mark.parametrize("language", ["ko", "en"])
def test_withdrawing_votes(guest, language):
    """Who erases her record can take her votes back as well; who has none is not asked."""
    page = guest.page
    guest.consent()
    guest.go(f"/{language}/record")
    page.locator("#erase-ask").click()
    expect(page.locator("#withdraw-yes")).to_be_hidden()
    guest.go("/ko")
    guest.ask("하늘은 왜 파란가요?")
    guest.answered()
    guest.vote()
    guest.go(f"/{language}/record")
    page.locator("#erase-ask").click()
    expect(page.locator("#withdraw-text")).to_be_visible()

    page.locator("#withdraw-yes").click()

    said = {"ko": "투표를 거두었습니다", "en": "your votes are taken back"}[language]
    expect(page.locator("#erase-status")).to_contain_text(said)
    assert guest.me()["consented"] is False


def test_empty_and_long_questions(guest):
    """An empty or an over-long question is not sent; the page says what to do."""
    page = guest.page
    guest.consent()
    page.locator("#ask-send").click()
    expect(page.locator("#alert")).to_have_text("질문을 적어 주세요.")
    page.locator("#prompt").fill("가" * 20_000)
    expect(page.locator("#prompt-count")).to_have_attribute("data-over", "true")
    page.locator("#ask-send").click()
    expect(page.locator("#alert")).to_contain_text("16,000자를 줄여")

    expect(page.locator("#prompt")).to_be_focused()
    assert guest.me()["battle"] is None


@pytest.mark.parametrize(
    "question",
    [
        "🙂🙃" * 50,
        "שלום, מה שלומך?",
        "가" * 3_999 + "!",
        "https://example.org/" + "a" * 900,
        "줄\n\n바꿈\t탭",
    ],
    ids=["emoji", "rtl", "long", "unbroken", "lines"],
)
def test_odd_questions(visit, question):
    """Emoji, right-to-left, long and unbroken questions are shown whole, without widening the page."""
    citizen = visit(viewport={"width": 360, "height": 740})
    citizen.consent()
    citizen.ask(question)
    citizen.answered()

    assert citizen.page.locator(".prompt").inner_text().strip() == question
    assert citizen.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_english_by_browser_and_switch(visit):
    """An English browser gets English, the switch changes page and messages, and the choice is kept."""
    citizen = visit(locale="en-US")
    page = citizen.page
    citizen.go("/")
    expect(page).to_have_url(f"{citizen.url}/en/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which answer is better?")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="한국어").click()
    expect(page).to_have_url(f"{citizen.url}/ko/rules")
    citizen.settled()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    citizen.go("/")

    expect(page).to_have_url(f"{citizen.url}/ko/")


def test_cap_reached(paced, browser):
    """Who has used all her votes is thanked and asked nothing more."""
    paced.speed(20)
    citizen = Visitor(browser, paced.arena.url)
    citizen.consent()
    citizen.ask()
    citizen.answered()
    citizen.vote()
    citizen.page.get_by_role("button", name="다음 대결").click()

    expect(citizen.page.get_by_role("heading", name="이번 회차의 투표를 모두 마쳤습니다")).to_be_focused()
    assert citizen.troubles == []
    citizen.close()


@pytest.mark.parametrize(
    ("opens", "closes", "says"), [(1, 2, "아직 열리지 않았습니다"), (-2, -1, "이 회차는 끝났습니다")]
)
def test_round_not_open(start, browser, opens, closes, says):
    """Before the opening and after the closing time the page says so and takes no question."""
    now = datetime.now(UTC).replace(microsecond=0)
    times = {"opens": opens, "closes": closes}
    arena = start(changes={name: (now + timedelta(days=day)).isoformat() for name, day in times.items()})
    citizen = Visitor(browser, arena.url)
    citizen.go()

    expect(citizen.page.get_by_role("heading", name=says)).to_be_visible()
    expect(citizen.page.locator("#ask")).to_be_hidden()
    assert citizen.troubles == []
    citizen.close()


def test_standings_sealed_and_live(start, guest, browser):
    """Sealed standings say until when and why; live ones are a table."""
    guest.go("/ko/standings")
    guest.settled()
    expect(guest.page.locator("gradio-app")).to_contain_text("봉인되어 있습니다")
    expect(guest.page.locator("gradio-app")).to_contain_text("2030년 1월 1일 00:00")
    expect(guest.page.locator("gradio-app")).not_to_contain_text("**")
    arena = start(changes={"standings": "live"})
    citizen = Visitor(browser, arena.url)
    citizen.go("/ko/standings")
    citizen.settled()

    expect(citizen.page.locator("gradio-app")).to_contain_text("아직 순위가 없습니다")
    assert citizen.troubles == []
    citizen.close()
