from django.urls import path

from .views import stop

urlpatterns = [path("reminders/stop/<str:token>/", stop, name="reminders-stop")]
