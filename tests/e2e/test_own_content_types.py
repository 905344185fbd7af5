"""Our own H5P content types in a browser, played by h5p-standalone under the strict policy: with the keyboard alone,
with axe at both widths, left and taken up again, and with content that means harm."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support import h5p_stage
from tests.support.h5p_stage import Stage

from .conftest import Axe, overflow

TALK, SEVERAL, SINGLE = "first-talk-with-a-carer", "one-late-morning", "just-her-husband"
Context = Callable[..., BrowserContext]
Data = dict[str, Any]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with h5p_stage.stage(tmp_path_factory.mktemp("own-content-types")) as found:
        yield found


def said(page: Page) -> list[Data]:
    """The statements so far."""
    found: list[Data] = page.evaluate("window.said")
    return found


def verbs(page: Page) -> list[str]:
    return [statement["verb"]["display"]["en-US"] for statement in said(page)]


def state(page: Page) -> Any:
    return page.evaluate("window.instance.getCurrentState()")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def walk_to(page: Page, text: str) -> None:
    """Tabs on until the focus is on what has this text."""
    for _ in range(30):
        if text in page.evaluate("document.activeElement.closest('label, button')?.textContent || ''"):
            return
        press(page, "Tab")
    pytest.fail(f"The keyboard does not come to {text}")


def best(files: dict[str, bytes]) -> list[str]:
    """What the best way through the talk says, choice by choice."""
    content = json.loads(files["content/content.json"])
    steps = {step["id"]: step for step in content["steps"]}
    here, texts = content["steps"][0]["id"], []
    while here in steps:
        choice = next(choice for choice in steps[here]["choices"] if choice["mark"] == "best")
        texts.append(choice["text"])
        here = choice["next"]
    return texts


def test_a_talk_is_held_with_the_keyboard_alone(stage: Stage, desk: BrowserContext) -> None:
    page = stage.play(desk, TALK)
    assert state(page) is None
    walk_to(page, "Begin the conversation")
    press(page, "Enter")
    texts = best(stage.files[TALK])
    for number, text in enumerate(texts, 1):
        expect(page.get_by_role("heading", name=f"Exchange {number}", exact=True)).to_be_focused()
        walk_to(page, text)
        press(page, "Space" if number % 2 else "Enter")
    expect(page.get_by_role("heading", name="Nobody ever asked me that")).to_be_visible()
    expect(page.get_by_text("It went well")).to_be_visible()
    expect(page.locator(".alongside-talk__part")).to_have_count(len(texts))
    assert verbs(page) == ["attempted", *["answered"] * len(texts), "completed"]
    *children, whole = said(page)[1:]
    most = 2 * len(texts)
    assert whole["result"]["score"] == {"min": 0, "max": most, "raw": most, "scaled": 1}
    assert (whole["result"]["success"], whole["result"]["completion"]) == (True, True)
    assert whole["result"]["duration"].startswith("PT")
    assert len(whole["result"]["response"].split("[,]")) == len(texts)
    names = {child["object"]["id"] for child in children}
    assert len(names) == len(texts)
    assert all(name.startswith(f"{whole['object']['id']}?subContentId=") for name in names)
    for child in children:
        assert child["context"]["contextActivities"]["parent"] == [
            {"id": whole["object"]["id"], "objectType": "Activity"}
        ]
        assert child["object"]["definition"]["correctResponsesPattern"] == [child["result"]["response"]]
    contract = page.evaluate("[instance.getScore(), instance.getMaxScore(), instance.getAnswerGiven()]")
    assert contract == [most, most, True]
    assert page.evaluate("instance.getXAPIData().children.length") == len(texts)
    assert page.evaluate("window.violations") == []


def test_a_weak_choice_costs_and_going_back_takes_it_back(stage: Stage, desk: BrowserContext) -> None:
    page = stage.play(desk, TALK)
    page.get_by_role("button", name="Begin the conversation").click()
    page.get_by_role("button", name="You must be the carer").click()
    page.get_by_role("button", name="In law you are a carer").click()
    assert page.evaluate("instance.getScore()") == 0
    page.get_by_role("button", name="Go back one step").click()
    expect(page.get_by_role("heading", name="Exchange 2")).to_be_focused()
    page.get_by_role("button", name="Daughter it is").click()
    assert page.evaluate("[instance.getScore(), instance.getMaxScore()]") == [2, 16]
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("heading", name="Exchange 1")).to_be_focused()
    assert state(page)["path"] == []


def test_a_double_click_chooses_once(stage: Stage, desk: BrowserContext) -> None:
    page = stage.play(desk, TALK)
    page.get_by_role("button", name="Begin the conversation").click()
    page.locator(".alongside-talk__choice").first.dblclick()
    assert len(state(page)["path"]) == 1


def test_a_talk_is_taken_up_where_it_was_left(stage: Stage, desk: BrowserContext) -> None:
    page = stage.play(desk, TALK)
    page.get_by_role("button", name="Begin the conversation").click()
    page.get_by_role("button", name="Before I see your dad").click()
    left, order = state(page), page.locator(".alongside-talk__choice").all_inner_texts()
    page = stage.play(desk, TALK, left | {"seconds": 600})
    expect(page.get_by_role("heading", name="Exchange 2")).to_be_visible()
    assert page.locator(".alongside-talk__choice").all_inner_texts() == order
    assert verbs(page) == ["attempted"]
    duration = page.evaluate("instance.getXAPIData().statement.result.duration")
    assert 600 <= float(duration.strip("PTS")) < 660, "the time of earlier openings counts"
    ended = left | {
        "path": [{"step": "door", "choice": 1}, {"step": "front-room", "choice": 1}, {"step": "card", "choice": 1}]
    }
    page = stage.play(desk, TALK, ended)
    expect(page.get_by_text("It did not go well")).to_be_visible()
    assert verbs(page) == ["attempted"]


def test_a_state_that_no_longer_fits_does_no_harm(stage: Stage, desk: BrowserContext) -> None:
    for nonsense in ({"begun": True, "path": [{"step": "gone", "choice": 9}]}, {"begun": True, "path": 4}):
        page = stage.play(desk, TALK, nonsense)
        expect(page.get_by_role("heading", name="Exchange 1")).to_be_visible()
    page = stage.play(desk, SINGLE, {"order": [0, 1, 2, 9], "chosen": [7], "checked": True})
    expect(page.get_by_role("button", name="Check my answer")).to_be_visible()


def test_a_question_is_answered_with_the_keyboard_alone(stage: Stage, desk: BrowserContext) -> None:
    page = stage.play(desk, SEVERAL)
    assert state(page) is None
    walk_to(page, "Check my answer")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_have_text("Choose an answer first.")
    expect(page.get_by_role("checkbox").first).to_be_focused()
    for text in ("Find a quiet moment", "Wait until you have seen"):
        page.locator("h1").evaluate("heading => { heading.tabIndex = -1; heading.focus(); }")
        walk_to(page, text)
        press(page, "Space")
    walk_to(page, "Check my answer")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Not quite")).to_be_focused()
    expect(page.get_by_label("Find a quiet moment")).to_have_accessible_description(
        re.compile("^You chose this, and it is right")
    )
    walk_to(page, "Show the right answers")
    press(page, "Enter")
    expect(page.get_by_text("You did not choose this, and it is right")).to_be_visible()
    walk_to(page, "Try again")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Which of these are good next steps?")).to_be_focused()
    for text in ("Find a quiet moment", "Tell the designated"):
        page.get_by_label(text).check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_role("heading", name="That is right")).to_be_focused()
    assert verbs(page) == ["attempted", "answered", "answered"]
    first, second = (statement["result"] for statement in said(page)[1:])
    assert (first["score"]["raw"], first["success"], first["response"]) == (0, False, "0[,]3")
    assert (second["score"]["raw"], second["success"], second["response"]) == (2, True, "0[,]1")
    assert second["duration"].startswith("PT")
    definition = said(page)[2]["object"]["definition"]
    assert definition["interactionType"] == "choice"
    assert definition["correctResponsesPattern"] == ["0[,]1"]
    assert definition["description"] == {"en-US": "Which of these are good next steps?"}
    assert page.evaluate("window.violations") == []


def test_a_single_answer_moves_with_the_arrows_and_says_why(stage: Stage, desk: BrowserContext) -> None:
    page = stage.play(desk, SINGLE)
    press(page, "Tab", "Space", "ArrowDown", "ArrowUp")
    page.get_by_label("So you are a carer").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_role("heading", name="Not quite")).to_be_focused()
    expect(page.get_by_text("He has not called himself that")).to_be_visible()
    page.evaluate("instance.resetTask()")
    expect(page.get_by_role("button", name="Check my answer")).to_be_visible()
    page.evaluate("instance.showSolutions()")
    expect(page.get_by_text("You did not choose this, and it is right")).to_be_visible()
    assert verbs(page) == ["attempted", "answered"]


def test_a_question_is_taken_up_where_it_was_left(stage: Stage, desk: BrowserContext) -> None:
    page = stage.play(desk, SEVERAL)
    page.get_by_label("Find a quiet moment").check()
    left, order = state(page), page.locator(".alongside-choice__label").all_inner_texts()
    page = stage.play(desk, SEVERAL, left)
    expect(page.get_by_label("Find a quiet moment")).to_be_checked()
    assert page.locator(".alongside-choice__label").all_inner_texts() == order
    page.get_by_role("button", name="Check my answer").click()
    page = stage.play(desk, SEVERAL, state(page))
    expect(page.get_by_role("heading", name="Partly right")).to_be_visible()
    assert verbs(page) == ["attempted"]


def test_axe_finds_nothing_and_nothing_is_cut_off(stage: Stage, open_context: Context, axe: Axe, width: int) -> None:
    context = open_context(viewport={"width": width, "height": 800})
    talk = json.loads(stage.files[TALK]["content/content.json"]) | {"title": "A title of its own"}
    stage.files["titled"] = stage.files[TALK] | {"content/content.json": json.dumps(talk).encode()}
    page = stage.play(context, TALK)
    found = axe(page)
    page.get_by_role("button", name="Begin the conversation").click()
    page.get_by_role("button", name="worry about the mess").click()
    page.get_by_role("button", name="let me give you my card").click()
    page.get_by_text("What was said so far").click()
    found += axe(page)
    page.get_by_role("button", name="You know where we are").click()
    found += axe(page)
    page = stage.play(context, "titled", state(page))
    expect(page.get_by_role("heading", name="A title of its own", level=2)).to_be_visible()
    found += axe(page)
    assert overflow(page) <= 0
    page = stage.play(context, SEVERAL)
    page.get_by_label("Find a quiet moment").check()
    page.get_by_label("Wait until").check()
    found += axe(page)
    page.get_by_role("button", name="Check my answer").click()
    page.get_by_role("button", name="Show the right answers").click()
    found += axe(page)
    assert overflow(page) <= 0
    assert found == []


def test_text_is_text_and_only_harmless_markup_is_markup(stage: Stage, desk: BrowserContext) -> None:
    bad = '<img src=x onerror="harmed = 1"><script>harmed = 1</script><svg onload="harmed = 1"></svg>'
    question = json.loads(stage.files[SINGLE]["content/content.json"])
    question["question"] = f"<p onclick='harmed = 1'>Who <strong>cares</strong>?{bad}</p>"
    question["answers"][0] |= {"text": f"A &amp; B {bad}", "feedback": f"<a href='javascript:1'>Why</a>{bad}"}
    stage.files["hostile"] = stage.files[SINGLE] | {"content/content.json": json.dumps(question).encode()}
    page = stage.play(desk, "hostile")
    page.get_by_label("A & B <img").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_text("Why")).to_be_visible()
    assert page.locator(".alongside-choice :is(img, a, script, [onclick], svg[onload])").count() == 0
    assert page.locator(".alongside-choice__question strong").count() == 1
    assert page.evaluate("window.harmed") is None
    assert page.evaluate("window.violations") == []


def test_the_interface_speaks_the_language_of_the_content(stage: Stage, desk: BrowserContext) -> None:
    question = json.loads(stage.files[SINGLE]["content/content.json"])
    welsh = json.loads(stage.files[SINGLE]["Alongside.Choice-1.1/language/cy.json"])["semantics"][-1]["fields"]
    english = json.loads(stage.files[SINGLE]["Alongside.Choice-1.1/semantics.json"])[-1]["fields"]
    question["l10n"] = {field["name"]: words["default"] for field, words in zip(english, welsh, strict=True)}
    stage.files["welsh"] = stage.files[SINGLE] | {"content/content.json": json.dumps(question).encode()}
    page = stage.play(desk, "welsh")
    page.get_by_label("What sort of help").check()
    page.get_by_role("button", name="Gwirio fy ateb").click()
    expect(page.get_by_role("heading", name="Mae hynny’n gywir")).to_be_focused()
