"""Changes to what is taught that are not publishing."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from courses.people.models import User

from .models import FrozenStory, Story
from .queries import bump_generation

WITHDRAWN = "A story that was withdrawn"


@transaction.atomic
def withdraw_story(*, story: Story, by: User) -> None:
    """Takes a carer's words out of everything: the register, and every version that ever showed them.

    Versions themselves are not touched: they point to side rows, and these lose their words (DESIGN §3). The words are
    not kept anywhere, nor the description of who spoke them. Idempotent.
    """
    story = Story.objects.select_for_update().get(pk=story.pk)
    if story.withdrawn_at is None:
        story.withdrawn_at = timezone.now()
    story.text, story.who = "", WITHDRAWN
    story.save()
    FrozenStory.objects.filter(story=story).update(text="", who="", withdrawn_at=story.withdrawn_at)
    ModelLogEntry.objects.for_instance(story).update(label=WITHDRAWN)
    log(instance=story, action="alongside.story_withdrawn", user=by)
    bump_generation()
