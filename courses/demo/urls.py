from django.urls import path

from . import views

urlpatterns = [
    path("mail/", views.mail, name="demo_mail"),
    path("mail/<str:mail_id>/", views.message, name="demo_mail_message"),
]
