"""The way of a module to its learners: quality check, subject lead, carers' panel."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from courses.people.services.cms import GROUPS, ensure_cms_groups

NAME = "Module review"
AUTHORS, REVIEWERS, ADMINISTRATORS = GROUPS.values()
TASKS = (
    ("Quality check", (AUTHORS, ADMINISTRATORS)),
    ("Subject lead", (AUTHORS, ADMINISTRATORS)),
    ("Carers' panel", (REVIEWERS,)),
)
WAGTAIL_DEFAULT_GROUPS = ("Editors", "Moderators")


@transaction.atomic
def setup_workflow() -> bool:
    """Makes the workflow, its tasks and their groups where they are missing; True when anything was made. Idempotent.

    What a platform administrator has changed since (tasks, groups, pages) is left as it is. Wagtail's own first
    workflow and groups, which nobody here belongs to, are put out of the way.
    """
    root = Page.get_first_root_node()
    workflow, made = Workflow.objects.get_or_create(name=NAME)
    if made:
        ensure_cms_groups()
        for order, (name, groups) in enumerate(TASKS):
            task, new = GroupApprovalTask.objects.get_or_create(name=name)
            if new:
                task.groups.set(Group.objects.filter(name__in=groups))
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
        WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
        _retire_wagtails_own()
    return bool(made)


def _retire_wagtails_own() -> None:
    Workflow.objects.filter(name="Moderators approval").update(active=False)
    Group.objects.filter(name__in=WAGTAIL_DEFAULT_GROUPS, user__isnull=True).delete()
