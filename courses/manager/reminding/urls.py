from __future__ import annotations

from django.urls import path

from .views import remind, remind_one, reminders

urlpatterns = [
    path("reminders/", reminders, name="reminders"),
    path("reminders/now/", remind, name="remind"),
    path("people/<uuid:public_id>/remind/", remind_one, name="remind-one"),
]
