"""The learner's own blocks in a lesson: knowledge checks and reflections, with what she chose or wrote, and activities
with where she stands in them."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from courses.content.rendering import KEPT_SECONDS, render_block
from courses.records import queries, rules
from courses.records.errors import BadAnswer
from courses.records.models import Attempt

from .activities import Cards
from .addresses import Addresses
from .given import Given

Data = dict[str, Any]


def slot_of(block: Data) -> str:
    """Where the answer to a knowledge check is kept."""
    return f"l:{block['id']}"


def chosen_of(block: Data, given: Given) -> list[str]:
    """The options chosen in a knowledge check; BadAnswer when it has none such."""
    return valid_choice(block["question"]["kind"], [option["key"] for option in block["question"]["options"]], given)


def valid_choice(kind: str, offered: list[str], given: Given, name: str = "choice") -> list[str]:
    """What was chosen among the options offered, in their order; BadAnswer for anything else."""
    chosen = set(given.many(name)) - {""}
    if not chosen <= set(offered) or (kind != "several" and len(chosen) > 1):
        raise BadAnswer
    return [key for key in offered if key in chosen]


def feedback(block: Data, chosen: list[str]) -> Data:
    """What is said of the options chosen, and of the whole."""
    question = block["question"]
    said = {
        option["key"]: {"text": option["feedback"], "correct": option["correct"]}
        for option in question["options"]
        if option["key"] in chosen
    }
    return {
        "feedback": said,
        "overall": question["feedback"],
        "complete": rules.is_right(question, chosen),
        "several": question["kind"] == "several",
    }


def feedback_html(block: Data, chosen: list[str]) -> Data:
    """The same for the script, as HTML to put in its places."""
    said = feedback(block, chosen)
    answer = get_template("blocks/_answer.html")
    return {
        "options": {key: answer.render({"said": value}) for key, value in said["feedback"].items()},
        "overall": get_template("blocks/_overall.html").render(said),
        "right": said["complete"],
    }


OWN, SAVED = "\x02own\x03", "\x02saved\x03"
"""Stand in what is kept of a rendered form for what differs from request to request."""


class Filler:
    """Renders the learner's own blocks of one lesson page; reads her answers at most once a kind.

    A knowledge check with the same choice looks the same for everybody, but for the form's token, its owner and the
    time of saving. So it is rendered once a choice and kept, with marks in the places of those.
    """

    def __init__(self, request: HttpRequest, attempt: Attempt, lesson: Data, to: Addresses, blocks: list[Data]) -> None:
        self.attempt, self.lesson, self.to = attempt, lesson, to
        kinds = {block["type"] for block in blocks}
        self.drafts = queries.drafts(attempt, "l:") if "knowledge_check" in kinds else {}
        self.notes = queries.reflections(attempt) if "reflection" in kinds else {}
        self.checked = request.GET.get("checked", "")
        self.empty = request.GET.get("empty", "")
        self.asked = request.GET.getlist("chosen")
        activities = [block for block in blocks if block["type"] == "activity"]
        self.card = Cards(attempt, lesson, to, activities) if activities else None
        self.csrf_token = get_token(request)
        self.own = own_fields(self.csrf_token, attempt)

    def __call__(self, block: Data) -> SafeString:
        if block["type"] == "activity" and self.card is not None:
            return self.card(block)
        return self.check(block) if block["type"] == "knowledge_check" else self.reflection(block)

    def check(self, block: Data) -> SafeString:
        """A knowledge check, with its feedback when it has just been asked for."""
        draft = self.drafts.get(slot_of(block))
        chosen: list[str] = list(draft.value) if draft else []
        checked = self.checked == block["id"]
        if checked and self.attempt.finished_at is not None and self.asked:
            # Nothing is saved after completion: what was chosen comes back in the address instead.
            chosen = [option["key"] for option in block["question"]["options"] if option["key"] in self.asked]
        state = f"{'.'.join(chosen)}:{checked:d}{self.empty == block['id']:d}{draft is not None:d}"
        key = f"check:{self.lesson['sha256']}:{block['id']}:{self.to.base}:{state}"
        html: str | None = cache.get(key)
        if html is None:
            html = self._check_html(block, chosen, checked=checked, saved=draft is not None)
            cache.set(key, html, KEPT_SECONDS)
        said = timezone.localtime(draft.saved_at).strftime("%H:%M") if draft else ""
        return mark_safe(html.replace(OWN, self.own).replace(SAVED, said))  # noqa: S308 (rendered by us just above)

    def _check_html(self, block: Data, chosen: list[str], *, checked: bool, saved: bool) -> str:
        return render_block(
            block,
            own=SafeString(OWN),
            action=self.to.check(self.lesson["slug"], block["id"]),
            chosen=chosen,
            checked=checked and bool(chosen),
            empty=self.empty == block["id"],
            saved_at=SAVED if saved else "",
            **(feedback(block, chosen) if checked else {}),
        )

    def reflection(self, block: Data) -> SafeString:
        """A reflection with what she wrote; never kept."""
        note = self.notes.get(block["id"])
        return render_block(
            block,
            own=self.own,
            action=self.to.reflection(self.lesson["slug"], block["id"]),
            text=note.text if note else "",
            saved_at=timezone.localtime(note.saved_at).strftime("%H:%M") if note and note.text else "",
        )


def own_fields(csrf_token: str, attempt: Attempt) -> SafeString:
    """Hidden fields of every form of the player: its token, and whose answers at which attempt they are."""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="person" value="{}"><input type="hidden" name="attempt" value="{}">',
        csrf_token,
        attempt.enrolment.person.public_id,
        attempt.pk,
    )
